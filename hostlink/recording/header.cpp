#include "hostlink/recording/header.h"

#include "hostlink/device_format.h"
#include "hostlink/fields.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

using nlohmann::json;

const char* where_name(Where where) { return where == Where::Auto ? "auto" : where == Where::Local ? "local" : "shared"; }

// Every value of the configuration, as a board file gives it; files that models would write to are left out.
json board_file(const core::Config& config) {
  json file = {{"board", config.board()}};
  const nlohmann::ordered_json values = config.effective();
  for (const auto& [key, value] : values.items()) file[key] = {{"value", config.unit(key) == "file" ? "" : json(value)}};
  return file;
}

DeviceDescription parse_device(const json& object, const std::string& board) {
  Fields fields(object, "device");
  DeviceDescription device;
  device.board = board;
  device.core_count = static_cast<int>(fields.integer("core_count", 0, 1 << 16));
  for (const std::int64_t window : fields.integers("windows", 0, UINT32_MAX)) device.windows.push_back(static_cast<Address>(window));
  if (device.windows.size() != static_cast<std::size_t>(device.core_count)) fields.fail("windows", "are not one for each core");
  device.local_bytes = static_cast<std::uint32_t>(fields.integer("local_bytes", 1, UINT32_MAX));
  device.cores_reach_each_other = fields.boolean("cores_reach_each_other", true);
  device.shared_base = static_cast<Address>(fields.integer("shared_base", 0, UINT32_MAX));
  device.shared_bytes = static_cast<std::uint32_t>(fields.integer("shared_bytes", 0, UINT32_MAX));
  device.clock_hz = static_cast<double>(fields.integer("clock_hz", 1, INT64_MAX));
  fields.done();
  return device;
}

}  // namespace

json header_json(const MachineRequest& request, const core::Config& config, const std::filesystem::path& vm,
                 const DeviceDescription& device) {
  const VmFile file = vm_file(vm);
  json header = {{"epysim", EPYSIM_VERSION},
                 {"control", EPY_CONTROL_VERSION},
                 {"simulated", request.device.empty()},
                 {"config", board_file(config)},
                 {"cores", request.cores},
                 {"host_cores", request.host_cores},
                 {"seed", request.seed},
                 {"placement",
                  {{"code", where_name(request.placement.code)},
                   {"data", where_name(request.placement.data)},
                   {"stack", request.placement.stack_bytes}}},
                 {"vm", {{"file", file.name}, {"sha256", file.sha256}}},
                 {"device",
                  {{"core_count", device.core_count},
                   {"windows", device.windows},
                   {"local_bytes", device.local_bytes},
                   {"cores_reach_each_other", device.cores_reach_each_other},
                   {"shared_base", device.shared_base},
                   {"shared_bytes", device.shared_bytes},
                   {"clock_hz", static_cast<std::uint64_t>(device.clock_hz)}}}};
  if (request.placement.heap_bytes) header["placement"]["heap"] = *request.placement.heap_bytes;
  if (request.max_cycles != kNever) header["max_cycles"] = request.max_cycles;
  return header;
}

RecordingHeader parse_header(const json& object, const std::string& file) {
  try {
    Fields fields(object, "the header");
    const std::string version = fields.text("epysim");
    const std::int64_t control = fields.integer("control", 0, UINT32_MAX);
    if (control != EPY_CONTROL_VERSION) {
      throw UsageError("it was recorded with version " + std::to_string(control) + " of what host and cores share (epysim " + version +
                       "), and this is version " + std::to_string(EPY_CONTROL_VERSION));
    }
    RecordingHeader header;
    header.simulated = fields.boolean("simulated", true);
    const json& config = fields.need("config");
    header.config = config.dump();
    MachineRequest& machine = header.machine;
    machine.board = file;
    machine.board_file = header.config;
    machine.cores = fields.text("cores");
    machine.host_cores = static_cast<int>(fields.integer("host_cores", 0, EPY_MAX_CORES));
    machine.seed = fields.need("seed").get<std::uint64_t>();
    if (fields.find("max_cycles") != nullptr) machine.max_cycles = static_cast<Cycle>(fields.integer("max_cycles", 0, INT64_MAX));
    Fields placement(fields.need("placement"), "placement");
    machine.placement.code = parse_where("code", placement.text("code"));
    machine.placement.data = parse_where("data", placement.text("data"));
    machine.placement.stack_bytes = static_cast<std::uint32_t>(placement.integer("stack", 0, 1 << 20));
    if (placement.find("heap") != nullptr) machine.placement.heap_bytes = static_cast<std::uint32_t>(placement.integer("heap", 0, 1 << 20));
    placement.done();
    Fields vm(fields.need("vm"), "vm");
    header.vm = {vm.text("file"), vm.text("sha256")};
    vm.done();
    header.device = parse_device(fields.need("device"), config.value("board", ""));
    fields.done();
    return header;
  } catch (const UsageError& error) {
    throw UsageError(file + ": " + error.what() + "; make the recording anew (docs/recording.md)");
  } catch (const json::exception&) {
    throw UsageError(file + ": the line that says what was recorded is damaged; make the recording anew (docs/recording.md)");
  }
}

bool same_places(const DeviceDescription& one, const DeviceDescription& other) {
  return one.windows == other.windows && one.local_bytes == other.local_bytes && one.shared_base == other.shared_base &&
         one.shared_bytes == other.shared_bytes && one.clock_hz == other.clock_hz;
}

}  // namespace epysim::hostlink
