#pragma once
// What has gone wrong on purpose, and what was noticed of it: told while it happens, and kept for the statistics document.

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "sim/core/types.h"

namespace epysim::core {

class FaultLog {
 public:
  /// `tell` gets a complete line for each of the first few; may be empty.
  explicit FaultLog(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

  /// Something has gone wrong. `kind` is the fault's key ("answers.drop"), `what` a sentence without its end ("core 3 stops").
  void happened(Cycle at, const std::string& kind, const std::string& what) { add(at, kind, what, "fault " + kind); }
  /// Something was noticed, and what is done about it.
  void noticed(Cycle at, const std::string& what) { add(at, "noticed", what, "noticed"); }

  /// Adds it to a statistics document, as "faults"; nothing when there were none.
  void add_to(nlohmann::ordered_json& document) const {
    if (count_ == 0) return;
    if (!document.contains("faults")) document["faults"] = {{"count", 0}, {"list", nlohmann::ordered_json::array()}};
    nlohmann::ordered_json& faults = document["faults"];
    faults["count"] = faults["count"].get<std::size_t>() + count_;
    for (const auto& fault : list_) faults["list"].push_back(fault);
  }

 private:
  void add(Cycle at, const std::string& kind, const std::string& what, const std::string& told_as) {
    ++count_;
    if (count_ <= kKept) list_.push_back({{"cycle", at}, {"kind", kind}, {"what", what}});
    if (!tell_ || count_ > kTold) return;
    tell_(told_as + ", cycle " + std::to_string(at) + ": " + what + (count_ == kTold ? " (further ones are not told)" : ""));
  }

  static constexpr std::size_t kTold = 20;
  static constexpr std::size_t kKept = 1000;
  std::function<void(const std::string&)> tell_;
  nlohmann::ordered_json list_ = nlohmann::ordered_json::array();
  std::size_t count_ = 0;
};

}  // namespace epysim::core
