#include "cli/validate_formula.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <numeric>
#include <sstream>
#include <vector>

#include "sim/core/error.h"

namespace epysim::cli {
namespace {

using Values = std::vector<double>;

class Formula {
 public:
  Formula(const std::string& text, const Readings& readings) : text_(text), readings_(readings) {}

  double value() {
    const Values result = sum();
    if (peek() != '\0') fail("unexpected '" + std::string(1, peek()) + "'");
    if (result.size() != 1) fail("the result is " + std::to_string(result.size()) + " values: combine them, for example by mean()");
    return result.front();
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw UsageError("formula \"" + text_ + "\": " + why); }

  char peek() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) fail(std::string("'") + wanted + "' expected");
  }

  Values combine(const Values& a, const Values& b, const std::function<double(double, double)>& operation) const {
    if (a.size() != b.size() && a.size() != 1 && b.size() != 1) fail("values of different numbers of cores");
    Values result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = operation(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i]);
    return result;
  }

  Values sum() {
    Values result = product();
    for (;;) {
      if (accept('+')) {
        result = combine(result, product(), std::plus<>());
      } else if (accept('-')) {
        result = combine(result, product(), std::minus<>());
      } else {
        return result;
      }
    }
  }
  Values product() {
    Values result = factor();
    for (;;) {
      if (accept('*')) {
        result = combine(result, factor(), std::multiplies<>());
      } else if (accept('/')) {
        result = combine(result, factor(), std::divides<>());
      } else {
        return result;
      }
    }
  }
  Values factor() {
    if (accept('-')) return combine({0}, factor(), std::minus<>());
    if (accept('(')) {
      Values result = sum();
      expect(')');
      return result;
    }
    if (std::isdigit(static_cast<unsigned char>(peek()))) return {number()};
    if (!std::isalpha(static_cast<unsigned char>(peek()))) fail("a number or a name expected");
    const std::string name = word();
    return peek() == '(' ? function(name) : reading(name);
  }

  double number() {
    std::size_t length = 0;
    const double value = std::stod(text_.substr(at_), &length);
    at_ += length;
    return value;
  }
  std::string word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' || text_[at_] == '.')) ++at_;
    return text_.substr(start, at_ - start);
  }

  Values function(const std::string& name) {
    expect('(');
    Values all;
    do {
      const Values argument = sum();
      all.insert(all.end(), argument.begin(), argument.end());
    } while (accept(','));
    expect(')');
    const double total = std::accumulate(all.begin(), all.end(), 0.0);
    if (name == "mean") return {total / static_cast<double>(all.size())};
    if (name == "sum") return {total};
    if (name == "count") return {static_cast<double>(all.size())};
    if (name == "min") return {*std::min_element(all.begin(), all.end())};
    if (name == "max") return {*std::max_element(all.begin(), all.end())};
    if (name == "ascending") return {std::adjacent_find(all.begin(), all.end(), std::greater_equal<>()) == all.end() ? 1.0 : 0.0};
    fail("no function '" + name + "'");
  }

  Values reading(const std::string& name) {
    const auto found = readings_.find(name);
    if (found == readings_.end()) fail("the program printed no '" + name + "'");
    const std::map<int, double>& by_core = found->second;
    Values result;
    if (!accept('[')) {
      if (by_core.size() != 1) fail("'" + name + "' was printed by several cores: say which, as in " + name + "[0]");
      return {by_core.begin()->second};
    }
    if (accept('*')) {
      for (const auto& each : by_core) result.push_back(each.second);
    } else {
      do {
        const int first = core();
        const int last = accept('-') ? core() : first;
        for (int each = first; each <= last; ++each) {
          const auto one = by_core.find(each);
          if (one == by_core.end()) fail("core " + std::to_string(each) + " printed no '" + name + "'");
          result.push_back(one->second);
        }
      } while (accept(','));
    }
    expect(']');
    return result;
  }
  int core() {
    if (!std::isdigit(static_cast<unsigned char>(peek()))) fail("the number of a core expected");
    return static_cast<int>(number());
  }

  const std::string& text_;
  const Readings& readings_;
  std::size_t at_ = 0;
};

}  // namespace

Readings parse_readings(const std::string& output) {
  Readings readings;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    int core = 0;
    std::string name, rest;
    double value = 0;
    if (words >> core >> name >> value && !(words >> rest)) readings[name][core] = value;
  }
  return readings;
}

double evaluate(const std::string& formula, const Readings& readings) { return Formula(formula, readings).value(); }

}  // namespace epysim::cli
