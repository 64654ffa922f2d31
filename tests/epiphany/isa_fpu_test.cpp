// The FPU against arithmetic in double precision, where sums and products of two floats are exact but for a remainder that can be
// computed exactly, too. From such an exact pair the expected result follows by comparing it with the neighbouring floats.

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sim/epiphany/fpu.h"
#include "sim/epiphany/semantics.h"

using namespace epysim::epiphany;
using fpu::Rounding;

namespace {

constexpr std::uint32_t kBV = 1u << 10, kBIS = 1u << 13, kBVS = 1u << 14, kBUS = 1u << 15;
constexpr std::uint32_t kMinus = 0x80000000u;
constexpr std::uint32_t kInfinity = 0x7f800000u;

/// An exact value: the sum of two doubles that do not overlap.
struct Exact {
  double high;
  double low;
};

/// The sum of two doubles with its rounding error (the "two-sum" of error-free transformations).
Exact two_sum(double a, double b) {
  const double sum = a + b;
  const double part_b = sum - a;
  const double part_a = sum - part_b;
  return {sum, (a - part_a) + (b - part_b)};
}

double value_of(std::uint32_t bits) {
  const double magnitude = std::bit_cast<float>(bits & ~kMinus);
  const double flushed = (bits & kInfinity) == 0 ? 0.0 : magnitude;
  return (bits & kMinus) != 0 ? -flushed : flushed;
}

bool is_nan(std::uint32_t bits) { return (bits & ~kMinus) > kInfinity; }
bool is_infinite(std::uint32_t bits) { return (bits & ~kMinus) == kInfinity; }

/// An exact value as a float with unlimited exponent, then limited as the FPU limits it.
fpu::Result rounded(Exact exact, Rounding rounding) {
  const bool negative = std::signbit(exact.high);
  const double high = std::fabs(exact.high);
  const double low = negative ? -exact.low : exact.low;
  const std::uint32_t sign = negative ? kMinus : 0;
  if (high == 0) return {sign, 0};

  int exponent = 0;
  std::frexp(high, &exponent);
  double step = std::ldexp(1.0, exponent - 24);
  double below = std::floor(high / step) * step;  // the float at or below |value|
  if (below == high && low < 0) {                 // the value itself is a little smaller than `high`
    if (std::frexp(high, &exponent) == 0.5) step /= 2;
    below = high - step;
  }
  double result = below;
  if (rounding == Rounding::NearestEven) {
    const double middle = below + step / 2;
    const double over = high - middle != 0 ? high - middle : low;
    const bool odd = std::fmod(below / step, 2.0) != 0;
    if (over > 0 || (over == 0 && odd)) result = below + step;
  }
  if (result >= std::ldexp(1.0, 128)) return {sign | (rounding == Rounding::NearestEven ? kInfinity : 0x7f7fffffu), kBV | kBVS};
  if (result < std::ldexp(1.0, -126)) return {sign, kBUS};
  return {sign | std::bit_cast<std::uint32_t>(static_cast<float>(result)), 0};
}

fpu::Result nan_of(std::uint32_t signs) { return {0x7fc00000u | (signs & kMinus), kBIS}; }

fpu::Result expected_multiply_add(std::uint32_t c, std::uint32_t a, std::uint32_t b, bool subtract, Rounding rounding) {
  const std::uint32_t signs = a ^ b ^ c;
  const double product = value_of(a) * value_of(b) * (subtract ? -1.0 : 1.0);  // exact: 48 bits
  const double accumulator = value_of(c);
  if (is_nan(a) || is_nan(b) || is_nan(c) || std::isnan(product) || std::isnan(product + accumulator)) return nan_of(signs);
  if (std::isinf(product + accumulator)) return {product + accumulator < 0 ? kMinus | kInfinity : kInfinity, 0};
  return rounded(two_sum(product, accumulator), rounding);
}

fpu::Result expected_add(std::uint32_t a, std::uint32_t b, bool subtract, Rounding rounding) {
  const double second = subtract ? -value_of(b) : value_of(b);
  if (is_nan(a) || is_nan(b) || std::isnan(value_of(a) + second)) return nan_of(a ^ b);
  if (is_infinite(a) || is_infinite(b)) return {value_of(a) + second < 0 ? kMinus | kInfinity : kInfinity, 0};
  return rounded(two_sum(value_of(a), second), rounding);
}

fpu::Result expected_multiply(std::uint32_t a, std::uint32_t b, Rounding rounding) {
  const double product = value_of(a) * value_of(b);
  if (is_nan(a) || is_nan(b) || std::isnan(product)) return nan_of(a ^ b);
  if (is_infinite(a) || is_infinite(b)) return {product < 0 ? kMinus | kInfinity : kInfinity, 0};
  return rounded({product, 0}, rounding);
}

fpu::Result expected_from_integer(std::uint32_t integer, Rounding rounding) {
  return rounded({static_cast<double>(static_cast<std::int32_t>(integer)), 0}, rounding);
}

fpu::Result expected_to_integer(std::uint32_t a, Rounding rounding) {
  if (is_nan(a)) return {(a & kMinus) != 0 ? 0x80000000u : 0x7fffffffu, kBIS};
  const double value = value_of(a);
  const double integer = rounding == Rounding::NearestEven ? std::nearbyint(value) : std::trunc(value);
  if (integer >= 2147483648.0) return {0x7fffffffu, 0};
  if (integer <= -2147483648.0) return {0x80000000u, 0};
  return {static_cast<std::uint32_t>(static_cast<std::int32_t>(integer)), 0};
}

/// Both signs of: zero, denormals, the smallest normals, values around one and around powers of two, halves, the largest
/// numbers, infinity, NaNs; products and sums of these meet every border.
std::vector<std::uint32_t> corners() {
  const std::vector<std::uint32_t> positive{0x00000000, 0x00000001, 0x00400000, 0x007fffff, 0x00800000, 0x00800001, 0x00ffffff, 0x01000000,
                                            0x01000001, 0x0c800000, 0x1f800000, 0x20000000, 0x20000001, 0x33800000, 0x33800001, 0x34000000,
                                            0x3effffff, 0x3f000000, 0x3f000001, 0x3f7ffffe, 0x3f7fffff, 0x3f800000, 0x3f800001, 0x3f800002,
                                            0x3fc00000, 0x40000000, 0x40200000, 0x4affffff, 0x4b000000, 0x4b7fffff, 0x4b800000, 0x4effffff,
                                            0x4f000000, 0x5f000000, 0x5f7fffff, 0x5f800000, 0x7e800000, 0x7effffff, 0x7f000000, 0x7f7ffffe,
                                            0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff};
  std::vector<std::uint32_t> all;
  for (const std::uint32_t value : positive) {
    all.push_back(value);
    all.push_back(value | kMinus);
  }
  return all;
}

/// Random operands whose exponents lie near each other, so that they interact; sometimes few mantissa bits, to meet ties.
class Operands {
 public:
  std::uint32_t base_exponent() { return next() % 255; }
  std::uint32_t near(std::uint32_t exponent) {
    const std::uint32_t sign = next() & kMinus;
    const std::uint32_t e = (exponent + next() % 64 + 255 - 32) % 255;
    std::uint32_t mantissa = next() & 0x7fffffu;
    if (next() % 2 == 0) mantissa &= next() & next();
    if (next() % 4 == 0) mantissa |= 0x7fffffu >> (next() % 23);
    return sign | e << 23 | (mantissa & 0x7fffffu);
  }

 private:
  std::uint32_t next() { return static_cast<std::uint32_t>(random_()); }
  std::mt19937 random_{20};
};

void check(fpu::Result got, fpu::Result want, const char* what, std::uint32_t a, std::uint32_t b, std::uint32_t c, Rounding rounding) {
  if (got.bits == want.bits && got.flags == want.flags) return;
  INFO(what << " of " << std::hex << a << " " << b << " " << c << (rounding == Rounding::Truncate ? " truncated" : " to nearest"));
  INFO("bits " << std::hex << got.bits << " expected " << want.bits);
  INFO("flags " << std::hex << got.flags << " expected " << want.flags);
  FAIL("wrong result");
}

void check_two(std::uint32_t a, std::uint32_t b, Rounding r) {
  check(fpu::add(a, b, r), expected_add(a, b, false, r), "add", a, b, 0, r);
  check(fpu::subtract(a, b, r), expected_add(a, b, true, r), "subtract", a, b, 0, r);
  check(fpu::multiply(a, b, r), expected_multiply(a, b, r), "multiply", a, b, 0, r);
}

void check_three(std::uint32_t c, std::uint32_t a, std::uint32_t b, Rounding r) {
  check(fpu::multiply_add(c, a, b, r), expected_multiply_add(c, a, b, false, r), "multiply_add", c, a, b, r);
  check(fpu::multiply_subtract(c, a, b, r), expected_multiply_add(c, a, b, true, r), "multiply_subtract", c, a, b, r);
}

}  // namespace

TEST_CASE("sums and products are rounded once, in both modes: corner operands crossed") {
  for (const Rounding r : {Rounding::NearestEven, Rounding::Truncate}) {
    for (const std::uint32_t a : corners()) {
      for (const std::uint32_t b : corners()) {
        check_two(a, b, r);
        for (const std::uint32_t c : corners()) check_three(c, a, b, r);
      }
    }
  }
  SUCCEED();
}

TEST_CASE("sums and products are rounded once, in both modes: random operands") {
  Operands operands;
  for (int i = 0; i < 300000; ++i) {
    const std::uint32_t exponent = operands.base_exponent();
    const std::uint32_t a = operands.near(exponent), b = operands.near(exponent), c = operands.near(2 * exponent + 128);
    for (const Rounding r : {Rounding::NearestEven, Rounding::Truncate}) {
      check_two(a, b, r);
      check_three(c, a, b, r);
    }
  }
  SUCCEED();
}

TEST_CASE("conversions between integers and floats") {
  Operands operands;
  for (const Rounding r : {Rounding::NearestEven, Rounding::Truncate}) {
    for (const std::uint32_t a : corners()) {
      check(fpu::to_integer(a, r), expected_to_integer(a, r), "to_integer", a, 0, 0, r);
      check(fpu::from_integer(a, r), expected_from_integer(a, r), "from_integer", a, 0, 0, r);
    }
    for (std::uint32_t i = 0; i < 200000; ++i) {
      const std::uint32_t a = operands.near(127 + i % 34);
      check(fpu::to_integer(a, r), expected_to_integer(a, r), "to_integer", a, 0, 0, r);
      check(fpu::from_integer(a << (i % 9), r), expected_from_integer(a << (i % 9), r), "from_integer", a << (i % 9), 0, 0, r);
    }
  }
  REQUIRE(fpu::to_integer(0x40200000, Rounding::NearestEven).bits == 2);  // 2.5
  REQUIRE(fpu::to_integer(0x40600000, Rounding::NearestEven).bits == 4);  // 3.5
  REQUIRE(fpu::to_integer(0xc0600000, Rounding::Truncate).bits == 0xfffffffdu);
  REQUIRE(fpu::from_integer(0x01000001, Rounding::NearestEven).bits == 0x4b800000);
  REQUIRE(fpu::from_integer(0x7fffffff, Rounding::Truncate).bits == 0x4effffff);
}

TEST_CASE("results that fix the special rules by hand") {
  const auto equal = [](fpu::Result got, std::uint32_t bits, std::uint32_t flags) {
    REQUIRE(got.bits == bits);
    REQUIRE(got.flags == flags);
  };
  const Rounding nearest = Rounding::NearestEven, truncate = Rounding::Truncate;
  equal(fpu::add(0x3f800000, 0x33800000, nearest), 0x3f800000, 0);  // 1 + half an ulp: tie to even
  equal(fpu::add(0x3f800001, 0x33800000, nearest), 0x3f800002, 0);
  equal(fpu::add(0x3f800001, 0x33800000, truncate), 0x3f800001, 0);
  equal(fpu::add(0x3f800000, 0xb3000000, truncate), 0x3f7fffff, 0);  // 1 - a quarter ulp of the binade below
  equal(fpu::add(0x7f7fffff, 0x7f7fffff, nearest), 0x7f800000, kBV | kBVS);
  equal(fpu::add(0x7f7fffff, 0x7f7fffff, truncate), 0x7f7fffff, kBV | kBVS);
  equal(fpu::subtract(0x7f800000, 0x7f800000, nearest), 0x7fc00000, kBIS);  // infinity - infinity
  equal(fpu::multiply(0x80000000, 0x7f800000, nearest), 0xffc00000, kBIS);  // -0 * infinity
  equal(fpu::multiply(0xff800000, 0x3f800000, nearest), 0xff800000, 0);
  equal(fpu::multiply(0x00800000, 0x3f000000, nearest), 0x00000000, kBUS);  // half the smallest normal
  equal(fpu::multiply(0x80800000, 0x3f000000, nearest), 0x80000000, kBUS);
  equal(fpu::multiply(0x00800001, 0x3f7ffffe, nearest), 0x00800000, 0);  // just below it, rounded up to it
  equal(fpu::multiply(0x00800001, 0x3f7ffffe, truncate), 0x00000000, kBUS);
  equal(fpu::add(0x007fffff, 0x80000001, nearest), 0x00000000, 0);  // denormals are zeros
  equal(fpu::add(0x80000000, 0x807fffff, nearest), 0x80000000, 0);
  equal(fpu::subtract(0x3f800000, 0x3f800000, truncate), 0x00000000, 0);
  equal(fpu::multiply_add(0xbf800002, 0x3f800001, 0x3f800001, nearest), 0x28800000, 0);  // only a fused one keeps 2^-46
  equal(fpu::absolute(0xc0490fdb), 0x40490fdb, 0);
  equal(fpu::absolute(0x80000001), 0x00000000, 0);
  equal(fpu::absolute(0xff800000), 0x7f800000, 0);
  equal(fpu::absolute(0xffc12345), 0x7fc00000, kBIS);
}

TEST_CASE("FPU instructions take their rounding from CONFIG and set the B flags") {
  const std::uint32_t sticky = kBIS | kBVS | kBUS;
  Operands operands;
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& line = info(static_cast<Op>(i));
    if (line.unit != Unit::Fpu) continue;
    const Instruction insn =
        decode(line.match | (length_in_bytes(line.match) == 4 ? 0x04800000u | 0x2500u : 0x2500u));  // 1, 1 or 9, 2 or 10
    const auto run = [&](std::uint32_t d, std::uint32_t a, std::uint32_t b, Rounding r, std::uint32_t status_before) {
      CpuState s;
      s.config = r == Rounding::Truncate ? config::kTruncate : 0;
      s.status = status_before;
      s.r[insn.rd] = d;
      s.r[insn.rn] = a;
      s.r[insn.rm] = b;
      d = s.r[insn.rd];
      a = s.r[insn.rn];
      b = s.r[insn.rm];
      fpu::Result want;
      switch (line.action) {
        case Action::Fadd:
          want = expected_add(a, b, false, r);
          break;
        case Action::Fsub:
          want = expected_add(a, b, true, r);
          break;
        case Action::Fmul:
          want = expected_multiply(a, b, r);
          break;
        case Action::Fmadd:
          want = expected_multiply_add(d, a, b, false, r);
          break;
        case Action::Fmsub:
          want = expected_multiply_add(d, a, b, true, r);
          break;
        case Action::Float:
          want = expected_from_integer(a, r);
          break;
        case Action::Fix:
          want = expected_to_integer(a, r);
          break;
        case Action::Fabs:
          want = is_nan(a) ? nan_of(0) : fpu::Result{std::bit_cast<std::uint32_t>(static_cast<float>(std::fabs(value_of(a)))), 0};
          break;
        default:
          FAIL("unexpected action");
      }
      const bool zero = line.action == Action::Fix ? want.bits == 0 : (want.bits & ~kMinus) == 0;
      std::uint32_t status_after = (status_before & ~0x700u) | want.flags;
      if (zero) status_after |= 0x100;
      if ((want.bits & kMinus) != 0) status_after |= 0x200;
      CpuState expected_state = s;
      expected_state.r[insn.rd] = want.bits;
      semantics_of(line.action)(s, insn);
      INFO(line.name << " d " << std::hex << d << " a " << a << " b " << b << " status before " << status_before);
      if (s.r != expected_state.r || s.status != status_after) {
        REQUIRE(s.r[insn.rd] == want.bits);
        REQUIRE(s.status == status_after);
        FAIL("another register changed");
      }
    };
    for (const Rounding r : {Rounding::NearestEven, Rounding::Truncate}) {
      for (const std::uint32_t a : corners()) {
        for (const std::uint32_t b : corners()) {
          run(0x3f800000, a, b, r, 0);
          run(0xc0000000, a, b, r, 0x7f0 | sticky);
        }
      }
      for (int k = 0; k < 1000; ++k) run(operands.near(130), operands.near(128), operands.near(126), r, 0x10f0);
    }
  }
}

TEST_CASE("float comparisons by the flags of a subtraction") {
  for (const std::uint32_t a : corners()) {
    for (const std::uint32_t b : corners()) {
      if (is_nan(a) || is_nan(b) || (is_infinite(a) && a == b)) continue;
      CpuState s;
      s.r[1] = a;
      s.r[2] = b;
      semantics_of(Action::Fsub)(s, decode(0x0517));  // fsub r0,r1,r2
      if ((s.status & kBUS) != 0) continue;           // a difference that underflows compares as equal
      const double x = value_of(a), y = value_of(b);
      INFO(std::hex << a << " and " << b);
      REQUIRE(condition_holds(10, s.status) == (x == y));
      REQUIRE(condition_holds(11, s.status) == (x != y));
      REQUIRE(condition_holds(12, s.status) == (x < y));
      REQUIRE(condition_holds(13, s.status) == (x <= y));
    }
  }
}
