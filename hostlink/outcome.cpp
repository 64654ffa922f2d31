#include "hostlink/outcome.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace epysim::hostlink {
namespace {

std::string place(const Failure& failure) {
  return failure.file.empty() ? std::string() : failure.file + ":" + std::to_string(failure.line);
}

/// "core 3", "cores 0-3, 7".
std::string core_list(const std::set<int>& cores) {
  std::string text;
  for (auto core = cores.begin(); core != cores.end();) {
    const int first = *core;
    int last = first;
    while (++core != cores.end() && *core == last + 1) ++last;
    if (!text.empty()) text += ", ";
    text += std::to_string(first);
    if (last > first) text += "-" + std::to_string(last);
  }
  return (cores.size() == 1 ? "core " : "cores ") + text;
}

std::string sentence_for(const Failure& failure, const std::string& cores) {
  std::string text;
  if (failure.error_class == "DeadlockError") {
    text = cores + " " + failure.message;
    return failure.file.empty() ? text : text + " at " + place(failure);
  }
  if (!failure.file.empty()) text = place(failure) + ": ";
  text += failure.error_class + ": " + failure.message + " (" + cores;
  if (!failure.kernel.empty()) text += ", kernel " + failure.kernel;
  if (!failure.function.empty() && failure.function != failure.kernel) text += ", in " + failure.function;
  return text + ", cycle " + std::to_string(failure.cycle) + ")";
}

auto what(const Failure& failure) {
  return std::tie(failure.error_class, failure.message, failure.kernel, failure.function, failure.file, failure.line);
}

}  // namespace

std::string sentence(const Failure& failure) {
  return sentence_for(failure, failure.core < 0 ? "no core yet" : "core " + std::to_string(failure.core));
}

std::vector<std::string> report(const std::vector<Failure>& failures) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < failures.size(); ++i) {
    const Failure& failure = failures[i];
    const auto same = [&](const Failure& other) { return what(other) == what(failure); };
    if (failure.error_class == "DeadlockError") {
      if (i == 0 || failures[i - 1].error_class != "DeadlockError") lines.push_back("deadlock: no core can ever go on");
      lines.push_back(sentence(failure));
    } else if (std::none_of(failures.begin(), failures.begin() + static_cast<std::ptrdiff_t>(i), same)) {
      std::set<int> cores;
      for (const Failure& other : failures)
        if (same(other)) cores.insert(other.core);
      lines.push_back(sentence_for(failure, core_list(cores)));
    }
  }
  return lines;
}

}  // namespace epysim::hostlink
