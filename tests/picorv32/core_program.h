#pragma once
// A core by itself, with a few instructions in its block RAM: what the core tests share.

#include <cstdint>
#include <initializer_list>

#include "sim/core/bits.h"
#include "sim/picorv32/core.h"
#include "tests/zynq/around.h"

namespace epysim::picorv32 {

using zynq::Around;

/// The word of an instruction with its operands in the order of its listing, registers by number; a branch's or jump's is a distance.
inline std::uint32_t word(Op op, std::uint32_t first = 0, std::uint32_t second = 0, std::uint32_t third = 0) {
  const OpInfo& line = info(op);
  const auto rd = [](std::uint32_t r) { return r << 7; };
  const auto rs1 = [](std::uint32_t r) { return r << 15; };
  const auto rs2 = [](std::uint32_t r) { return r << 20; };
  const auto part = [](std::uint32_t value, unsigned high, unsigned low, unsigned at) { return core::bits(value, high, low) << at; };
  switch (line.form) {
    case Form::Registers:
      return line.match | rd(first) | rs1(second) | rs2(third);
    case Form::Register:
      return line.match | rd(first);
    case Form::Immediate:
      if (line.unit == Unit::Load || line.unit == Unit::JumpRegister)  // rd, offset(rs1)
        return line.match | rd(first) | rs1(third) | second << 20;
      return line.match | rd(first) | rs1(second) | third << 20;
    case Form::Shift:
      return line.match | rd(first) | rs1(second) | third << 20;
    case Form::Store:  // rs2, offset(rs1)
      return line.match | rs2(first) | rs1(third) | part(second, 11, 5, 25) | part(second, 4, 0, 7);
    case Form::Branch:
      return line.match | rs1(first) | rs2(second) | part(third, 12, 12, 31) | part(third, 10, 5, 25) | part(third, 4, 1, 8) |
             part(third, 11, 11, 7);
    case Form::Upper:
      return line.match | rd(first) | second << 12;
    case Form::Jump:
      return line.match | rd(first) | part(second, 20, 20, 31) | part(second, 10, 1, 21) | part(second, 11, 11, 20) |
             part(second, 19, 12, 12);
    default:
      return line.match;
  }
}

inline constexpr std::uint32_t kNop = 0x00000013;

struct Program {
  static constexpr Address kStart = 0x100;
  static constexpr std::uint32_t kLocalBytes = 65536;

  explicit Program(std::initializer_list<std::uint32_t> code = {}, const Options& options = {}) : core(0, kLocalBytes, options, around) {
    core.start(kStart, 0);
    put(kStart, code);
    begin = core.now();
  }

  Address put(Address address, std::initializer_list<std::uint32_t> code) {
    for (const std::uint32_t each : code) {
      core.local().store(address, each);
      core.written(address, 4);
      address += 4;
    }
    return address;
  }
  /// `times` the same words, from the start on.
  Address repeat(unsigned times, std::initializer_list<std::uint32_t> code) {
    Address address = kStart;
    for (unsigned i = 0; i < times; ++i) address = put(address, code);
    return address;
  }
  /// Executes until the core stops by itself, or to `until`.
  Program& run(Cycle until = 1'000'000) {
    around.run(core, until);
    return *this;
  }
  Cycle cycles_to(Address stop) { return around.cycles_to(core, stop); }
  Program& step(unsigned count = 1) {
    for (unsigned i = 0; i < count; ++i) Around::step(core);
    return *this;
  }

  std::uint32_t& x(unsigned n) { return core.cpu().x[n]; }

  Around around;
  Core core;
  Cycle begin = 0;
};

}  // namespace epysim::picorv32
