#include "sim/microblaze/pipeline.h"

namespace epysim::microblaze {
namespace {

struct Price {
  Unit unit;
  std::uint8_t busy_three;
  std::uint8_t busy_five;
  std::uint8_t extra_five;
};

constexpr std::array<Price, static_cast<std::size_t>(Unit::Count)> kPrices{{
    {Unit::Alu, 1, 1, 0},        {Unit::Multiply, 3, 1, 2},      {Unit::Divide, 35, 34, 0},     {Unit::Barrel, 2, 1, 1},
    {Unit::FloatAdd, 6, 4, 2},   {Unit::FloatDivide, 30, 28, 2}, {Unit::FloatCompare, 3, 1, 2}, {Unit::FloatFromInt, 7, 5, 2},
    {Unit::FloatToInt, 6, 4, 2}, {Unit::FloatRoot, 29, 27, 2},   {Unit::Load, 2, 1, 2},         {Unit::Store, 2, 1, 0},
    {Unit::Branch, 1, 1, 0},     {Unit::Break, 1, 1, 0},         {Unit::MoveTo, 1, 1, 0},       {Unit::MoveFrom, 1, 1, 1},
    {Unit::Stream, 2, 1, 0},     {Unit::Barrier, 2, 2, 0},       {Unit::Cache, 1, 1, 0},
}};

}  // namespace

Pipeline::Pipeline(bool five_stages, Cycle shared_port_cycles) : shared_port_cycles_(shared_port_cycles) {
  for (const Price& price : kPrices) {
    const auto unit = static_cast<std::size_t>(price.unit);
    busy_[unit] = five_stages ? price.busy_five : price.busy_three;
    extra_[unit] = five_stages ? price.extra_five : std::uint8_t{0};
  }
}

Cycle Pipeline::earliest(const Instruction& insn) const {
  Cycle at = now();
  if (last_.at > at && (insn.reads >> last_.reg & 1u) != 0) at = last_.at;
  if (before_.at > at && (insn.reads >> before_.reg & 1u) != 0) at = before_.at;
  return at;
}

void Pipeline::issue(const Instruction& insn, Cycle busy) {
  charge_until(core::Cause::DependencyStall, earliest(insn));
  count_issue(of_fpu(insn.unit));
  if (busy > 1) charge(core::Cause::MultiCycle, busy - 1);
  before_ = last_;
  last_ = {};
  if (insn.writes == 0) return;
  if (before_.reg == insn.rd) before_ = {};  // nobody will see that one
  if (const Cycle extra = extra_[static_cast<std::size_t>(insn.unit)]; extra != 0) last_ = {insn.rd, now() + extra};
}

Pipeline Pipeline::starting_with(const Flight& flight) const {
  Pipeline other = *this;
  static_cast<core::CycleLedger&>(other) = {};
  other.set_flight(flight);
  return other;
}

}  // namespace epysim::microblaze
