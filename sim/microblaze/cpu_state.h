#pragma once
// The architectural state of a MicroBlaze core: general and special registers. Bit numbers count from the least significant; the vendor's
// manual counts from the other end. Names, masks and meaning: UG984 "MicroBlaze Processor Reference Guide", chapter 2.

#include <array>
#include <cstdint>

namespace epysim::microblaze {

/// Bits of MSR.
namespace msr {
inline constexpr std::uint32_t kInterruptEnable = 0x0002;  // IE
inline constexpr std::uint32_t kCarry = 0x0004;            // C
inline constexpr std::uint32_t kBreak = 0x0008;            // BIP: a break is being served
inline constexpr std::uint32_t kStream = 0x0010;           // FSL: control bit of a stream word other than expected; sticky
inline constexpr std::uint32_t kInstructionCache = 0x0020;
inline constexpr std::uint32_t kDivide = 0x0040;  // DZO: division by zero or overflow; sticky
inline constexpr std::uint32_t kDataCache = 0x0080;
inline constexpr std::uint32_t kExceptionEnable = 0x0100;      // EE
inline constexpr std::uint32_t kExceptionInProgress = 0x0200;  // EIP
inline constexpr std::uint32_t kPvr = 0x0400;                  // processor version registers exist; read only
inline constexpr std::uint32_t kUserMode = 0x0800, kUserModeSaved = 0x1000;
inline constexpr std::uint32_t kVirtualMode = 0x2000, kVirtualModeSaved = 0x4000;
inline constexpr std::uint32_t kCarryCopy = 0x80000000;  // CC: reads as C
}  // namespace msr

/// Exception cause (EC) and the other fields of ESR.
namespace esr {
inline constexpr std::uint32_t kStream = 0, kUnaligned = 1, kIllegalOpcode = 2, kInstructionBus = 3, kDataBus = 4, kDivide = 5, kFpu = 6;
inline constexpr unsigned kRegisterShift = 5;               // unaligned: rD of the access
inline constexpr unsigned kLinkShift = 5;                   // stream: number of the link
inline constexpr std::uint32_t kStore = 1u << 10;           // unaligned: a store
inline constexpr std::uint32_t kWord = 1u << 11;            // unaligned: a word
inline constexpr std::uint32_t kDivideOverflow = 1u << 11;  // divide: overflow, not zero
inline constexpr std::uint32_t kDelaySlot = 1u << 12;       // DS: in a delay slot, r17 is not valid
}  // namespace esr

/// Sticky bits of FSR.
namespace fsr {
inline constexpr std::uint32_t kDenormal = 0x01, kUnderflow = 0x02, kOverflow = 0x04, kDivideByZero = 0x08, kInvalid = 0x10;
}  // namespace fsr

/// Numbers of special registers in MFS and MTS.
namespace special {
inline constexpr std::uint32_t kPc = 0x0000, kMsr = 0x0001, kEar = 0x0003, kEsr = 0x0005, kFsr = 0x0007, kBtr = 0x000b, kEdr = 0x000d;
inline constexpr std::uint32_t kSlr = 0x0800, kShr = 0x0802;
inline constexpr std::uint32_t kPvr0 = 0x2000;
inline constexpr unsigned kPvrs = 13;
}  // namespace special

/// General registers that the hardware writes.
inline constexpr unsigned kInterruptLink = 14, kBreakLink = 16, kExceptionLink = 17;

struct CpuState {
  std::array<std::uint32_t, 32> r{};  // r[0] is always zero
  std::uint32_t pc = 0;               // of the instruction being executed
  std::uint32_t msr = 0;              // without the copy of C
  std::uint32_t ear = 0, esr = 0, fsr = 0, btr = 0, edr = 0;
  bool reservation = false;  // of LWX
};

}  // namespace epysim::microblaze
