#include "hostlink/pynq/pynq_device.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/core/config.h"
#include "sim/core/core_type.h"

namespace epysim::hostlink {
namespace {

constexpr Address kPage = 4096;
// The processing system's GPIO (Zynq-7000 reference manual, UG585, appendix B.19): data of bank 2, whose lines end in the logic; which of
// them the ARM drives; which of these are enabled.
constexpr Address kData = 0xe000a048, kDirection = 0xe000a284, kEnable = 0xe000a288;

std::vector<Address> pynq_windows(const core::Config& config) {
  const auto first = static_cast<Address>(config.integer("chip.windows", 0, 0xffffffff));
  const auto stride = static_cast<Address>(config.integer("chip.window_stride", 4096, 0xffffffff));
  std::vector<Address> windows;
  for (std::int64_t core = 0; core < config.integer("chip.cores", 1, 16); ++core)
    windows.push_back(first + static_cast<Address>(core) * stride);
  return windows;
}

}  // namespace

PynqDevice::PynqDevice(const std::filesystem::path& file, const core::Config& config)
    : MappedDevice(std::make_unique<MappedMemory>(file, config, MappedMemory::Cores{pynq_windows(config), false}),
                   core::CoreType::named(config.text("chip.core"))),
      lines_(static_cast<Address>(config.integer("chip.lines", 0, 0xfffffffc))) {
  memory().map_registers(lines_ & ~(kPage - 1));
  if (lines_ != kData) return;  // something else in the logic, which needs no such thing
  const std::uint32_t all = (1u << description().core_count) - 1;
  for (const Address which : {kDirection, kEnable}) memory().write_word(which, memory().read_word(which) | all);
}

void PynqDevice::hold(int core, bool reset) {
  const std::uint32_t line = 1u << core, lines = memory().read_word(lines_);
  memory().write_word(lines_, reset ? lines | line : lines & ~line);
  memory().settle();
}

bool PynqDevice::is_held(int core) const { return (memory().read_word(lines_) >> core & 1u) != 0; }

void PynqDevice::reset(int core) {
  hold(core, true);
  const std::vector<std::byte> zeros(description().local_bytes);
  memory().write(description().windows[static_cast<std::size_t>(core)], zeros);
}

bool PynqDevice::all_stopped(const std::vector<int>& watched) const {
  if (memory().control() != nullptr && memory().control()->all_stopped()) return true;
  return std::all_of(watched.begin(), watched.end(), [this](int core) { return is_held(core); });
}

CoreStatus PynqDevice::status(int core) const {
  if (is_held(core)) return {true, "reset"};
  return {false, "a program that does not show where it is"};
}

nlohmann::ordered_json PynqDevice::show(int core) const { return {{"state", is_held(core) ? "reset" : "released"}}; }

}  // namespace epysim::hostlink
