// Every table line that computes without floating point, against arithmetic on 64-bit integers; corner operands crossed, from
// different flags, and with all the rest of the state checked to stay as it was.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/epiphany/semantics.h"

using namespace epysim::epiphany;

namespace {

const std::vector<std::uint32_t> kCorners{0,          1,          2,          3,          0x7fff,     0x8000,     0xffff,     0x10000,
                                          0x3fffffff, 0x40000000, 0x55555555, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xaaaaaaaa,
                                          0xfffffffe, 0xffffffff, 31,         32,         33,         0x12345678, 0xdeadbeef};
const std::vector<std::uint32_t> kFlagsBefore{0, 0xfff8, 0x00f0, 0x0400};

/// What the instruction should do to its destination, the flags (STATUS as a whole) and the next address.
struct Outcome {
  std::uint32_t value;
  std::uint32_t status;
};

std::uint32_t low(std::int64_t value) { return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value)); }
std::int64_t as_signed(std::uint32_t value) { return static_cast<std::int32_t>(value); }

Outcome with_integer_flags(std::uint32_t before, std::uint32_t value, bool carry, bool overflow) {
  std::uint32_t after = before & ~std::uint32_t{0xf0};
  if (value == 0) after |= 0x10;
  if (value >= 0x80000000u) after |= 0x20;
  if (carry) after |= 0x40;
  if (overflow) after |= 0x1080;
  return {value, after};
}

Outcome with_integer_mode_flags(std::uint32_t before, std::uint32_t value) {
  std::uint32_t after = before & ~std::uint32_t{0x300};
  if (value == 0) after |= 0x100;
  if (value >= 0x80000000u) after |= 0x200;
  return {value, after};
}

std::uint32_t bits_reversed(std::uint32_t value) {
  std::uint32_t reversed = 0;
  for (unsigned i = 0; i < 32; ++i) {
    if ((value >> i & 1u) != 0) reversed |= 0x80000000u >> i;
  }
  return reversed;
}

bool condition_by_name(const std::string& name, std::uint32_t flags) {
  const bool z = (flags & 0x10) != 0, n = (flags & 0x20) != 0, c = (flags & 0x40) != 0, v = (flags & 0x80) != 0;
  const bool bz = (flags & 0x100) != 0, bn = (flags & 0x200) != 0;
  if (name == "eq") return z;
  if (name == "ne") return !z;
  if (name == "gtu") return c && !z;
  if (name == "gteu") return c;
  if (name == "lteu") return z || !c;
  if (name == "ltu") return !c;
  if (name == "gt") return !z && (v == n);
  if (name == "gte") return v == n;
  if (name == "lt") return v != n;
  if (name == "lte") return z || (v != n);
  if (name == "beq") return bz;
  if (name == "bne") return !bz;
  if (name == "blt") return bn && !bz;
  if (name == "blte") return bn || bz;
  if (name.empty()) return true;
  FAIL("no condition is called " << name);
  return false;
}

/// The mnemonic's condition: "gtu" of "bgtu %b" and of "movgtu %d,%n".
std::string condition_name(const OpInfo& line) {
  const std::string mnemonic(line.text.substr(0, line.text.find(' ')));
  return mnemonic.substr(line.action == Action::MovCond ? 3 : 1);
}

Outcome expected(const OpInfo& line, const Instruction& insn, const CpuState& s) {
  const std::uint32_t a = s.r[insn.rn], d = s.r[insn.rd];
  const std::uint32_t b = insn.immediate ? low(insn.imm) : s.r[insn.rm];
  const std::uint64_t wide_a = a, wide_b = b;
  const std::int64_t power = std::int64_t{1} << (b % 32);
  switch (line.action) {
    case Action::Add:
      return with_integer_flags(s.status, low(as_signed(a) + as_signed(b)), wide_a + wide_b > 0xffffffffu,
                                as_signed(a) + as_signed(b) != as_signed(low(as_signed(a) + as_signed(b))));
    case Action::Sub:
      return with_integer_flags(s.status, low(as_signed(a) - as_signed(b)), wide_a >= wide_b,
                                as_signed(a) - as_signed(b) != as_signed(low(as_signed(a) - as_signed(b))));
    case Action::And:
      return with_integer_flags(s.status, a & b, false, false);
    case Action::Orr:
      return with_integer_flags(s.status, a | b, false, false);
    case Action::Eor:
      return with_integer_flags(s.status, a ^ b, false, false);
    case Action::Lsl:
      return with_integer_flags(s.status, low(static_cast<std::int64_t>(wide_a) * power), false, false);
    case Action::Lsr:
      return with_integer_flags(s.status, low(static_cast<std::int64_t>(wide_a) / power), false, false);
    case Action::Asr: {
      const std::int64_t value = as_signed(a);
      const std::int64_t floor = value >= 0 ? value / power : -((-value + power - 1) / power);
      return with_integer_flags(s.status, low(floor), false, false);
    }
    case Action::Bitr:
      return with_integer_flags(s.status, bits_reversed(a), false, false);
    case Action::Mov:
      return {insn.immediate ? b : a, s.status};
    case Action::Movt:
      return {b * 0x10000u + d % 0x10000u, s.status};
    case Action::MovCond:
      return {condition_by_name(condition_name(line), s.status) ? a : d, s.status};
    // The FPU's lines in integer mode:
    case Action::Fadd:
      return with_integer_mode_flags(s.status, low(as_signed(a) + as_signed(b)));
    case Action::Fsub:
      return with_integer_mode_flags(s.status, low(as_signed(a) - as_signed(b)));
    case Action::Fmul:
      return with_integer_mode_flags(s.status, static_cast<std::uint32_t>(wide_a * wide_b));
    case Action::Fmadd:
      return with_integer_mode_flags(s.status, static_cast<std::uint32_t>(d + wide_a * wide_b));
    case Action::Fmsub:
      return with_integer_mode_flags(s.status, static_cast<std::uint32_t>(d - wide_a * wide_b));
    default:
      FAIL("unexpected action");
      return {};
  }
}

bool is_same(const CpuState& a, const CpuState& b) {
  return a.r == b.r && a.pc == b.pc && a.next_pc == b.next_pc && a.status == b.status && a.config == b.config;
}

CpuState fresh_state() {
  CpuState s;
  for (std::uint32_t i = 0; i < 64; ++i) s.r[i] = 0x01010101u * i + 7;
  s.pc = 0x1000;
  s.next_pc = 0x1004;
  return s;
}

/// Encodings of a line: distinct registers, the same register in all roles, and immediates at their ends.
std::vector<std::uint32_t> encodings(const OpInfo& line) {
  const bool is_long = length_in_bytes(line.match) == 4;
  std::vector<std::uint32_t> words;
  for (const std::uint32_t operands : {0x2aaf2b00u, 0u, ~0u, 0x9a3c4d80u, 0x04402980u}) {
    const std::uint32_t word = line.match | (operands & ~line.mask);
    words.push_back(is_long ? word : (word & 0xffffu));
  }
  return words;
}

std::size_t check_computing_line(const OpInfo& line, std::uint32_t config) {
  std::size_t checks = 0;
  for (const std::uint32_t word : encodings(line)) {
    const Instruction insn = decode(word);
    for (const std::uint32_t a : kCorners) {
      for (const std::uint32_t b : kCorners) {
        for (const std::uint32_t flags : kFlagsBefore) {
          CpuState before = fresh_state();
          before.status = flags;
          before.config = config;
          before.r[insn.rd] = a ^ 0x0f0f0f0fu;
          before.r[insn.rm] = b;
          before.r[insn.rn] = a;
          CpuState want = before;
          const Outcome outcome = expected(line, insn, before);
          want.r[insn.rd] = outcome.value;
          want.status = outcome.status;
          CpuState got = before;
          semantics_of(line.action)(got, insn);
          if (!is_same(got, want)) {
            INFO(line.name << " word " << std::hex << word << " a " << a << " b " << b << " status before " << flags);
            INFO("result " << std::hex << got.r[insn.rd] << " expected " << want.r[insn.rd]);
            INFO("status " << std::hex << got.status << " expected " << want.status);
            FAIL("wrong outcome");
          }
          ++checks;
        }
      }
    }
  }
  return checks;
}

}  // namespace

TEST_CASE("integer instructions compute what 64-bit arithmetic says") {
  std::size_t lines = 0;
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& line = info(static_cast<Op>(i));
    if (line.unit != Unit::Ialu) continue;
    ++lines;
    REQUIRE(check_computing_line(line, 0) == 5 * kCorners.size() * kCorners.size() * kFlagsBefore.size());
  }
  REQUIRE(lines == 61);
}

TEST_CASE("FPU instructions compute with integers in integer mode") {
  std::size_t lines = 0;
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& line = info(static_cast<Op>(i));
    if (line.action < Action::Fadd || line.action > Action::Fmsub) continue;
    ++lines;
    check_computing_line(line, config::kArithmodeInteger);
    check_computing_line(line, config::kArithmodeInteger | config::kTruncate);
  }
  REQUIRE(lines == 10);
}

TEST_CASE("flags of a subtraction order its operands") {
  for (const std::uint32_t a : kCorners) {
    for (const std::uint32_t b : kCorners) {
      CpuState s;
      s.r[1] = a;
      s.r[2] = b;
      semantics_of(Action::Sub)(s, decode(0x053a));  // sub r0,r1,r2
      const std::int64_t sa = as_signed(a), sb = as_signed(b);
      const bool holds[10] = {a == b, a != b, a > b, a >= b, a <= b, a<b, sa> sb, sa >= sb, sa < sb, sa <= sb};
      INFO(std::hex << a << " and " << b);
      for (unsigned c = 0; c < 10; ++c) REQUIRE(condition_holds(c, s.status) == holds[c]);
    }
  }
}

TEST_CASE("the overflow of an addition is remembered until software clears it") {
  CpuState s;
  s.r[1] = 0x7fffffff;
  s.r[2] = 1;
  semantics_of(Action::Add)(s, decode(0x051a));
  REQUIRE(s.status == (status::kAN | status::kAV | status::kAVS));
  s.r[1] = 1;
  semantics_of(Action::Add)(s, decode(0x051a));
  REQUIRE(s.status == status::kAVS);
}

TEST_CASE("branches are taken on their condition, from the branch's own address") {
  std::size_t lines = 0;
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& line = info(static_cast<Op>(i));
    if (line.action != Action::Branch) continue;
    ++lines;
    for (const std::uint32_t distance : {0u, 2u, 0x7fu, 0x80u, 0xffu}) {  // in half words
      const std::uint32_t word = line.match | distance << 8 | (line.mask == 0xff && length_in_bytes(line.match) == 4 ? 0xff000000u : 0u);
      const Instruction insn = decode(word);
      const std::uint32_t bytes = insn.bytes == 4 ? (0xffff0000u | distance) * 2 : (distance < 128 ? distance * 2 : distance * 2 - 512);
      for (std::uint32_t flags = 0; flags < 64; ++flags) {
        CpuState s = fresh_state();
        s.next_pc = s.pc + insn.bytes;
        s.status = flags << 4;
        CpuState want = s;
        if (condition_by_name(condition_name(line), s.status)) want.next_pc = want.pc + bytes;
        semantics_of(line.action)(s, insn);
        INFO(line.name << " distance " << distance << " flags " << std::hex << s.status);
        REQUIRE(is_same(s, want));
      }
    }
  }
  REQUIRE(lines == 30);
}

TEST_CASE("calls leave the address behind them in LR") {
  CpuState s = fresh_state();
  s.next_pc = s.pc + 2;
  semantics_of(Action::BranchLink)(s, decode(0x10f0));  // bl .+0x20
  REQUIRE(s.r[14] == 0x1002);
  REQUIRE(s.next_pc == 0x1020);

  s.next_pc = s.pc + 4;
  semantics_of(Action::BranchLink)(s, decode(0xffff00f8u));  // bl .-0x200
  REQUIRE(s.r[14] == 0x1004);
  REQUIRE(s.next_pc == 0x0e00);

  s.r[14] = 0x4444;
  semantics_of(Action::Jump)(s, decode(0x0402194fu));  // rts
  REQUIRE(s.next_pc == 0x4444);
  REQUIRE(s.r[14] == 0x4444);

  s.next_pc = 0x1004;
  semantics_of(Action::JumpLink)(s, decode(0x0402195fu));  // jalr lr: the old value is the target
  REQUIRE(s.next_pc == 0x4444);
  REQUIRE(s.r[14] == 0x1004);

  s.r[3] = 0x2222;
  semantics_of(Action::JumpLink)(s, decode(0x0d52));  // jalr r3
  REQUIRE(s.next_pc == 0x2222);
}

TEST_CASE("NOP does nothing") {
  CpuState s = fresh_state();
  const CpuState before = s;
  semantics_of(Action::Nop)(s, decode(0x01a2));
  REQUIRE(is_same(s, before));
}

TEST_CASE("addresses of loads and stores") {
  CpuState s;
  s.r[1] = 0x1000;
  s.r[2] = 0x30;
  const auto addresses = [&s](std::uint32_t word) {
    const Instruction insn = decode(word);
    return std::pair(effective_address(s, insn), postmodified_base(s, insn));
  };
  REQUIRE(addresses(0x06c4).first == 0x1000 + 5 * 4);              // ldr r0,[r1,0x5]
  REQUIRE(addresses(0x01ff07ecu).first == 0x1000u - 2047 * 8);     // ldrd r0,[r1,-0x7ff]
  REQUIRE(addresses(0x0541).first == 0x1030);                      // ldr r0,[r1,r2]
  REQUIRE(addresses(0x00100549u).first == 0x0fd0);                 // ldr r0,[r1,-r2]
  REQUIRE(addresses(0x00300549u).first == 0x0fd0);                 // testset r0,[r1,-r2]
  REQUIRE(addresses(0x0545) == std::pair(0x1000u, 0x1030u));       // ldr r0,[r1],r2
  REQUIRE(addresses(0x0010055du) == std::pair(0x1000u, 0x0fd0u));  // str r0,[r1],-r2
  REQUIRE(addresses(0x020004ccu) == std::pair(0x1000u, 0x1004u));  // ldr r0,[r1],+0x1
  REQUIRE(addresses(0x030004bcu) == std::pair(0x1000u, 0x0ffeu));  // strh r0,[r1],-0x1
  s.r[1] = 4;
  REQUIRE(addresses(0x010005ccu).first == 0xfffffff8u);  // below zero the address space wraps: ldr r0,[r1,-0x3]
}
