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
#include <cstring>
#include <type_traits>

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

/// One bit per issue slot of the pairing table; control instructions have none and issue alone.
namespace slot {
inline constexpr std::uint8_t kIalu = 1, kFpu = 2, kLoadStore = 4;
inline constexpr std::uint8_t kJoinsFpu = kIalu | kLoadStore;
inline constexpr unsigned kSecondShift = 4;
inline constexpr std::uint8_t kNotFpu = kJoinsFpu | kJoinsFpu << kSecondShift;
}  // namespace slot

/// What is on its way in a pipeline, counted from the cycle before the next one: two pipelines with the same Flight behave alike from here
/// on.
struct Flight {
  static constexpr std::size_t kMost = 13;
  static constexpr std::uint8_t kLongest = 5;  // behind the cycle before; so a taken branch outlasts everything
  struct Result {
    std::uint8_t reg = 0;
    std::uint8_t at = 0;
    std::uint8_t by = 0;
    std::uint8_t integer = 0;  // others than the FPU wait for it, too
  };
  std::uint64_t last_writes = 0;
  std::uint64_t earlier_writes = 0;
  std::uint64_t fresh = 0;
  std::array<Result, kMost> results{};
  std::uint8_t count = 0;
  std::uint8_t open = 0;
  std::uint8_t earlier_open = 0;
  std::uint8_t float_flags = 0;

  bool operator==(const Flight& other) const { return std::memcmp(this, &other, sizeof other) == 0; }
};
static_assert(std::has_unique_object_representations_v<Flight>);

class Pipeline {
 public:
  /// The earliest cycle in which the next instruction can issue: the core's local time.
  Cycle now() const { return cycle_; }

  /// Cycles between producer and consumer depend on the rounding mode.
  void set_truncate(bool truncate) { nearest_ = truncate ? 0 : 1; }

  // -- issue of one instruction, and what it leaves behind
  void issue_integer(const Decoded& d) { issue<slot::kIalu, slot::kFpu, Unit::Ialu>(d); }
  void issue_integer_on_float_flags(const Decoded& d) { issue_dependent<slot::kIalu, slot::kFpu, Unit::Ialu>(d); }
  void issue_float(const Decoded& d) {
    const bool joins = (open_ & slot::kJoinsFpu) != 0;
    const std::uint64_t before = last_writes_;
    const Cycle then = cycle_;
    const bool depends = ((d.hazards & (pending_ | pending_float_)) | (d.insn.reads & fresh())) != 0;
    Cycle ready = depends ? resolve(d) : 0;
    if ((d.insn.reads & earlier_fresh()) != 0 && ready < cycle_) ready = cycle_;  // does not join
    place<slot::kFpu, slot::kJoinsFpu, Unit::Fpu>(d, ready);
    if (d.insn.action == Action::Fmadd || d.insn.action == Action::Fmsub) ++fused_;
    fresh_ = joins && cycle_ == then ? before : 0;  // still fresh for the next one when this one joined it
    float_flags_ = cycle_ - 1 + distance::kFpu + nearest_;
    expect(d.insn.rd, d.insn.writes, {float_flags_, Producer::Float});
    heed_ = open_ == slot::kFpu ? ~std::uint64_t{0} : pending_;
  }
  void issue_load(const Decoded& d) {
    issue<slot::kLoadStore, slot::kFpu, Unit::LoadStore>(d);
    if (d.insn.size == 2) [[likely]] {
      const std::uint64_t data = std::uint64_t{1} << d.insn.rd;
      pending_float_ |= data;
      expect(d.insn.rd, data, {cycle_ - 1 + distance::kLoad, Producer::Load});
    } else if (d.insn.size == 3) {
      const std::uint64_t data = std::uint64_t{3} << (d.insn.rd & ~1u);
      pending_float_ |= data;
      expect(d.insn.rd | 1u, data, {cycle_ - 1 + distance::kLoad, Producer::Load});
      ready_[d.insn.rd & ~1u] = ready_[d.insn.rd | 1u];
    } else {
      expect(d.insn.rd, std::uint64_t{1} << d.insn.rd, {cycle_ - 1 + distance::kNarrowLoad, Producer::NarrowLoad});
    }
  }
  void issue_store(const Decoded& d) { issue<slot::kLoadStore, slot::kFpu, Unit::LoadStore>(d); }
  void issue_control(const Decoded& d) { issue<0, 0, Unit::Control>(d); }
  void issue_branch_on_float_flags(const Decoded& d) { issue_dependent<0, 0, Unit::Control>(d); }
  void issue_movfs(const Decoded& d) {
    issue_control(d);
    expect(d.insn.rd, d.insn.writes, {cycle_ - 1 + distance::kMovfs, Producer::NarrowLoad});
  }
  /// A load whose data comes from outside: until it returns nothing else issues, so it leaves no dependency.
  void issue_outside_load(const Decoded& d) { issue<0, 0, Unit::LoadStore>(d); }

  /// The cycle in which `d` would issue if it did not pair: for accesses that have to wait for their turn in global time.
  Cycle earliest(const Decoded& d) const {
    const Cycle ready = ready_for(d).at;
    return ready > cycle_ ? ready : cycle_;
  }

  /// The load or store that was just issued gets its memory bank some cycles later.
  void wait_for_bank(const Decoded& d, Cycle cycles);
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

  // -- for engines that know beforehand what a run of instructions costs
  /// One instruction that is none of the system's, and not a load or store that leaves the core.
  void issue(const Decoded& d);
  /// What is on its way now; false when that is more, or lasts longer, than a Flight can say.
  bool capture(Flight& flight) const;
  /// Goes on at `at` with this on its way; the cycles in between are for count() to explain.
  void restore(const Flight& flight, Cycle at);
  /// What instructions have counted, in two words of fields: IALU, FPU, load/store and control instructions, and fused ones among those of
  /// the FPU; pairs, dependency stalls, those of them on loads, branch cycles, fetch stalls.
  struct Tally {
    static constexpr unsigned kField = 12;
    static constexpr Cycle kMost = (1u << kField) - 1;
    std::uint64_t issued = 0;
    std::uint64_t cycles = 0;

    void operator+=(const Tally& more) {
      issued += more.issued;
      cycles += more.cycles;
    }
    /// For a while fields may be negative.
    void operator-=(const Tally& less) {
      issued -= less.issued;
      cycles -= less.cycles;
    }
  };
  Tally tally() const;
  /// Goes on at `at` with `flight`; `tally` explains the cycles in between, at most kMost / 2 and what a block takes.
  void arrive(const Tally& tally, const Flight& flight, Cycle at) {
    late_ += tally;
    restore(flight, at);
    if (at - late_since_ > Tally::kMost / 4) write_down(at);
  }

  // -- what happened
  std::uint64_t instructions() const { return issued(Unit::Ialu) + issued(Unit::Fpu) + issued(Unit::LoadStore) + issued(Unit::Control); }
  std::uint64_t issued(Unit unit) const {
    const unsigned number = static_cast<unsigned>(unit);
    return issued_[number] + field(late_.issued, number);
  }
  /// Of the FPU's instructions, those that multiply and add.
  std::uint64_t fused() const { return fused_ + field(late_.issued, 4); }
  std::uint64_t dual_issues() const { return dual_ + field(late_.cycles, 0); }
  Cycle charged(core::Cause cause) const {
    const Cycle late = cause == core::Cause::DependencyStall ? field(late_.cycles, 1)
                       : cause == core::Cause::Branch        ? field(late_.cycles, 3)
                       : cause == core::Cause::FetchStall    ? field(late_.cycles, 4)
                                                             : 0;
    return charged_[static_cast<std::size_t>(cause)] + late;
  }
  Cycle load_stalls() const { return load_stalls_ + field(late_.cycles, 2); }  // dependency stalls on a load (timer event E1)
  Cycle register_stalls() const { return charged(core::Cause::DependencyStall) - load_stalls_; }  // all others (timer event RA)
  /// Sums exactly to now().
  core::CauseAccount causes() const;

 private:
  /// Who will write a register, and when an IALU instruction (or an address, or a branch) may read it.
  enum class Producer : std::uint32_t { Load, NarrowLoad, Float };
  struct Ready {
    Cycle at = 0;
    Producer by = Producer::Load;

    Cycle for_float() const { return by == Producer::Load ? at + distance::kLoadToFpu - distance::kLoad : at; }
    Cycle for_store() const { return by == Producer::Float ? at + distance::kFpuToStore - distance::kFpu : at; }
  };
  struct Hazard {
    Cycle at = 0;
    bool load = false;  // the last producer to finish is a load
  };

  // Issue of one instruction; after it, cycle_ - 1 is the cycle of issue. `kSlot`: what it leaves open for the next one to pair with,
  // `kPairs`: what it can join. Most instructions touch no register of `heed_` and take the next cycle.
  template <std::uint8_t kSlot, std::uint8_t kPairs, Unit kUnit>
  void issue(const Decoded& d) {
    if ((d.hazards & heed_) != 0) [[unlikely]]
      return issue_heeding<kSlot, kPairs, kUnit>(d);
    take_next<kSlot, kUnit>(d);
  }
  template <std::uint8_t kSlot, std::uint8_t kPairs, Unit kUnit>
  [[gnu::noinline]] void issue_heeding(const Decoded& d) {
    if ((kPairs & open_) != 0 || pending_until_ > cycle_) return issue_dependent<kSlot, kPairs, kUnit>(d);
    pending_ = heed_ = 0;  // everything is there
    take_next<kSlot, kUnit>(d);
  }
  template <std::uint8_t kSlot, std::uint8_t kPairs, Unit kUnit>
  [[gnu::noinline]] void issue_dependent(const Decoded& d) {
    place<kSlot, kPairs, kUnit>(d, resolve(d));
    heed_ = pending_;
  }
  /// In the cycle of the instruction before, if it may join that, or in the first one from `ready` on.
  template <std::uint8_t kSlot, std::uint8_t kPairs, Unit kUnit>
  void place(const Decoded& d, Cycle ready) {
    if ((kPairs & open_) != 0 && (d.hazards & last_writes_) == 0 && ready < cycle_) {
      --cycle_;
      take_next<kSlot << slot::kSecondShift, kUnit>(d);
      ++dual_;
    } else {
      if (ready > cycle_) {
        cycle_ = ready;
        open_ = 0;
      }
      take_next<kSlot, kUnit>(d);
    }
  }
  template <std::uint8_t kOpen, Unit kUnit>
  void take_next(const Decoded& d) {
    ++cycle_;
    earlier_open_ = open_;
    open_ = kOpen;
    earlier_writes_ = last_writes_;
    last_writes_ = d.insn.writes;
    ++issued_[static_cast<std::size_t>(kUnit)];
  }
  void expect(unsigned reg, std::uint64_t registers, Ready ready) {
    pending_ |= registers;
    heed_ |= registers;
    ready_[reg] = ready;
    if (ready.at > pending_until_) pending_until_ = ready.at;
  }
  /// What the IALU (or a load/store's base update) wrote in the last cycle: the FPU cannot read it yet.
  std::uint64_t fresh() const { return (open_ & slot::kNotFpu) != 0 ? last_writes_ : open_ != 0 ? fresh_ : 0; }
  /// What it wrote in the cycle before that: not yet to be read by an FPU instruction that joins the last cycle.
  std::uint64_t earlier_fresh() const { return (earlier_open_ & slot::kNotFpu) != 0 ? earlier_writes_ : earlier_open_ != 0 ? fresh_ : 0; }
  Hazard ready_for(const Decoded& d) const;
  /// The cycle from which `d`'s registers allow it to issue; charges the stall that follows from it.
  Cycle resolve(const Decoded& d);

  static std::uint64_t field(std::uint64_t word, unsigned number) { return word >> (number * Tally::kField) & Tally::kMost; }
  /// Adds what is late to the counters, at `now`.
  void write_down(Cycle now);

  Cycle cycle_ = 0;
  std::uint64_t heed_ = 0;  // registers that the next instruction has to ask about: pending_, or all while an FPU instruction can be joined
  std::uint64_t pending_ = 0;         // registers with a result that may still be on its way (see ready_)
  Cycle pending_until_ = 0;           // from here on an IALU instruction can read all of them
  std::uint64_t pending_float_ = 0;   // on its way to the FPU, for which a load takes longer
  std::uint64_t last_writes_ = 0;     // of the instruction issued last
  std::uint64_t fresh_ = 0;           // of the instruction that the last one joined
  std::uint64_t earlier_writes_ = 0;  // of the instruction issued before it
  std::uint8_t earlier_open_ = 0;     // open_ when the last one issued
  std::uint8_t open_ = 0;             // the last one's slot; shifted up when it was the second of a pair; 0 when time has passed since
  Cycle nearest_ = 1;
  Cycle float_flags_ = 0;  // the FPU's flags, and all its results, are there from this cycle on
  std::array<std::uint64_t, 4> issued_{};
  std::uint64_t fused_ = 0;
  std::uint64_t dual_ = 0;
  Cycle load_stalls_ = 0;
  std::array<Cycle, core::kCauseCount> charged_{};
  std::array<Ready, 64> ready_{};
  Tally late_;  // not counted yet
  Cycle late_since_ = 0;
};

inline void Pipeline::restore(const Flight& flight, Cycle at) {
  const Cycle before = at - 1;
  cycle_ = at;
  open_ = flight.open;
  earlier_open_ = flight.earlier_open;
  last_writes_ = flight.last_writes;
  earlier_writes_ = flight.earlier_writes;
  fresh_ = flight.fresh;
  float_flags_ = flight.float_flags != 0 ? before + flight.float_flags : 0;
  pending_ = pending_float_ = 0;
  pending_until_ = 0;
  for (std::size_t i = 0; i < flight.count; ++i) {
    const Flight::Result& result = flight.results[i];
    const std::uint64_t bit = std::uint64_t{1} << result.reg;
    const Ready ready{before + result.at, static_cast<Producer>(result.by)};
    ready_[result.reg] = ready;
    if (result.integer != 0) pending_ |= bit;
    pending_float_ |= bit;
    if (ready.at > pending_until_) pending_until_ = ready.at;
  }
  heed_ = open_ == slot::kFpu ? ~std::uint64_t{0} : pending_;
}

}  // namespace epysim::epiphany
