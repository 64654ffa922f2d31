#include "hostlink/parallella/core_registers.h"

#include <string>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

constexpr Address kRegisters = 0xf0000;  // from a core's window

}  // namespace

std::vector<Address> parallella_windows(const core::Config& config) {
  const auto rows = static_cast<int>(config.integer("chip.rows", 1, 64)), columns = static_cast<int>(config.integer("chip.columns", 1, 64));
  const auto row = static_cast<Address>(config.integer("chip.first_row", 0, 63));
  const auto column = static_cast<Address>(config.integer("chip.first_column", 0, 63));
  std::vector<Address> windows;
  windows.reserve(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
  for (int core = 0; core < rows * columns; ++core)
    windows.push_back(((row + static_cast<Address>(core / columns)) << 26) | ((column + static_cast<Address>(core % columns)) << 20));
  return windows;
}

CoreRegisters::CoreRegisters(MappedMemory& memory) : memory_(memory) {
  const DeviceDescription& board = memory.description();
  for (int core = 0; core < board.core_count; ++core) {
    const Address window = board.windows[static_cast<std::size_t>(core)];
    memory.map_registers(window + kRegisters);
    const std::uint32_t id = read(core, CoreRegister::COREID);
    if (id << 20 == window) continue;
    throw UsageError(memory.file().string() + ": where core " + std::to_string(core) + " of " + board.board + " should be, COREID is " +
                     core::hex(id) + ", not " + core::hex(window >> 20) + ": another board, or offsets (device.*) that do not fit");
  }
}

Address CoreRegisters::address(int core, CoreRegister which) const {
  return memory_.description().windows[static_cast<std::size_t>(core)] + kRegisters + static_cast<Address>(which);
}

}  // namespace epysim::hostlink
