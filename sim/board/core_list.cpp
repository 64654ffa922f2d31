#include "sim/board/core_list.h"

#include <charconv>
#include <numeric>
#include <optional>
#include <string>

#include "sim/core/error.h"

namespace epysim::board {
namespace {

class Parser {
 public:
  Parser(std::string_view text, int core_count) : text_(text), core_count_(core_count), chosen_(static_cast<std::size_t>(core_count)) {}

  std::vector<int> parse() {
    if (text_ == "all") return first(core_count_);
    if (text_.find_first_of(",-") == std::string_view::npos) return lone();
    std::string_view rest = text_;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      item(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    std::vector<int> cores;
    for (int core = 0; core < core_count_; ++core)
      if (chosen_[static_cast<std::size_t>(core)]) cores.push_back(core);
    return cores;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw UsageError("--cores " + std::string(text_) + ": " + why +
                     ". Write a count (4), a list of cores and ranges (0,1,5-9) or all; this board has cores 0 to " +
                     std::to_string(core_count_ - 1));
  }

  static std::vector<int> first(int count) {
    std::vector<int> cores(static_cast<std::size_t>(count));
    std::iota(cores.begin(), cores.end(), 0);
    return cores;
  }

  int number(std::string_view digits) const {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = !digits.empty() && end == digits.data() + digits.size() && digits.front() != '-';
    if (whole && error == std::errc::result_out_of_range) fail("there are not that many cores");
    if (!whole || error != std::errc{}) fail("'" + std::string(digits) + "' is not a number");
    return value;
  }

  std::vector<int> lone() const {
    const int count = number(text_);
    if (count > core_count_) fail("there are not that many cores");
    return first(count == 0 ? 1 : count);
  }

  void item(std::string_view range) {
    const std::size_t dash = range.find('-');
    const int low = number(range.substr(0, dash));
    const int high = dash == std::string_view::npos ? low : number(range.substr(dash + 1));
    if (high < low) fail("the range " + std::string(range) + " runs backwards");
    if (high >= core_count_) fail("there is no core " + std::to_string(high));
    for (int core = low; core <= high; ++core) {
      if (chosen_[static_cast<std::size_t>(core)]) fail("core " + std::to_string(core) + " is named twice");
      chosen_[static_cast<std::size_t>(core)] = true;
    }
  }

  std::string_view text_;
  int core_count_;
  std::vector<bool> chosen_;
};

}  // namespace

std::vector<int> parse_cores(std::string_view text, int core_count) { return Parser(text, core_count).parse(); }

}  // namespace epysim::board
