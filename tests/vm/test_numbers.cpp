#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <random>

extern "C" {
struct epy_quotient {
  uint32_t quotient, remainder;
};
epy_quotient epy_divide_unsigned(uint32_t, uint32_t);
epy_quotient epy_divide_truncating(int32_t, int32_t);
epy_quotient epy_divide_floor(int32_t, int32_t);
uint32_t epy_range_count(uint32_t, uint32_t, uint32_t);
uint32_t epy_real_divide(uint32_t, uint32_t);
uint32_t epy_real_sqrt(uint32_t);
uint32_t epy_real_floor(uint32_t);
uint32_t epy_real_ceil(uint32_t);
int32_t epy_real_to_int(uint32_t);
}

namespace {

uint32_t bits(float value) {
  uint32_t word;
  std::memcpy(&word, &value, 4);
  return word;
}
float real(uint32_t word) {
  float value;
  std::memcpy(&value, &word, 4);
  return value;
}

/// As the device has it: no numbers below the smallest normal one, one kind of NaN.
uint32_t device(float value) {
  if (std::isnan(value)) return 0x7fc00000;
  if (std::fpclassify(value) == FP_SUBNORMAL) return bits(std::copysign(0.0f, value));
  return bits(value);
}
bool is_normal(uint32_t word) { return std::fpclassify(real(word)) != FP_SUBNORMAL; }

/// Random bit patterns, now and then with a special one or with few significant digits, where rounding ties lie.
uint32_t draw(std::mt19937& random) {
  static const uint32_t special[] = {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x00800000,
                                     0x7f7fffff, 0x3fffffff, 0x3f7fffff, 0x40000000, 0x3f800001, 0x4b000000, 0x4f000000};
  const auto word = static_cast<uint32_t>(random());
  switch (random() % 8) {
    case 0:
      return special[word % (sizeof special / sizeof *special)];
    case 1:
      return bits(static_cast<float>(static_cast<int32_t>(word) >> 20));
    case 2:
      return (word & 0x007fffff) | 0x3f800000;
    default:
      return word;
  }
}

}  // namespace

TEST_CASE("division and root of reals are correctly rounded") {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000'000; ++i) {
    const uint32_t a = draw(random), b = draw(random);
    if (!is_normal(a) || !is_normal(b)) continue;
    const float exact = real(a) / real(b);
    const uint32_t expected = device(exact), got = epy_real_divide(a, b);
    if (got != expected && std::abs(std::fabs(exact) - 0x1p-126f) > 0x1p-149f) {
      INFO(std::hexfloat << real(a) << " / " << real(b) << " = " << exact << ", not " << real(got));
      REQUIRE(got == expected);
    }
    if (epy_real_sqrt(a) != device(std::sqrt(real(a)))) {
      INFO(std::hexfloat << "sqrt " << real(a));
      REQUIRE(epy_real_sqrt(a) == device(std::sqrt(real(a))));
    }
  }
}

TEST_CASE("every significand has a correctly rounded root and reciprocal") {
  for (uint32_t word = 0x3f800000; word < 0x40800000; ++word) { /* [1, 4) */
    if (epy_real_sqrt(word) != bits(std::sqrt(real(word)))) REQUIRE(epy_real_sqrt(word) == bits(std::sqrt(real(word))));
    if (word < 0x40000000 && epy_real_divide(0x3f800000, word) != bits(1 / real(word))) {
      REQUIRE(epy_real_divide(0x3f800000, word) == bits(1 / real(word)));
    }
  }
  SUCCEED();
}

TEST_CASE("floor, ceil and truncation of reals are exact") {
  std::mt19937 random(8);
  for (int i = 0; i < 1'000'000; ++i) {
    const uint32_t a = draw(random);
    if (!is_normal(a)) continue;
    if (std::isnan(real(a))) continue;
    REQUIRE(epy_real_floor(a) == bits(std::floor(real(a))));
    REQUIRE(epy_real_ceil(a) == bits(std::ceil(real(a))));
    const double whole = std::trunc(static_cast<double>(real(a)));
    const int32_t expected = whole >= 2147483647.0 ? INT32_MAX : whole <= -2147483648.0 ? INT32_MIN : static_cast<int32_t>(whole);
    REQUIRE(epy_real_to_int(a) == expected);
  }
}

TEST_CASE("division of ints") {
  std::mt19937 random(9);
  for (int i = 0; i < 300'000; ++i) {
    const auto a = static_cast<int32_t>(random()) >> (random() % 32);
    auto b = static_cast<int32_t>(random()) >> (random() % 32);
    if (b == 0) b = 1;
    const auto wide_quotient = static_cast<int64_t>(a) / b;
    const auto truncating = epy_divide_truncating(a, b);
    REQUIRE(truncating.quotient == static_cast<uint32_t>(wide_quotient));
    REQUIRE(truncating.remainder == static_cast<uint32_t>(static_cast<int64_t>(a) % b));
    const auto floor = epy_divide_floor(a, b);
    const auto expected = static_cast<int64_t>(std::floor(static_cast<double>(a) / b));
    REQUIRE(floor.quotient == static_cast<uint32_t>(expected));
    REQUIRE(floor.remainder == static_cast<uint32_t>(a - expected * b));
    const auto plain = epy_divide_unsigned(static_cast<uint32_t>(a), static_cast<uint32_t>(b));
    REQUIRE(plain.quotient == static_cast<uint32_t>(a) / static_cast<uint32_t>(b));
    REQUIRE(plain.remainder == static_cast<uint32_t>(a) % static_cast<uint32_t>(b));
  }
}

TEST_CASE("the number of turns of a range") {
  const auto count = [](int32_t start, int32_t stop, int32_t step) {
    return epy_range_count(static_cast<uint32_t>(start), static_cast<uint32_t>(stop), static_cast<uint32_t>(step));
  };
  REQUIRE(count(0, 10, 1) == 10);
  REQUIRE(count(0, 10, 3) == 4);
  REQUIRE(count(0, 9, 3) == 3);
  REQUIRE(count(10, 0, -1) == 10);
  REQUIRE(count(10, 0, -3) == 4);
  REQUIRE(count(5, 5, 1) == 0);
  REQUIRE(count(5, 0, 1) == 0);
  REQUIRE(count(0, 5, -1) == 0);
  REQUIRE(count(INT32_MIN, INT32_MAX, 1) == 0xffffffffu);
  REQUIRE(count(INT32_MAX, INT32_MIN, INT32_MIN) == 2);
}
