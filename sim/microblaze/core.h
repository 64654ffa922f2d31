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
#include <set>
#include <string>
#include <utility>

#include "sim/core/cause.h"
#include "sim/core/decode_cache.h"
#include "sim/core/misuse.h"
#include "sim/core/types.h"
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

  // -- zynq::SoftCore
  Cycle now() const override { return pipeline_.now(); }
  Cycle next_time() const override;
  void run(Cycle until, Cycle horizon) override;
  void limit(Cycle at) override;
  void settle(Cycle at) override;
  void complete(std::uint32_t value, bool error, Cycle at) override;
  void reset(Cycle at) override;
  void start(std::optional<Address> entry, Cycle at) override;
  void halt(Cycle at) override;
  void interrupt(bool level, Cycle at) override;
  void written(Address offset, std::uint32_t bytes) override;
  unsigned life() const override { return lives_; }
  core::CoreSnapshot snapshot() const override;
  void misuse(core::Misuse kind, Address pc, const std::string& text) override;
  core::CauseAccount causes() const override { return blamed_.of(pipeline_.causes()); }
  void blame_host_since(const core::CauseAccount& earlier) override { blamed_.blame_host_since(earlier, pipeline_.causes()); }

  // -- more
  /// The break input: taken when no other break is being served, or, not `maskable`, in any case.
  void request_break(bool maskable, Cycle at);
  const Options& options() const { return options_; }
  CpuState& cpu() { return state_; }
  const CpuState& cpu() const { return state_; }
  const Pipeline& pipeline() const { return pipeline_; }
  /// As MFS reads it.
  std::uint32_t read_special(std::uint32_t number) const;
  core::CoreState state() const;

 private:
  friend class ReferenceEngine;

  enum class Life : std::uint8_t { Reset, Awake, Asleep, Exited };
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

  // core.cpp
  void attend();
  void enter(Life life);
  void wake(Cycle at);
  void enter_vector(Address offset);
  void raise(std::uint32_t cause, Address pc, bool in_slot);
  bool takes_exceptions() const;
  /// The moment of an access that others can notice, once it is this core's turn; kNever (and the engine stops) before.
  Cycle turn(Cycle at);
  void decode_into(Decoded& slot, Address pc);
  void fetch_outside();
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
  void linux_call();
  void illegal(const Instruction& insn);

  CpuState state_;
  Pipeline pipeline_;
  Options options_;
  Cycle limit_ = 0;  // the engine's loop ends here; 0 = look up
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
  zynq::Surroundings& surroundings_;
  Cycle until_ = 0, horizon_ = 0;
  Cycle wanted_ = 0;  // the moment of the shared access that the core stopped before
  Life life_ = Life::Reset;
  bool halted_ = false;
  bool blocked_ = false;  // on a stream
  bool interrupt_level_ = false;
  Break break_ = Break::None;
  Access access_;
  unsigned lives_ = 0;
  std::optional<int> exit_code_;
  core::BlamedAccount blamed_;
  std::set<std::pair<core::Misuse, Address>> reported_;
  std::uint64_t misuses_ = 0;
};

}  // namespace epysim::microblaze
