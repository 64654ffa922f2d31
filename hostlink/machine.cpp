#include "hostlink/machine.h"

#include <nlohmann/json.hpp>

#include "hostlink/checks/checked_device.h"
#include "hostlink/faults/faulty_device.h"
#include "hostlink/faults/frame_faults.h"
#include "hostlink/parallella/parallella_device.h"
#include "hostlink/profile/attribution.h"
#include "hostlink/program.h"
#include "hostlink/pynq/pynq_device.h"
#include "hostlink/recording/header.h"
#include "hostlink/recording/recorder.h"
#include "hostlink/sim/sim_device.h"
#include "sim/board/board.h"
#include "sim/board/core_list.h"
#include "sim/core/chrome_trace.h"
#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

epy_engine parse_engine(const std::string& text) {
  if (text == "bytes") return EPY_ENGINE_BYTES;
  if (text == "words") return EPY_ENGINE_WORDS;
  if (text == "dma") return EPY_ENGINE_DMA;
  throw UsageError("vm.transfer_engine must be bytes, words or dma, not \"" + text + "\"");
}

/// Faults that only what is simulated can have, and their values when there are none.
constexpr std::pair<const char*, std::int64_t> kOfSimulations[] = {
    {"faults.core.stop", -1}, {"faults.local.flips", 0}, {"faults.dram.flips", 0}, {"faults.host.slow", 1}};

bool is_verified(const core::Config& config) {
  const std::string text = config.text("faults.verify");
  if (text != "auto" && text != "on" && text != "off") throw UsageError("faults.verify must be auto, on or off, not \"" + text + "\"");
  const bool data_change = config.real("faults.copies.corrupt", 0, 1) > 0 || config.integer("faults.local.flips", 0, INT64_MAX) > 0 ||
                           config.integer("faults.dram.flips", 0, INT64_MAX) > 0;
  return text == "on" || (text == "auto" && data_change);
}

}  // namespace

Machine::Machine(const MachineRequest& request, OutputSink& output)
    : link_log_([&output](const std::string& text) { output.notice(-1, text); }) {
  const core::Config config = request.board_file.empty() ? core::Config::load(request.board, request.overrides)
                                                         : core::Config::parse(request.board_file, request.board, request.overrides);
  host_ = std::make_unique<host::HostModel>(config, request.seed);
  frame_faults_ = std::make_unique<FrameFaults>(config);
  verify_ = is_verified(config);
  const std::int64_t pace = config.integer("vm.pace", 0, 1'000'000);
  const std::int64_t turn = config.integer("vm.pace_turn", 1, 1000);
  pace_turns_ = static_cast<std::uint32_t>((pace + turn / 2) / turn);
  const std::string image = config.text("vm.image") + (pace > 0 ? "-paced" : "");
  engine_ = parse_engine(config.text("vm.transfer_engine"));
  vm_ = request.vm.empty() ? default_vm(image) : request.vm;
  if (request.stand_in) {
    device_ = request.stand_in();
  } else if (request.device.empty()) {
    build_simulation(request, config, output);
  } else {
    map_real(request, config);
  }
  // A recording was made above both: what stands in for its board has their answers.
  if (verify_ && !request.stand_in) device_ = std::make_unique<CheckedDevice>(std::move(device_), link_log_);
  if (!request.record.empty()) record(request, config);
  if (request.host_cores == 0 || !request.cores.empty()) {
    cores_ = board::parse_cores(request.cores.empty() ? "all" : request.cores, device_->description().core_count);
  }
  if (request.host_cores > 0) add_virtual_cores(request);
  attribution_ = std::make_unique<Attribution>(*device_);
  if (request.profile) attribution_->profile_lines(vm_);
}

void Machine::build_simulation(const MachineRequest& request, const core::Config& config, OutputSink& output) {
  if (!request.trace.empty()) {
    trace_ = std::make_unique<core::ChromeTrace>(request.trace, config.real("chip.clock_hz", 1, 1e12), config.board());
  }
  board::Options options;
  options.max_cycles = request.max_cycles;
  options.trace = trace_.get();
  options.silence = request.silence;
  options.diagnostics = [&output](std::string_view text) { output.notice(-1, std::string(text)); };
  board_ = std::make_unique<board::Board>(config, std::move(options));
  device_ = std::make_unique<FaultyDevice>(std::make_unique<SimDevice>(*board_, *host_, trace_.get()), config, link_log_);
  config.set_aside("device");
  config.reject_unknown();
}

void Machine::map_real(const MachineRequest& request, const core::Config& config) {
  if (!request.trace.empty())
    throw UsageError("--trace needs a simulated board: a real one, at " + request.device.string() + ", is not seen into");
  if (request.max_cycles != kNever)
    throw UsageError("--max-cycles needs a simulated board: nobody counts the cycles of the one at " + request.device.string());
  for (const auto& [key, none] : kOfSimulations) {
    if (config.integer(key, none, INT64_MAX) != none)
      throw UsageError(std::string(key) + " needs a simulated board and host: nobody does that to the one at " + request.device.string());
  }
  const std::string driver = config.text("device.driver");
  if (driver == "parallella") {
    device_ = std::make_unique<ParallellaDevice>(request.device, config);
  } else if (driver == "pynq") {
    device_ = std::make_unique<PynqDevice>(request.device, config);
  } else {
    throw UsageError("device.driver must be parallella or pynq, not \"" + driver + "\"");
  }
  device_ = std::make_unique<FaultyDevice>(std::move(device_), config, link_log_);
}

// Beneath virtual cores: they are the host's, and no link leads to them.
void Machine::record(const MachineRequest& request, const core::Config& config) {
  recorder_ = std::make_unique<Recorder>(request.record, header_json(request, config, vm_, device_->description()));
  device_ = std::make_unique<RecordingDevice>(std::move(device_), *recorder_);
}

std::vector<std::pair<std::string, int>> Machine::diagnosed() const {
  return board_ ? board_->diagnosed() : std::vector<std::pair<std::string, int>>();
}

// Their numbers follow the greatest of the board's cores that take part.
void Machine::add_virtual_cores(const MachineRequest& request) {
  const int first = cores_.empty() ? 0 : cores_.back() + 1;
  hybrid_ = std::make_unique<HybridDevice>(*device_, first, request.host_cores, host_->core_speed(), request.max_cycles);
  for (int i = 0; i < request.host_cores; ++i) cores_.push_back(first + i);
}

Machine::~Machine() = default;

nlohmann::ordered_json Machine::statistics() const {
  nlohmann::ordered_json document = (hybrid_ ? static_cast<const Device&>(*hybrid_) : *device_).statistics();
  attribution_->add_to(document);
  link_log_.add_to(document);
  return document;
}

core::TraceSink* Machine::trace() { return trace_.get(); }

void Machine::finish() {
  if (trace_) trace_->close();
  if (recorder_) recorder_->finish();
}

}  // namespace epysim::hostlink
