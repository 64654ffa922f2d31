#pragma once
// The architectural state that computing instructions read and write: general registers, program counter, STATUS and CONFIG.
// Everything else a core has (interrupts, timers, DMA ...) is in its register file of memory-mapped registers.

#include <array>
#include <cstdint>

namespace epysim::epiphany {

/// Bits of STATUS (epiphany register reference: binutils, e-lib).
namespace status {
inline constexpr std::uint32_t kActive = 1u << 0;
inline constexpr std::uint32_t kGid = 1u << 1;  // interrupts disabled
inline constexpr std::uint32_t kWand = 1u << 3;
inline constexpr std::uint32_t kAZ = 1u << 4;
inline constexpr std::uint32_t kAN = 1u << 5;
inline constexpr std::uint32_t kAC = 1u << 6;
inline constexpr std::uint32_t kAV = 1u << 7;
inline constexpr std::uint32_t kBZ = 1u << 8;
inline constexpr std::uint32_t kBN = 1u << 9;
inline constexpr std::uint32_t kBV = 1u << 10;
inline constexpr std::uint32_t kAVS = 1u << 12;
inline constexpr std::uint32_t kBIS = 1u << 13;
inline constexpr std::uint32_t kBVS = 1u << 14;
inline constexpr std::uint32_t kBUS = 1u << 15;
inline constexpr unsigned kExcauseShift = 16;
inline constexpr std::uint32_t kExcauseMask = 0xfu << kExcauseShift;
}  // namespace status

/// Bits of CONFIG.
namespace config {
inline constexpr std::uint32_t kTruncate = 1u << 0;
inline constexpr std::uint32_t kInvalidEnable = 1u << 1;
inline constexpr std::uint32_t kOverflowEnable = 1u << 2;
inline constexpr std::uint32_t kUnderflowEnable = 1u << 3;
inline constexpr std::uint32_t kExceptions = kInvalidEnable | kOverflowEnable | kUnderflowEnable;
inline constexpr unsigned kTimer0Shift = 4;
inline constexpr unsigned kTimer1Shift = 8;
inline constexpr unsigned kCtrlmodeShift = 12;
inline constexpr std::uint32_t kArithmodeMask = 7u << 17;
inline constexpr std::uint32_t kArithmodeInteger = 4u << 17;  // 100: FPU opcodes work on integers
inline constexpr std::uint32_t kPauseDma = 1u << 24;          // undocumented; e-hal sets it before it resets a core
}  // namespace config

struct CpuState {
  std::array<std::uint32_t, 64> r{};
  std::uint32_t pc = 0;       // of the instruction being executed
  std::uint32_t next_pc = 0;  // set to pc + length before execution; control transfers overwrite it
  std::uint32_t status = 0;
  std::uint32_t config = 0;
};

}  // namespace epysim::epiphany
