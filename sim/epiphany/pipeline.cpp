#include "sim/epiphany/pipeline.h"

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <utility>

namespace epysim::epiphany {
namespace {

bool reads_float_flags(const Decoded& d) { return d.kind == Kind::IntegerOnFloatFlags || d.kind == Kind::BranchOnFloatFlags; }

/// Whether a store reads the register as data and not also as address.
bool only_data(const Instruction& insn, unsigned reg) {
  const bool data = reg == insn.rd || (insn.size == 3 && reg == (insn.rd | 1u));
  const bool indexed = insn.addressing == Addressing::Index || insn.addressing == Addressing::PostmodifyRegister;
  return data && reg != insn.rn && !(indexed && reg == insn.rm);
}

/// Cycles from issue until the register is written, as seen by an IALU reader.
Cycle latency(const Decoded& d, Cycle nearest) {
  if (d.kind == Kind::Float) return distance::kFpu + nearest;
  if (is_load(d.kind)) return d.insn.size < 2 ? distance::kNarrowLoad : distance::kLoad;
  return 1;
}

}  // namespace

Pipeline::Hazard Pipeline::ready_for(const Decoded& d) const {
  Hazard hazard;
  const auto later = [&hazard](Cycle at, bool load) {
    if (at > hazard.at) hazard = {at, load};
  };
  const bool to_float = d.kind == Kind::Float;
  for (std::uint64_t left = d.hazards & (to_float ? pending_ | pending_float_ : pending_); left != 0; left &= left - 1) {
    const unsigned reg = static_cast<unsigned>(std::countr_zero(left));
    const Ready& ready = ready_[reg];
    if ((d.insn.reads >> reg & 1u) != 0) {
      const bool data = is_store(d.kind) && only_data(d.insn, reg);
      later(to_float ? ready.for_float() : data ? ready.for_store() : ready.at, ready.by != Producer::Float);
    }
    // The second of two writers must finish last.
    if ((d.insn.writes >> reg & 1u) != 0) {
      const Cycle own = latency(d, nearest_);
      if (ready.at + 1 > own) later(ready.at + 1 - own, ready.by != Producer::Float);
    }
  }
  if (to_float) {
    if ((d.insn.reads & fresh()) != 0) later(cycle_ - 1 + distance::kIaluToFpu, false);
  } else if (reads_float_flags(d)) {
    later(float_flags_, false);
  }
  return hazard;
}

Cycle Pipeline::resolve(const Decoded& d) {
  const Hazard hazard = ready_for(d);
  const Cycle issue = std::max(cycle_, hazard.at);
  // A result that is there when this instruction issues is a dependency no longer, nor is what it writes itself.
  for (std::uint64_t left = d.hazards & (pending_ | pending_float_); left != 0; left &= left - 1) {
    const unsigned reg = static_cast<unsigned>(std::countr_zero(left));
    const std::uint64_t bit = std::uint64_t{1} << reg;
    if (ready_[reg].at <= issue) pending_ &= ~bit;
    if (ready_[reg].for_float() <= issue) pending_float_ &= ~bit;
  }
  pending_ &= ~d.insn.writes;
  const Cycle stall = issue - cycle_;
  charged_[static_cast<std::size_t>(core::Cause::DependencyStall)] += stall;
  if (hazard.load) load_stalls_ += stall;
  return hazard.at;
}

void Pipeline::wait_for_bank(const Decoded& d, Cycle cycles) {
  charge(core::Cause::BankConflict, cycles);
  if (!is_load(d.kind)) return;
  ready_[d.insn.rd].at += cycles;
  if (d.insn.size == 3) ready_[d.insn.rd ^ 1u].at += cycles;
  pending_until_ += cycles;
}

void Pipeline::drain_float() { charge_until(core::Cause::DependencyStall, float_flags_); }

void Pipeline::issue(const Decoded& d) {
  switch (d.kind) {
    case Kind::Load:
    case Kind::LoadWord:
    case Kind::LoadWordIndexed:
      return issue_load(d);
    case Kind::Store:
    case Kind::StoreWord:
    case Kind::StoreWordIndexed:
      return issue_store(d);
    case Kind::Float:
      return issue_float(d);
    case Kind::IntegerOnFloatFlags:
      return issue_integer_on_float_flags(d);
    case Kind::BranchOnFloatFlags:
      return issue_branch_on_float_flags(d);
    case Kind::Condition:
    case Kind::Branch:
    case Kind::Nop:
      return issue_control(d);
    default:
      return issue_integer(d);
  }
}

bool Pipeline::capture(Flight& flight) const {
  flight = {};
  const Cycle before = cycle_ - 1;
  const auto passed = [before](Cycle at) { return static_cast<std::int64_t>(at - before); };
  // What is there in the next cycle matters only to an instruction that could join the last one.
  const std::int64_t matters = open_ != 0 ? 1 : 2;
  if (open_ != 0) {
    flight.open = open_;
    flight.earlier_open = earlier_open_;
    flight.last_writes = last_writes_;
    flight.earlier_writes = earlier_writes_;
    flight.fresh = fresh_;
  }
  if (const std::int64_t flags = passed(float_flags_); flags >= matters) {
    if (flags > Flight::kLongest) return false;
    flight.float_flags = static_cast<std::uint8_t>(flags);
  }
  for (std::uint64_t left = pending_ | pending_float_; left != 0; left &= left - 1) {
    const unsigned reg = static_cast<unsigned>(std::countr_zero(left));
    const Ready& ready = ready_[reg];
    const bool integer = (pending_ >> reg & 1u) != 0 && passed(ready.at) >= matters;
    if (!integer && passed(ready.for_float()) < matters) continue;
    if (flight.count == Flight::kMost || passed(ready.for_float()) > Flight::kLongest) return false;
    flight.results[flight.count++] = {static_cast<std::uint8_t>(reg), static_cast<std::uint8_t>(passed(ready.at)),
                                      static_cast<std::uint8_t>(ready.by), static_cast<std::uint8_t>(integer)};
  }
  return true;
}

Pipeline::Tally Pipeline::tally() const {
  const auto packed = [](std::initializer_list<std::uint64_t> fields) {
    std::uint64_t word = 0;
    unsigned shift = 0;
    for (const std::uint64_t field : fields) word |= field << std::exchange(shift, shift + Tally::kField);
    return word;
  };
  using core::Cause;
  return {packed({issued_[0], issued_[1], issued_[2], issued_[3], fused_}),
          packed({dual_, charged(Cause::DependencyStall), load_stalls_, charged(Cause::Branch), charged(Cause::FetchStall)})};
}

void Pipeline::write_down(Cycle now) {
  for (unsigned unit = 0; unit < 4; ++unit) issued_[unit] += field(late_.issued, unit);
  fused_ += field(late_.issued, 4);
  dual_ += field(late_.cycles, 0);
  load_stalls_ += field(late_.cycles, 2);
  charged_[static_cast<std::size_t>(core::Cause::DependencyStall)] += field(late_.cycles, 1);
  charged_[static_cast<std::size_t>(core::Cause::Branch)] += field(late_.cycles, 3);
  charged_[static_cast<std::size_t>(core::Cause::FetchStall)] += field(late_.cycles, 4);
  late_ = {};
  late_since_ = now;
}

void Pipeline::reset() {
  heed_ = pending_ = pending_float_ = fresh_ = last_writes_ = earlier_writes_ = 0;
  open_ = earlier_open_ = 0;
  nearest_ = 1;
  float_flags_ = 0;
}

core::CauseAccount Pipeline::causes() const {
  core::CauseAccount account;
  for (std::size_t i = 0; i < core::kCauseCount; ++i) account.add(static_cast<core::Cause>(i), charged(static_cast<core::Cause>(i)));
  account.add(core::Cause::Issue, instructions() - 2 * dual_issues());
  account.add(core::Cause::DualIssue, dual_issues());
  return account;
}

}  // namespace epysim::epiphany
