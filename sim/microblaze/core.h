#pragma once
// One MicroBlaze core: block RAM, registers, exceptions, interrupts, and its own count of cycles. It runs ahead through private work and
// stops before everything that others could notice until its turn in global time has come; the cluster decides when that is.
//
// What the manual leaves open is decided so (all of them assumptions):
//   * A delay slot is one whether its branch is taken or not; BTR holds where execution goes on behind it.
//   * With exceptions for them off, misaligned accesses ignore the low address bits.
//   * Words whose major opcode exists but whose other bits mean nothing raise no exception; like everything undefined they stop the core,
//   or
//     are a NOP (Options::undefined_is_nop).
//   * An interrupt, break or exception that falls between a write to MSR and its delayed effect finds it effected.
//   * A stream link has nothing at its other end: blocking accesses wait until an interrupt, the others say "no".

#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/cause.h"
#include "sim/core/decode_cache.h"
#include "sim/core/misuse.h"
#include "sim/core/types.h"
#include "sim/microblaze/block.h"
#include "sim/microblaze/cpu_state.h"
#include "sim/microblaze/decoded.h"
#include "sim/microblaze/options.h"
#include "sim/microblaze/pipeline.h"
#include "sim/zynq/soft_core.h"

namespace epysim::microblaze {

class Core : public zynq::SoftCore {
 public:
  /// `local_bytes` is a power of two. `surroundings` is not owned.
  Core(int id, std::uint32_t local_bytes, const Options& options, zynq::Surroundings& surroundings);

  bool big_endian() const override { return options_.big_endian; }
  void complete(std::uint32_t value, bool error, Cycle at) override;
  void interrupt(bool level, Cycle at) override;
  void written(Address offset, std::uint32_t bytes) override;
  /// Instead of the reference engine. `visits`, 1 to 255: how often it comes to a place before it makes a block of it.
  void use_fast_engine(unsigned visits);
  /// The break input: taken when no other break is being served, or, not `maskable`, in any case.
  void request_break(bool maskable, Cycle at);
  const Options& options() const { return options_; }
  CpuState& cpu() { return state_; }
  const CpuState& cpu() const { return state_; }
  const Pipeline& pipeline() const { return pipeline_; }
  /// As MFS reads it.
  std::uint32_t read_special(std::uint32_t number) const;

 private:
  friend class ReferenceEngine;
  friend class FastEngine;

  enum class Break : std::uint8_t { None, Maskable, Certain };
  /// Bits of MSR that change one instruction later than the instruction that changes them.
  struct LateMsr {
    std::uint32_t mask = 0;
    std::uint32_t value = 0;
  };
  /// An access to the outside that has not been answered.
  struct Access {
    bool under_way = false;
    Instruction insn;
    Address address = 0;
    Address pc = 0;
    bool in_slot = false;
  };

  // zynq::SoftCore
  Address pc() const override { return state_.pc; }
  bool advance() override;
  std::optional<core::Cause> waits_for() const override;
  void clear() override;
  bool has_fpu() const override { return options_.fpu != 0; }
  void begin_at(Address entry) override;
  Cycle release_cycles() const override { return penalty::kRelease; }

  // core.cpp
  void attend();
  void wake_up(Cycle at);
  void enter_vector(Address offset);
  void raise(std::uint32_t cause, Address pc, bool in_slot);
  bool takes_exceptions() const;
  void decode_into(Decoded& slot, Address pc);
  /// `in_slot`: of a branch that has left its target in BTR.
  void go_on_at(Address pc, bool in_slot) {
    state_.pc = pc;
    in_slot_ = in_slot;
    slot_target_ = state_.btr;
    prefixed_ = false;
  }
  void fetch_outside();
  using SoftCore::misuse;
  void misuse(core::Misuse kind, const std::string& text) { misuse(kind, state_.pc, text); }
  /// Says so, and halts or takes it for a NOP.
  void undefined(core::Misuse kind, const std::string& text);
  void apply_late_msr(std::uint32_t but = 0);

  // core_execute.cpp: one instruction, at state_.pc. False: the engine has to stop before it.
  bool execute(const Decoded& d);
  bool execute(const Decoded& d, const Instruction& insn);  // `insn`: with its prefix
  void divide(const Decoded& d, const Instruction& insn);
  void float_operation(const Decoded& d, const Instruction& insn);
  void branch(const Instruction& insn);
  bool load(const Instruction& insn);
  bool store(const Instruction& insn);
  /// The address that an access really uses; nothing when it has raised an exception.
  std::optional<Address> place(const Instruction& insn);
  void put_loaded(const Instruction& insn, std::uint32_t value);
  bool system(const Instruction& insn);
  bool stream(const Instruction& insn);
  bool barrier(const Instruction& insn);
  void move_to_special(const Instruction& insn);
  bool break_to(const Instruction& insn);
  void system_call();
  void illegal(const Instruction& insn);

  CpuState state_;
  Pipeline pipeline_;
  Options options_;
  bool attention_ = false;
  // What the instruction before has left for this one ...
  bool in_slot_ = false;  // it is in a delay slot,
  Address slot_target_ = 0;
  bool prefixed_ = false;  // an IMM stands before it,
  std::uint32_t prefix_ = 0;
  bool atomic_ = false;  // no interrupt may come in between,
  LateMsr late_msr_;     // MSR changes behind it
  // ... and this one for the next
  Address next_pc_ = 0;
  bool next_in_slot_ = false;
  LateMsr next_late_msr_;

  core::LocalDecodeCache<Decoded, 2> decoded_;
  // of the fast engine
  BlockTable blocks_;
  unsigned block_visits_ = 0;
  Resume resume_;

  bool (*engine_)(Core&);
  bool blocked_ = false;  // on a stream
  bool interrupt_level_ = false;
  Break break_ = Break::None;
  Access access_;
};

}  // namespace epysim::microblaze
