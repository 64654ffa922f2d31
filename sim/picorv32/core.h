#pragma once
// One PicoRV32 core: block RAM, registers, its own kind of interrupts, and its count of cycles.
//
// An instruction that does not exist, EBREAK (and ECALL, unless it is a system call) raise the core's interrupt 1, a misaligned access
// raises 2; where that is masked or an interrupt is being handled, the core stops for good ("trap").
//
// What the description leaves open is decided so (all of them assumptions):
//   * The board's interrupt line is interrupt 3. It stays pending once it was high.
//   * A misaligned access that stops the core is not made; one that is followed by an interrupt ignores the low address bits.
//   * FENCE does nothing: memory sees the accesses of a core in their order.
//   * There is code in block RAM only.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/cause.h"
#include "sim/core/decode_cache.h"
#include "sim/core/misuse.h"
#include "sim/core/types.h"
#include "sim/picorv32/instruction.h"
#include "sim/picorv32/options.h"
#include "sim/picorv32/pipeline.h"
#include "sim/zynq/soft_core.h"

namespace epysim::picorv32 {

struct CpuState {
  std::array<std::uint32_t, 32> x{};  // x[0] is always zero
  std::uint32_t pc = 0;
  std::array<std::uint32_t, 4> q{};  // q[0]: where to return from the handler, q[1]: what it was called for
  std::uint32_t mask = ~0u;          // interrupts that are not taken
  std::uint32_t pending = 0;
  bool in_handler = false;
};

/// An instruction in the decode cache.
struct Decoded {
  Instruction insn;
  bool there = false;
  bool observed = false;  // somebody wants to know when it is executed

  static Decoded end() { return {}; }
  bool empty() const { return !there; }
  void drop() { there = false; }
};

class Core : public zynq::SoftCore {
 public:
  /// `local_bytes` is a power of two. `surroundings` is not owned.
  Core(int id, std::uint32_t local_bytes, const Options& options, zynq::Surroundings& surroundings);

  void complete(std::uint32_t value, bool error, Cycle at) override;
  void interrupt(bool level, Cycle at) override;
  void written(Address offset, std::uint32_t bytes) override { decoded_.drop(local(), offset, bytes); }
  Address pc() const override { return state_.pc; }
  CpuState& cpu() { return state_; }

 private:
  bool advance() override;
  std::optional<core::Cause> waits_for() const override;
  void clear() override;
  void begin_at(Address entry) override;
  Cycle release_cycles() const override { return penalty::kRelease; }

  // One instruction, or a part of it. False: it has to wait for its turn, or the core has stopped.
  bool execute(const Instruction& insn);
  void jump(Address target);
  bool load(const Instruction& insn, Address address);
  bool store(const Instruction& insn, Address address);
  bool system(const Instruction& insn);
  bool system_call(const Instruction& insn);
  bool illegal(const Instruction& insn);
  /// The address that an access really uses, once it is this core's turn for it.
  std::optional<Address> place(const Instruction& insn, Address address);
  /// What goes wrong raises an interrupt, or stops the core.
  bool fault(std::uint32_t interrupt, core::Misuse kind, const std::string& text);
  void enter_handler();
  void stop(core::Misuse kind, const std::string& text);
  void put(unsigned number, std::uint32_t value) {
    if (number != 0) state_.x[number] = value;
  }
  void put_loaded(const Instruction& insn, std::uint32_t value);

  CpuState state_;
  Options options_;
  Pipeline pipeline_{options_};
  Address next_pc_ = 0;
  bool interrupt_level_ = false;
  std::optional<Instruction> access_;  // the load or store outside that has not been answered
  core::LocalDecodeCache<Decoded, 2> decoded_;
  std::optional<Cycle> first_cycle_;  // since the last reset; counters count from there
  std::uint64_t instructions_before_ = 0;
};

}  // namespace epysim::picorv32
