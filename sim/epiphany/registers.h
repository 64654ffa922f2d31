#pragma once
// The numbers of the special registers (registers.def), as MOVTS and MOVFS encode them: group * 64 + number.

#include <cstdint>

#include "sim/epiphany/instruction.h"

namespace epysim::epiphany {

namespace special {
#define EPIPHANY_REGISTER(name, group, number, reset, read, write, order) inline constexpr SpecialRegister name = (group)*64 + (number);
#include "sim/epiphany/registers.def"
#undef EPIPHANY_REGISTER
}  // namespace special

/// Offset of a special register from the base of a core's memory-mapped registers.
constexpr std::uint32_t register_offset(SpecialRegister number) { return 0x400u + (number >> 6) * 0x100u + (number & 63u) * 4u; }

/// Whether others can notice an access to it.
bool is_shared(SpecialRegister number);
/// Whether there is a register, general or special, at this offset from the register base.
bool is_register(std::uint32_t offset);
/// Empty for a number that no register has.
const char* register_name(SpecialRegister number);

/// Bits of the registers whose parts are used here.
namespace debug {
inline constexpr std::uint32_t kHalted = 1u << 0, kExternalPending = 1u << 1, kByAll = 1u << 2;  // DEBUGSTATUS
}
namespace mesh_config {
inline constexpr unsigned kEvent1Shift = 4, kEvent0Shift = 8;  // event selects of the mesh monitors
inline constexpr std::uint32_t kWestEdge = 1u << 12, kEastEdge = 1u << 13, kNorthEdge = 1u << 14, kSouthEdge = 1u << 15;  // MESHCFG
}  // namespace mesh_config
namespace dma {
inline constexpr std::uint32_t kEnable = 1u << 0, kMaster = 1u << 1, kChain = 1u << 2, kStartup = 1u << 3, kInterrupt = 1u << 4,
                               kMessage = 1u << 10, kShiftSourceInner = 1u << 12, kShiftTargetInner = 1u << 13,
                               kShiftSourceOuter = 1u << 14, kShiftTargetOuter = 1u << 15;  // DMAxCONFIG
inline constexpr unsigned kSizeShift = 5;                                                   // 0 to 3: 1, 2, 4, 8 bytes
enum State : std::uint32_t { kIdle = 0, kActive = 5, kSlave = 6, kLastDatum = 0xa, kPaused = 0xb, kError = 0xd };  // DMAxSTATUS[3:0]
}  // namespace dma

}  // namespace epysim::epiphany
