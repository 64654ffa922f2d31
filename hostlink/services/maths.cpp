// Mathematical functions that the device has no code for. Results are float32: computed in double, then rounded once, so
// that they do not depend on a host's float library beyond its last double bit.

#include <bit>
#include <cmath>

#include "hostlink/device_format.h"
#include "hostlink/real_division.h"
#include "hostlink/services.h"

namespace epysim::hostlink {
namespace {

constexpr std::uint32_t kRandom = 14;
constexpr std::uint32_t kPower = 32;
constexpr std::uint32_t kParse = 33;
constexpr std::uint32_t kTruncatedRemainder = 34;
constexpr std::uint32_t kFloorRemainder = 35;
constexpr std::uint32_t kFloorQuotient = 36;

double number(std::uint32_t tag, std::uint32_t word) {
  return tag == EPY_REAL ? static_cast<double>(std::bit_cast<float>(word)) : static_cast<double>(static_cast<std::int32_t>(word));
}

float divided(std::uint32_t operation, float x, float y) {
  if (operation == kTruncatedRemainder) return truncated_remainder(x, y);
  return operation == kFloorRemainder ? floor_remainder(x, y) : floor_quotient(x, y);
}

double evaluate(std::uint32_t operation, double x) {
  switch (operation) {
    case 0:
      return std::sqrt(x);
    case 1:
      return std::sin(x);
    case 2:
      return std::cos(x);
    case 3:
      return std::tan(x);
    case 4:
      return std::asin(x);
    case 5:
      return std::acos(x);
    case 6:
      return std::atan(x);
    case 7:
      return std::sinh(x);
    case 8:
      return std::cosh(x);
    case 9:
      return std::tanh(x);
    case 10:
      return std::floor(x);
    case 11:
      return std::ceil(x);
    case 12:
      return std::log(x);
    case 13:
      return std::log10(x);
    case 15:
      return std::exp(x);
    default:
      return std::nan("");
  }
}

std::array<std::uint32_t, 3> real(double value) {
  // A quiet NaN without sign, whatever the host's library returns.
  const float rounded = std::isnan(value) ? std::bit_cast<float>(0x7fc00000u) : static_cast<float>(value);
  return {EPY_REAL, std::bit_cast<std::uint32_t>(rounded), 0};
}

}  // namespace

Reply Services::maths(const Request& request) {
  const auto& [operation, tag, word, tag2, word2, unused] = request.arguments;
  (void)unused;
  Reply reply;
  if (operation == kRandom) {
    const double limit = tag == EPY_NONE || tag == EPY_UNSET ? 0.0 : number(tag, word);
    const bool usable = limit >= 1.0 && limit <= 2147483647.0;
    reply.result = {EPY_INT, random[request.rank].below(usable ? static_cast<std::uint32_t>(limit) : 0), 0};
  } else if (operation == kPower) {
    reply.result = real(std::pow(number(tag, word), number(tag2, word2)));
  } else if (operation >= kTruncatedRemainder && operation <= kFloorQuotient) {
    const float quotient = divided(operation, static_cast<float>(number(tag, word)), static_cast<float>(number(tag2, word2)));
    reply.result = real(static_cast<double>(quotient));
  } else if (operation == kParse) {
    ValueReader reader(device, request.window);
    const std::optional<float> parsed = parse_real(formatter.text(reader.read(tag, word)));
    reply.cost = reader.cost();
    reply.result = parsed ? real(static_cast<double>(*parsed)) : std::array<std::uint32_t, 3>{EPY_UNSET, 0, 0};
  } else {
    reply.result = real(evaluate(operation, number(tag, word)));
  }
  return reply;
}

}  // namespace epysim::hostlink
