#include "hostlink/program.h"

#include <algorithm>
#include <cstddef>

#include "hostlink/device_format.h"
#include "hostlink/memory.h"
#include "sim/core/config.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr const char* kBootSymbol = "epython_boot";
constexpr const char* kEndSymbol = "resident_end";

}  // namespace

Program::Program(compiler::Image image, std::filesystem::path vm) : image_(std::move(image)), vm_(std::move(vm)) {
  const core::ElfImage elf(vm_);
  const auto boot = elf.address_of(kBootSymbol);
  if (!boot || *boot >= kOwnEnd) {
    throw UsageError(vm_.string() + " is not an ePython VM: it has no symbol " + kBootSymbol + " in local memory");
  }
  boot_ = *boot;
  const auto end = elf.address_of(kEndSymbol);
  if (!end || *end >= kOwnEnd) {
    throw UsageError(vm_.string() + " is not an ePython VM: it has no symbol " + kEndSymbol + " in local memory, where its C stack ends");
  }
  vm_end_ = *end;
  for (const auto& segment : elf.segments()) vm_bytes_ += static_cast<std::uint32_t>(segment.bytes.size());
}

Dialect Program::dialect() const { return image_.modern() ? Dialect::kModern : Dialect::kLegacy; }

std::uint32_t Program::resident_bytes() const { return static_cast<std::uint32_t>(image_.resident.size()); }

Program::Position Program::position(std::uint32_t code_offset) const {
  Position position;
  const compiler::Image::Line* line = image_.line_at(code_offset);
  if (line == nullptr || line->file >= image_.files.size()) return position;
  position.file = image_.files[line->file];
  position.line = static_cast<int>(line->line);
  const std::uint32_t function = image_.function_at(code_offset);
  if (function != 0) position.function = function_name(function);
  return position;
}

std::string Program::function_name(std::uint32_t index) const {
  return index < image_.functions.size() ? image_.functions[index].name : std::string();
}

// Byte code and control structure, as one kind of cores finds them.
void Program::load_control(Device& device, const Layout& layout, Address control, Address image, const LoadOptions& options,
                           host::ServiceCost& cost) const {
  device.write(image, std::as_bytes(std::span(image_.resident)));
  cost.bytes_written += image_.resident.size();

  fill_zero(device, control, sizeof(epy_control));
  epy_control head{};  // only the fields before layout[] are used
  head.magic = EPY_CONTROL_MAGIC;
  head.version = EPY_CONTROL_VERSION;
  head.partners = static_cast<std::uint32_t>(layout.cores.size());
  head.core_count = head.partners - (options.last == OfClient::Partner ? 1 : 0);
  head.seed = static_cast<std::uint32_t>(options.seed ^ options.seed >> 32);
  head.image = image;
  head.image_bytes = resident_bytes();
  head.worker = options.worker ? 1 : 0;
  head.pace = options.pace_turns;
  head.engine = options.engine;
  if (options.last != OfClient::None && control == layout.virtual_control) head.worker = EPY_WORKER_OF_CLIENT;
  device.write(control, std::as_bytes(std::span(&head, 1)).first(offsetof(epy_control, layout)));
  device.write(control + static_cast<Address>(offsetof(epy_control, layout)), std::as_bytes(std::span(layout.core)));
  cost.bytes_written += sizeof(epy_control);
}

void Program::load(Device& device, const Layout& layout, const LoadOptions& options) const {
  host::ServiceCost cost;
  if (layout.board_cores > 0) load_control(device, layout, layout.control, layout.image, options, cost);
  if (layout.virtual_control != 0) load_control(device, layout, layout.virtual_control, layout.virtual_image, options, cost);

  const std::size_t own = layout.cores.size() - (options.last == OfClient::None ? 0 : 1);
  for (std::size_t rank = 0; rank < layout.cores.size(); ++rank) {
    device.load(layout.cores[rank], vm_);
    fill_zero(device, layout.status(rank), sizeof(epy_status));
    fill_zero(device, layout.mailbox(rank), sizeof(epy_mailbox) + layout.cores.size() * sizeof(epy_slot));
    const epy_boot boot{layout.control_of(rank), static_cast<std::uint32_t>(rank)};
    write_as(device, layout.core[rank].window + boot_, boot);
    if (rank == own) continue;  // nothing is copied for it
    cost.local_bytes_written += vm_bytes_ + sizeof(epy_status) + sizeof(epy_mailbox) + layout.cores.size() * sizeof(epy_slot) + sizeof boot;
  }
  device.charge(cost);
  for (std::size_t rank = 0; rank < own; ++rank) device.start(layout.cores[rank]);
}

std::filesystem::path default_vm(const std::string& image) {
  std::filesystem::path file = core::home() / "vm" / "images" / ("epython-" + image + ".elf");
  if (!std::filesystem::exists(file) && image.ends_with("-paced"))
    throw UsageError("vm.pace: these cores have no paced VM: " + file.string() + " is missing");
  if (!std::filesystem::exists(file))
    throw UsageError("the ePython VM is missing: " + file.string() + "; set EPYSIM_HOME to the folder that has vm/images");
  return file;
}

}  // namespace epysim::hostlink
