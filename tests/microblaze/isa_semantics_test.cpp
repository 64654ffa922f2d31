// Integer instructions at their corners, with expected values worked out by hand. (test_isa_reference.py has every instruction with
// thousands of operands.)

#include <catch2/catch.hpp>

#include "sim/microblaze/semantics.h"
#include "tests/microblaze/core_program.h"

using namespace epysim::microblaze;

namespace {

struct Outcome {
  std::uint32_t value;
  bool carry;
  bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << std::hex << outcome.value << (outcome.carry ? " with carry" : " without carry");
}

/// r3 after an instruction with r3, r5 = a and r6 = b, and the carry.
Outcome after(std::uint32_t code, std::uint32_t a, std::uint32_t b = 0, bool carry = false) {
  CpuState state;
  state.r[5] = a;
  state.r[6] = b;
  state.msr = carry ? msr::kCarry : 0;
  const Instruction insn = decode(code);
  semantics_of(insn.action)(state, insn);
  return {state.r[3], (state.msr & msr::kCarry) != 0};
}

std::uint32_t value(Op op, std::uint32_t a, std::uint32_t b = 0) { return after(word(op, 3, 5, 6), a, b).value; }

}  // namespace

TEST_CASE("sums carry out, and K keeps the carry") {
  constexpr std::uint32_t kMost = 0xffffffff;
  for (const bool carry : {false, true}) {
    const std::uint32_t in = carry ? 1 : 0;
    REQUIRE(after(word(Op::add, 3, 5, 6), kMost, 1, carry) == Outcome{0, true});
    REQUIRE(after(word(Op::add, 3, 5, 6), 0x7fffffff, 1, carry) == Outcome{0x80000000, false});
    REQUIRE(after(word(Op::addc, 3, 5, 6), kMost, 0, carry) == Outcome{kMost + in, carry});
    REQUIRE(after(word(Op::addc, 3, 5, 6), kMost, kMost, carry) == Outcome{0xfffffffe + in, true});
    REQUIRE(after(word(Op::addk, 3, 5, 6), kMost, 1, carry) == Outcome{0, carry});
    REQUIRE(after(word(Op::addkc, 3, 5, 6), kMost, 1, carry) == Outcome{in, carry});
    // rB - rA; carry means no borrow
    REQUIRE(after(word(Op::rsub, 3, 5, 6), 1, 5, carry) == Outcome{4, true});
    REQUIRE(after(word(Op::rsub, 3, 5, 6), 5, 5, carry) == Outcome{0, true});
    REQUIRE(after(word(Op::rsub, 3, 5, 6), 6, 5, carry) == Outcome{kMost, false});
    REQUIRE(after(word(Op::rsubc, 3, 5, 6), 5, 5, carry) == Outcome{kMost + in, carry});
    REQUIRE(after(word(Op::rsubk, 3, 5, 6), 6, 5, carry) == Outcome{kMost, carry});
    REQUIRE(after(word(Op::rsubkc, 3, 5, 6), 1, 5, carry) == Outcome{3 + in, carry});
    REQUIRE(after(word(Op::addic, 3, 5, 0xffff), 1, 0, carry) == Outcome{in, true});
    REQUIRE(after(word(Op::rsubik, 3, 5, 0), 1, 0, carry) == Outcome{kMost, carry});
  }
}

TEST_CASE("a shift over 64 bits goes through the carry") {
  REQUIRE(after(word(Op::srl, 3, 5), 0x80000001) == Outcome{0x40000000, true});
  REQUIRE(after(word(Op::src, 3, 5), 0x00000002, 0, true) == Outcome{0x80000001, false});
  REQUIRE(after(word(Op::src, 3, 5), 0x00000003, 0, false) == Outcome{0x00000001, true});
  REQUIRE(after(word(Op::sra, 3, 5), 0x80000000, 0, true) == Outcome{0xc0000000, false});
}

TEST_CASE("comparison: the difference with the verdict for a sign") {
  REQUIRE(value(Op::cmp, 5, 5) == 0);
  REQUIRE(value(Op::cmp, 5, 3) == 0xfffffffe);
  REQUIRE(value(Op::cmp, 3, 5) == 2);
  REQUIRE(value(Op::cmp, 0x80000000, 0x7fffffff) == 0x7fffffff);  // rA is less, though the difference is negative
  REQUIRE(value(Op::cmp, 0x7fffffff, 0x80000000) == 0x80000001);
  REQUIRE(value(Op::cmpu, 0x80000000, 0x7fffffff) == 0xffffffff);
  REQUIRE(value(Op::cmpu, 0x7fffffff, 0x80000000) == 1);
  REQUIRE(value(Op::cmpu, 0, 0xffffffff) == 0x7fffffff);
}

TEST_CASE("barrel shifts take the low five bits of their count") {
  for (const std::uint32_t count : {0u, 32u}) {
    REQUIRE(value(Op::bsll, 0x80000001, count) == 0x80000001);
    REQUIRE(value(Op::bsra, 0x80000001, count) == 0x80000001);
    REQUIRE(value(Op::bsrl, 0x80000001, count) == 0x80000001);
  }
  REQUIRE(value(Op::bsll, 0x80000001, 33) == 2);
  REQUIRE(value(Op::bsll, 1, 31) == 0x80000000);
  REQUIRE(value(Op::bsra, 0x80000000, 31) == 0xffffffff);
  REQUIRE(value(Op::bsrl, 0x80000000, 31) == 1);
  REQUIRE(after(word(Op::bslli, 3, 5, 4), 0x0fffffff).value == 0xfffffff0);
}

TEST_CASE("bit fields are taken out and put in") {
  REQUIRE(after(word(Op::bsefi, 3, 5, 8u << 6 | 4), 0x12345678).value == 0x67);
  REQUIRE(after(word(Op::bsefi, 3, 5, 31u << 6 | 1), 0xffffffff).value == 0x7fffffff);
  CpuState state;
  state.r[3] = 0xffffffff;
  state.r[5] = 0xa5;
  const Instruction insn = decode(word(Op::bsifi, 3, 5, 11u << 6 | 4));  // eight bits at bit 4
  semantics_of(insn.action)(state, insn);
  REQUIRE(state.r[3] == 0xfffffa5f);
}

TEST_CASE("products") {
  REQUIRE(value(Op::mul, 0xffffffff, 0xffffffff) == 1);
  REQUIRE(value(Op::mulh, 0xffffffff, 0xffffffff) == 0);
  REQUIRE(value(Op::mulhu, 0xffffffff, 0xffffffff) == 0xfffffffe);
  REQUIRE(value(Op::mulhsu, 0xffffffff, 0xffffffff) == 0xffffffff);  // -1 times 2^32 - 1
  REQUIRE(value(Op::mulhsu, 2, 0x80000000) == 1);                    // the second one is unsigned
  REQUIRE(value(Op::mulh, 0x80000000, 0x80000000) == 0x40000000);
}

TEST_CASE("patterns and bytes") {
  REQUIRE(value(Op::pcmpbf, 0x11223344, 0x11ff33ff) == 1);
  REQUIRE(value(Op::pcmpbf, 0x11223344, 0xffff33ff) == 3);
  REQUIRE(value(Op::pcmpbf, 0x11223344, 0xffffff44) == 4);
  REQUIRE(value(Op::pcmpbf, 0x11223344, 0xffffffff) == 0);
  REQUIRE(value(Op::pcmpeq, 7, 7) == 1);
  REQUIRE(value(Op::pcmpne, 7, 7) == 0);
  REQUIRE(value(Op::clz, 0) == 32);
  REQUIRE(value(Op::clz, 1) == 31);
  REQUIRE(value(Op::clz, 0x80000000) == 0);
  REQUIRE(value(Op::swapb, 0x11223344) == 0x44332211);
  REQUIRE(value(Op::swaph, 0x11223344) == 0x33441122);
  REQUIRE(value(Op::sext8, 0x11223380) == 0xffffff80);
  REQUIRE(value(Op::sext16, 0x11227380) == 0x7380);
}

TEST_CASE("r0 stays zero") {
  CpuState state;
  state.r[5] = 5;
  for (const Op op : {Op::addk, Op::or_, Op::mul, Op::fadd, Op::cmp}) {
    const Instruction insn = decode(word(op, 0, 5, 5));
    semantics_of(insn.action)(state, insn);
    REQUIRE(state.r[0] == 0);
  }
}
