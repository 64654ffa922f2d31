// The floating point unit: what the manual's tables say of each special operand, rounding, and the ends of the range.

#include <catch2/catch.hpp>
#include <cstdint>

#include "sim/microblaze/cpu_state.h"
#include "sim/microblaze/fpu.h"

using namespace epysim::microblaze;
using fpu::Result;

namespace epysim::microblaze::fpu {
bool operator==(const Result& a, const Result& b) { return a.bits == b.bits && a.flags == b.flags; }
std::ostream& operator<<(std::ostream& out, const Result& result) { return out << std::hex << result.bits << " flags " << result.flags; }
}  // namespace epysim::microblaze::fpu

namespace {

constexpr std::uint32_t kNan = 0xffc00000, kQuiet = 0x7fc12345, kSignalling = 0x7f812345;
constexpr std::uint32_t kInf = 0x7f800000, kMinusInf = 0xff800000, kZero = 0, kMinusZero = 0x80000000;
constexpr std::uint32_t kOne = 0x3f800000, kTwo = 0x40000000, kThree = 0x40400000, kMinusOne = 0xbf800000;
constexpr std::uint32_t kLargest = 0x7f7fffff, kSmallest = 0x00800000, kDenormal = 0x00000001;

using Operation = Result (*)(std::uint32_t, std::uint32_t);
constexpr Operation kOperations[] = {fpu::add, fpu::reverse_subtract, fpu::multiply, fpu::reverse_divide};
constexpr FloatCondition kConditions[] = {FloatCondition::Unordered,     FloatCondition::Less,    FloatCondition::Equal,
                                          FloatCondition::LessOrEqual,   FloatCondition::Greater, FloatCondition::NotEqual,
                                          FloatCondition::GreaterOrEqual};

}  // namespace

TEST_CASE("NaN and denormal operands") {
  for (const Operation operation : kOperations) {
    for (const std::uint32_t other : {kOne, kZero, kInf, kQuiet}) {
      REQUIRE(operation(kQuiet, other) == Result{kNan, 0});
      REQUIRE(operation(other, kSignalling) == Result{kNan, fsr::kInvalid});
      REQUIRE(operation(kSignalling, other) == Result{kNan, fsr::kInvalid});
      REQUIRE(operation(kDenormal, other) == Result{kNan, fsr::kDenormal});
      REQUIRE(operation(other, kDenormal | kMinusZero) == Result{kNan, fsr::kDenormal});
    }
    REQUIRE(operation(kSignalling, kDenormal) == Result{kNan, fsr::kDenormal});
  }
}

TEST_CASE("infinities and zeros") {
  REQUIRE(fpu::add(kInf, kMinusInf) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::add(kInf, kInf) == Result{kInf, 0});
  REQUIRE(fpu::add(kOne, kMinusInf) == Result{kMinusInf, 0});
  REQUIRE(fpu::reverse_subtract(kInf, kInf) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::reverse_subtract(kInf, kOne) == Result{kMinusInf, 0});
  REQUIRE(fpu::multiply(kZero, kInf) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::multiply(kMinusOne, kInf) == Result{kMinusInf, 0});
  REQUIRE(fpu::reverse_divide(kZero, kMinusZero) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::reverse_divide(kInf, kMinusInf) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::reverse_divide(kMinusZero, kOne) == Result{kMinusInf, fsr::kDivideByZero});
  REQUIRE(fpu::reverse_divide(kZero, kInf) == Result{kInf, 0});
  REQUIRE(fpu::reverse_divide(kInf, kMinusOne) == Result{kMinusZero, 0});
  REQUIRE(fpu::add(kZero, kMinusZero) == Result{kZero, 0});
  REQUIRE(fpu::add(kMinusZero, kMinusZero) == Result{kMinusZero, 0});
  REQUIRE(fpu::reverse_subtract(kOne, kOne) == Result{kZero, 0});
  REQUIRE(fpu::multiply(kMinusZero, kOne) == Result{kMinusZero, 0});
}

TEST_CASE("operands of subtraction and division are reversed") {
  REQUIRE(fpu::reverse_subtract(kOne, kThree) == Result{kTwo, 0});
  REQUIRE(fpu::reverse_divide(kTwo, kOne) == Result{0x3f000000, 0});
}

TEST_CASE("overflow and underflow") {
  REQUIRE(fpu::add(kLargest, kLargest) == Result{kInf, fsr::kOverflow});
  REQUIRE(fpu::multiply(kLargest, 0xc0000000) == Result{kMinusInf, fsr::kOverflow});
  REQUIRE(fpu::reverse_divide(kSmallest, kLargest) == Result{kInf, fsr::kOverflow});
  REQUIRE(fpu::multiply(kSmallest, 0x3f000000) == Result{kZero, fsr::kUnderflow});
  REQUIRE(fpu::multiply(kSmallest, 0xbf000000) == Result{kMinusZero, fsr::kUnderflow});
  REQUIRE(fpu::reverse_divide(kTwo, kSmallest) == Result{kZero, fsr::kUnderflow});
  REQUIRE(fpu::reverse_subtract(kSmallest, kSmallest + 1) == Result{kZero, fsr::kUnderflow});  // exact, but denormal
  // Rounded up to the smallest number: no underflow.
  REQUIRE(fpu::multiply(0x3f7fffff, kSmallest + 1) == Result{kSmallest, 0});
}

TEST_CASE("results are rounded to nearest even") {
  REQUIRE(fpu::add(0x4b800000, kOne) == Result{0x4b800000, 0});  // 2^24 + 1: a tie
  REQUIRE(fpu::add(0x4b800001, kOne) == Result{0x4b800002, 0});  // 2^24 + 3
  REQUIRE(fpu::reverse_divide(kThree, kOne) == Result{0x3eaaaaab, 0});
  REQUIRE(fpu::square_root(kTwo) == Result{0x3fb504f3, 0});
}

TEST_CASE("comparisons") {
  const auto truth = [](std::uint32_t a, std::uint32_t b) {
    std::string text;
    for (const FloatCondition condition : kConditions) {
      const Result result = fpu::compare(condition, a, b);
      REQUIRE(result.flags == 0);
      text += result.bits == 1 ? "1" : "0";
    }
    return text;  // un lt eq le gt ne ge, of b to a
  };
  REQUIRE(truth(kOne, kTwo) == "0000111");
  REQUIRE(truth(kTwo, kOne) == "0101010");
  REQUIRE(truth(kOne, kOne) == "0011001");
  REQUIRE(truth(kZero, kMinusZero) == "0011001");
  REQUIRE(truth(kInf, kMinusInf) == "0101010");
  REQUIRE(truth(kMinusInf, kMinusOne) == "0000111");

  for (const FloatCondition condition : kConditions) {
    const bool symmetric =
        condition == FloatCondition::Unordered || condition == FloatCondition::Equal || condition == FloatCondition::NotEqual;
    const std::uint32_t expected = condition == FloatCondition::Unordered || condition == FloatCondition::NotEqual ? 1 : 0;
    REQUIRE(fpu::compare(condition, kQuiet, kOne) == Result{expected, symmetric ? 0 : fsr::kInvalid});
    REQUIRE(fpu::compare(condition, kInf, kQuiet) == Result{expected, symmetric ? 0 : fsr::kInvalid});
    REQUIRE(fpu::compare(condition, kSignalling, kOne) == Result{expected, fsr::kInvalid});
    REQUIRE(fpu::compare(condition, kDenormal, kOne) == Result{0, fsr::kDenormal});
    REQUIRE(fpu::compare(condition, kQuiet, kDenormal) == Result{0, fsr::kDenormal});
  }
}

TEST_CASE("conversions") {
  REQUIRE(fpu::from_integer(0) == Result{kZero, 0});
  REQUIRE(fpu::from_integer(1) == Result{kOne, 0});
  REQUIRE(fpu::from_integer(0xffffffff) == Result{kMinusOne, 0});
  REQUIRE(fpu::from_integer(0x7fffffff) == Result{0x4f000000, 0});
  REQUIRE(fpu::from_integer(0x80000000) == Result{0xcf000000, 0});
  REQUIRE(fpu::from_integer(16777217) == Result{0x4b800000, 0});  // a tie
  REQUIRE(fpu::from_integer(16777219) == Result{0x4b800002, 0});

  REQUIRE(fpu::to_integer(0x3fc00000) == Result{1, 0});           // 1.5
  REQUIRE(fpu::to_integer(0xbfffffff) == Result{0xffffffff, 0});  // almost -2
  REQUIRE(fpu::to_integer(0x3f7fffff) == Result{0, 0});
  REQUIRE(fpu::to_integer(kMinusZero) == Result{0, 0});
  REQUIRE(fpu::to_integer(0xcf000000) == Result{0x80000000, 0});  // -2^31
  REQUIRE(fpu::to_integer(0x4effffff) == Result{0x7fffff80, 0});
  for (const std::uint32_t none : {0x4f000000u, 0xcf000001u, kInf, kMinusInf, kQuiet, kSignalling})
    REQUIRE(fpu::to_integer(none) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::to_integer(kDenormal) == Result{kNan, fsr::kDenormal});
}

TEST_CASE("square roots") {
  REQUIRE(fpu::square_root(0x40800000) == Result{kTwo, 0});
  REQUIRE(fpu::square_root(kSmallest) == Result{0x20000000, 0});  // 2^-126 to 2^-63
  REQUIRE(fpu::square_root(0x01000000) == Result{0x203504f3, 0});
  REQUIRE(fpu::square_root(kLargest) == Result{0x5f7fffff, 0});
  REQUIRE(fpu::square_root(kMinusZero) == Result{kMinusZero, 0});
  REQUIRE(fpu::square_root(kInf) == Result{kInf, 0});
  REQUIRE(fpu::square_root(kMinusOne) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::square_root(kMinusInf) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::square_root(kQuiet) == Result{kNan, 0});
  REQUIRE(fpu::square_root(kSignalling) == Result{kNan, fsr::kInvalid});
  REQUIRE(fpu::square_root(kDenormal) == Result{kNan, fsr::kDenormal});
}
