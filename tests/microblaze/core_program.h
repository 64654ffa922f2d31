#pragma once
// A core by itself, with a few instructions in its block RAM: what the core tests share.

#include <cstdint>
#include <initializer_list>

#include "sim/microblaze/core.h"
#include "tests/zynq/around.h"

namespace epysim::microblaze {

/// The word of an instruction with its operands in the order of its listing; a branch's is a distance or an address.
inline std::uint32_t word(Op op, std::uint32_t first = 0, std::uint32_t second = 0, std::uint32_t third = 0) {
  const OpInfo& line = info(op);
  const auto d = [](std::uint32_t r) { return r << 21; };
  const auto a = [](std::uint32_t r) { return r << 16; };
  const auto b = [](std::uint32_t r) { return r << 11; };
  const auto imm = [](std::uint32_t value) { return value & 0xffffu; };
  switch (line.form) {
    case Form::RdRaRb:
      return line.match | d(first) | a(second) | b(third);
    case Form::RdRa:
      return line.match | d(first) | a(second);
    case Form::RaRb:
      return line.match | a(first) | b(second);
    case Form::RdRb:
      return line.match | d(first) | b(second);
    case Form::Rb:
      return line.match | b(first);
    case Form::RdRaImm:
    case Form::RdRaShift:
    case Form::RdRaField:  // the third operand has both numbers in their places
      return line.match | d(first) | a(second) | imm(third);
    case Form::RdImm:
    case Form::RdImm15:
    case Form::RdSpecial:
    case Form::RdLink:
      return line.match | d(first) | imm(second);
    case Form::RaImm:
    case Form::RaLink:
      return line.match | a(first) | imm(second);
    case Form::SpecialRa:
      return line.match | first | a(second);
    case Form::Barrier:
      return line.match | (line.op == Op::mbar ? d(first) : 0);
    default:
      return line.match | imm(first);
  }
}

using zynq::Around;

/// Everything is there, in five stages, with a port for each side.
inline Options full() {
  Options options = Options::preset("mb-full");
  options.linux_system_calls = true;
  return options;
}
inline Options full_three() {
  Options options = full();
  options.five_stages = false;
  return options;
}

struct Program {
  static constexpr Address kStart = 0x100;
  static constexpr std::uint32_t kLocalBytes = 65536;

  explicit Program(std::initializer_list<std::uint32_t> code = {}, const Options& options = full())
      : core(0, kLocalBytes, options, around) {
    core.start(kStart, 0);
    put(kStart, code);
    begin = core.now();
  }

  /// Code, as the core reads it.
  Address put(Address address, std::initializer_list<std::uint32_t> code) {
    for (const std::uint32_t each : code) {
      core.local().store(address, core.options().big_endian ? __builtin_bswap32(each) : each);
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
  Program& step() {
    Around::step(core);
    return *this;
  }
  Program& steps(unsigned count) {
    for (unsigned i = 0; i < count; ++i) step();
    return *this;
  }

  std::uint32_t& r(unsigned n) { return core.cpu().r[n]; }
  std::uint32_t pc() const { return core.cpu().pc; }
  std::uint32_t& msr() { return core.cpu().msr; }
  bool carry() const { return (core.cpu().msr & msr::kCarry) != 0; }
  std::uint32_t word_at(Address address) { return core.local().load<std::uint32_t>(address); }

  Around around;
  Core core;
  Cycle begin = 0;
};

}  // namespace epysim::microblaze
