#include "sim/epiphany/pipeline.h"

#include <algorithm>
#include <bit>

namespace epysim::epiphany {
namespace {

bool reads_float_flags(const Decoded& d) { return d.kind == Kind::IntegerOnFloatFlags || d.kind == Kind::BranchOnFloatFlags; }

/// Cycles from issue until the register is written, as seen by an IALU reader.
Cycle latency(const Decoded& d, Cycle nearest) {
  switch (d.kind) {
    case Kind::Float:
      return distance::kFpu + nearest;
    case Kind::Load:
      return d.insn.size < 2 ? distance::kNarrowLoad : distance::kLoad;
    default:
      return 1;
  }
}

}  // namespace

void Pipeline::expect(const Decoded& d, Cycle integer, Cycle fpu) {
  const Ready ready{integer, fpu, integer, true};
  if (d.insn.size < 3) {
    pending_ |= std::uint64_t{1} << d.insn.rd;
    ready_[d.insn.rd] = ready;
  } else {
    pending_ |= std::uint64_t{3} << (d.insn.rd & ~1u);
    ready_[d.insn.rd & ~1u] = ready_[d.insn.rd | 1u] = ready;
  }
  update_base(d);
}

Pipeline::Hazard Pipeline::ready_for(const Decoded& d) const {
  Hazard hazard;
  const auto later = [&hazard](Cycle at, bool load) {
    if (at > hazard.at) hazard = {at, load};
  };
  for (std::uint64_t left = d.hazards & pending_; left != 0; left &= left - 1) {
    const unsigned reg = static_cast<unsigned>(std::countr_zero(left));
    const Ready& ready = ready_[reg];
    const std::uint64_t bit = std::uint64_t{1} << reg;
    if ((d.insn.reads & bit) != 0) {
      const bool data = d.kind == Kind::Store && (reg == d.insn.rd || (d.insn.size == 3 && reg == (d.insn.rd | 1u)));
      const bool indexed = d.insn.addressing == Addressing::Index || d.insn.addressing == Addressing::PostmodifyRegister;
      const bool address = !data || reg == d.insn.rn || (indexed && reg == d.insn.rm);
      if (d.kind == Kind::Float) {
        later(ready.fpu, ready.load);
      } else if (data && !address) {
        later(ready.store, ready.load);
      } else {
        later(ready.integer, ready.load);
      }
    }
    // The second of two writers must finish last.
    if ((d.insn.writes & bit) != 0 && ready.integer + 1 > latency(d, nearest_)) later(ready.integer + 1 - latency(d, nearest_), ready.load);
  }
  if (d.kind == Kind::Float && (d.insn.reads & fresh_) != 0) later(fresh_at_ + distance::kIaluToFpu, false);
  if (reads_float_flags(d)) later(float_flags_, false);
  return hazard;
}

Cycle Pipeline::resolve(const Decoded& d) {
  const Hazard hazard = ready_for(d);
  // Results that everybody can use are dependencies no longer, and what this instruction writes is its own affair.
  for (std::uint64_t left = d.hazards & pending_; left != 0; left &= left - 1) {
    const unsigned reg = static_cast<unsigned>(std::countr_zero(left));
    if (std::max(ready_[reg].integer, ready_[reg].fpu) < cycle_) pending_ &= ~(std::uint64_t{1} << reg);
  }
  pending_ &= ~d.insn.writes;
  if (hazard.at > cycle_) {
    const Cycle stall = hazard.at - cycle_;
    charged_[static_cast<std::size_t>(core::Cause::DependencyStall)] += stall;
    if (hazard.load) load_stalls_ += stall;
  }
  return hazard.at;
}

void Pipeline::drain_float() { charge_until(core::Cause::DependencyStall, float_flags_); }

void Pipeline::reset() {
  pending_ = fresh_ = last_writes_ = 0;
  open_ = 0;
  nearest_ = 1;
  float_flags_ = 0;
}

core::CauseAccount Pipeline::causes() const {
  core::CauseAccount account;
  for (std::size_t i = 0; i < core::kCauseCount; ++i) account.add(static_cast<core::Cause>(i), charged_[i]);
  account.add(core::Cause::Issue, instructions() - 2 * dual_);
  account.add(core::Cause::DualIssue, dual_);
  return account;
}

}  // namespace epysim::epiphany
