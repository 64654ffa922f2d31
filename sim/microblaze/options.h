#pragma once
// What a MicroBlaze core was built with: the parameters of the IP core that change what software sees or how fast it runs (UG984
// "MicroBlaze Processor Reference Guide", "MicroBlaze Configurable Parameters").

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/types.h"
#include "sim/microblaze/instruction.h"

namespace epysim::microblaze {

struct Options {
  bool five_stages = true;  // C_AREA_OPTIMIZED 0; otherwise three, C_AREA_OPTIMIZED 1
  bool big_endian = false;  // C_ENDIANNESS 0
  // -- instructions
  bool barrel = false;      // C_USE_BARREL
  unsigned multiplier = 0;  // C_USE_HW_MUL: none, 32 bits, 64 bits
  bool divider = false;     // C_USE_DIV
  unsigned fpu = 0;         // C_USE_FPU: none, basic, extended
  bool pattern = false;     // C_USE_PCMP_INSTR
  bool msr = false;         // C_USE_MSR_INSTR
  bool reorder = true;      // C_USE_REORDER_INSTR
  unsigned streams = 0;     // C_FSL_LINKS
  // -- exceptions that exist; each is taken when MSR.EE is set and no other is being served
  struct {
    bool unaligned = false;       // C_UNALIGNED_EXCEPTIONS
    bool illegal_opcode = false;  // C_ILL_OPCODE_EXCEPTION
    bool zero_opcode = false;     // C_OPCODE_0x0_ILLEGAL: the word 0 is illegal as well
    bool bus = false;             // C_M_AXI_D_BUS_EXCEPTION
    bool divide = false;          // C_DIV_ZERO_EXCEPTION
    bool fpu = false;             // C_FPU_EXCEPTION
  } exceptions;
  // -- identity
  unsigned pvr = 0;             // C_PVR: none, basic, full
  std::uint8_t version = 0x24;  // code of version 10.0
  std::uint8_t user1 = 0;       // C_PVR_USER1
  std::uint32_t user2 = 0;      // C_PVR_USER2
  // -- reset
  Address base_vectors = 0;     // C_BASE_VECTORS
  std::uint32_t reset_msr = 0;  // C_RESET_MSR
  /// Cycles that a load or store of local memory costs because instruction fetch uses the same port: 0 when each side has its own, or 1
  /// (assumption: PG112 promises one access per clock and port, and the core fetches in every cycle).
  Cycle shared_port_cycles = 0;
  /// What is not defined (an instruction whose option is off without exception for it, a branch in a delay slot): a diagnostic, and then
  /// the core halts, or takes it for a NOP.
  bool undefined_is_nop = false;
  /// BRKI to the vector at 8 is a system call as Linux defines it (number in r12, arguments in r5 .., result in r3), not a jump.
  bool linux_system_calls = false;

  /// "mb-default": as the PYNQ base overlay has its cores; "mb-default-fpu": the same with the basic FPU; "mb-full": everything. Throws
  /// UsageError for another name.
  static Options preset(std::string_view name);

  /// Whether instructions that need `option` exist.
  bool has(Option option) const;
};

/// "C_USE_HW_MUL of at least 1".
std::string_view parameter(Option option);
/// What to do at compile time about an instruction that the core lacks: "compile with -mxl-soft-mul".
std::string_view remedy(Option option);

}  // namespace epysim::microblaze
