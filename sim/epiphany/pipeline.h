#pragma once
// When an instruction issues: the price list of the Epiphany pipeline. In-order issue, at most two per cycle, full interlock.
//
//   issue = max(next free cycle, ready[register read, for this kind of reader], order of writes to the same register)
//   a pair shares a cycle: {IALU or load/store} + {FPU}, adjacent, no register between them written by the first and used by the second
//
// Every cycle that passes is charged to exactly one core::Cause. Cycles in which something issued are not counted one by one: with
// n instructions and p pairs they are n - 2p (Issue) and p (DualIssue).
//
// Figures: result distances, pairing and branch cost of the "Epiphany Architecture Reference" pipeline tables, which GCC's
// epiphany-sched.md agrees with; +1 for a straddling branch target and the byte/half-word load from the same manual; interrupt entry is our
// assumption.

#include <array>
#include <cstdint>

#include "sim/core/cause.h"
#include "sim/core/types.h"
#include "sim/epiphany/decoded.h"

namespace epysim::epiphany {

/// Issue distances in cycles, from the producer's issue to the earliest issue of the consumer.
namespace distance {
inline constexpr Cycle kIaluToFpu = 2;   // IALU to anything else: 1
inline constexpr Cycle kFpu = 4;         // FPU to FPU, IALU, address; one more when rounding to nearest
inline constexpr Cycle kFpuToStore = 3;  // FPU to the data of a store; one more when rounding to nearest
inline constexpr Cycle kLoad = 2;        // LDR, LDRD to IALU, address, store data
inline constexpr Cycle kLoadToFpu = 3;
inline constexpr Cycle kNarrowLoad = 3;  // LDRB, LDRH to anything
inline constexpr Cycle kMovfs = 2;       // assumption: like a load
}  // namespace distance

/// Cycles after the issue cycle.
namespace penalty {
inline constexpr Cycle kTaken = 3;      // taken branch, jump, call
inline constexpr Cycle kStraddle = 1;   // its target is a 32-bit instruction across two fetch lines
inline constexpr Cycle kInterrupt = 4;  // entry; with the branch in the vector 8 cycles to the handler's first instruction
inline constexpr Cycle kRti = 3;
}  // namespace penalty

class Pipeline {
 public:
  /// The earliest cycle in which the next instruction can issue: the core's local time.
  Cycle now() const { return cycle_; }

  /// Cycles between producer and consumer depend on the rounding mode.
  void set_truncate(bool truncate) { nearest_ = truncate ? 0 : 1; }

  // -- issue of one instruction, then what it leaves behind
  void issue_integer(const Decoded& d) {
    issue(d, (d.hazards & pending_) != 0);
    fresh_ = d.insn.writes;
    fresh_at_ = issued_at_;
  }
  void issue_on_float_flags(const Decoded& d) {
    issue(d, true);
    fresh_ = d.insn.writes;
    fresh_at_ = issued_at_;
  }
  void issue_float(const Decoded& d) {
    issue(d, ((d.hazards & pending_) | (d.insn.reads & fresh_)) != 0);
    const Cycle result = issued_at_ + distance::kFpu + nearest_;
    pending_ |= d.insn.writes;
    ready_[d.insn.rd] = {result, result, issued_at_ + distance::kFpuToStore + nearest_, false};
    float_flags_ = result;
  }
  void issue_load(const Decoded& d) {
    issue(d, (d.hazards & pending_) != 0);
    const bool narrow = d.insn.size < 2;
    expect(d, issued_at_ + (narrow ? distance::kNarrowLoad : distance::kLoad),
           issued_at_ + (narrow ? distance::kNarrowLoad : distance::kLoadToFpu));
  }
  void issue_store(const Decoded& d) {
    issue(d, (d.hazards & pending_) != 0);
    update_base(d);
  }
  void issue_control(const Decoded& d) { issue(d, (d.hazards & pending_) != 0); }
  void issue_movfs(const Decoded& d) {
    issue_control(d);
    pending_ |= d.insn.writes;
    const Cycle result = issued_at_ + distance::kMovfs;
    ready_[d.insn.rd] = {result, result, result, true};
  }
  /// A load whose data comes from outside: until it returns nothing else issues, so it leaves no dependency.
  void issue_outside_load(const Decoded& d) {
    issue(d, (d.hazards & pending_) != 0);
    pending_ &= ~d.insn.writes;
    update_base(d);
  }

  /// The cycle in which `d` would issue if it did not pair: for accesses that have to wait for their turn in global time.
  Cycle earliest(const Decoded& d) const {
    const Cycle ready = ready_for(d).at;
    return ready > cycle_ ? ready : cycle_;
  }
  /// Of the instruction issued last.
  Cycle issued_at() const { return issued_at_; }

  /// Waits until every FPU result is there (before a write to CONFIG or STATUS).
  void drain_float();
  /// Time passes without issue, for a reason.
  void charge(core::Cause cause, Cycle cycles) {
    charged_[static_cast<std::size_t>(cause)] += cycles;
    cycle_ += cycles;
    open_ = 0;
  }
  void charge_until(core::Cause cause, Cycle at) {
    if (at > cycle_) charge(cause, at - cycle_);
  }
  /// Forgets all dependencies; time and counters stay (a core reset).
  void reset();

  // -- what happened
  std::uint64_t instructions() const { return issued_[0] + issued_[1] + issued_[2] + issued_[3]; }
  std::uint64_t issued(Unit unit) const { return issued_[static_cast<std::size_t>(unit)]; }
  std::uint64_t dual_issues() const { return dual_; }
  Cycle charged(core::Cause cause) const { return charged_[static_cast<std::size_t>(cause)]; }
  Cycle load_stalls() const { return load_stalls_; }  // dependency stalls on a load (timer event E1)
  Cycle register_stalls() const { return charged(core::Cause::DependencyStall) - load_stalls_; }  // all others (timer event RA)
  /// Sums exactly to now().
  core::CauseAccount causes() const;

 private:
  struct Ready {
    Cycle integer = 0;  // for IALU, address, branch
    Cycle fpu = 0;
    Cycle store = 0;  // for the data of a store
    bool load = false;
  };
  struct Hazard {
    Cycle at = 0;
    bool load = false;  // the last producer to finish is a load
  };

  void issue(const Decoded& d, bool may_stall) {
    Cycle ready = 0;
    if (may_stall) [[unlikely]]
      ready = resolve(d);
    if ((d.pairs_with & open_) != 0 && (d.hazards & last_writes_) == 0 && ready < cycle_) {
      ++dual_;
      open_ = 0;
      issued_at_ = cycle_ - 1;
    } else {
      if (ready > cycle_) [[unlikely]]
        cycle_ = ready;
      issued_at_ = cycle_++;
      open_ = d.slot_bit;
    }
    last_writes_ = d.insn.writes;
    ++issued_[d.unit];
  }
  void expect(const Decoded& d, Cycle integer, Cycle fpu);
  void update_base(const Decoded& d) {
    if (d.insn.addressing >= Addressing::PostmodifyRegister) {
      fresh_ = std::uint64_t{1} << d.insn.rn;
      fresh_at_ = issued_at_;
    }
  }
  Hazard ready_for(const Decoded& d) const;
  /// The cycle from which `d`'s registers allow it to issue; charges the stall that follows from it.
  Cycle resolve(const Decoded& d);

  Cycle cycle_ = 0;
  Cycle issued_at_ = 0;
  std::uint64_t pending_ = 0;  // registers with a result that may still be on its way (see ready_)
  std::uint64_t fresh_ = 0;    // registers the IALU wrote in cycle fresh_at_
  Cycle fresh_at_ = 0;
  std::uint64_t last_writes_ = 0;  // of the instruction issued last
  std::uint8_t open_ = 0;          // its slot, while a second instruction may join it
  Cycle nearest_ = 1;
  Cycle float_flags_ = 0;  // the FPU's flags, and all its results, are there from this cycle on
  std::array<std::uint64_t, 4> issued_{};
  std::uint64_t dual_ = 0;
  Cycle load_stalls_ = 0;
  std::array<Cycle, core::kCauseCount> charged_{};
  std::array<Ready, 64> ready_{};
};

}  // namespace epysim::epiphany
