#include "hostlink/profile/variables.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace epysim::hostlink {
namespace {

constexpr std::uint64_t kElementBytes = 4;
constexpr const char* kWays[] = {"on_demand", "copy", "prefetch", "store", "write_back"};

}  // namespace

std::size_t Variables::number(const std::string& kernel, const Work::Variable& argument) {
  const auto [known, fresh] = numbers_.emplace(std::array{kernel, argument.name, argument.kind}, variables_.size());
  if (fresh) variables_.push_back({kernel, argument.name, argument.kind, 0, {}, 0, 0, 0, 0, 0, 0});
  Variable& variable = variables_[known->second];
  variable.elements = std::max(variable.elements, argument.elements);
  return known->second;
}

std::vector<std::string> Variables::names() const {
  std::vector<std::string> names;
  for (const Variable& variable : variables_) names.push_back(variable.name);
  return names;
}

void Variables::transfer(std::size_t variable, std::uint32_t cell, const epy_transfer& asked, bool served) {
  const bool reads = (asked.state & EPY_TRANSFER_ASKED) == EPY_TRANSFER_READ;
  const bool chunk = cell >= EPY_FIRST_CHUNK_CELL;
  const How how = chunk ? (reads ? Prefetch : WriteBack) : !reads ? Store : asked.count == 1 ? OnDemand : Copy;
  Moved& moved = variables_[variable].moved[how];
  ++moved.requests;
  if (served) {
    moved.elements += asked.count;
  } else {
    ++variables_[variable].refused;
  }
}

void Variables::waited(std::size_t variable, Cycle cycles) { variables_[variable].waited += cycles; }

void Variables::accessed(std::size_t variable, std::size_t bytes, bool stores) {
  Variable& one = variables_[variable];
  ++(stores ? one.stores : one.loads);
  (stores ? one.bytes_stored : one.bytes_loaded) += bytes;
}

nlohmann::ordered_json Variables::list() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Variable& variable : variables_) {
    nlohmann::ordered_json entry{
        {"kernel", variable.kernel}, {"name", variable.name}, {"kind", variable.kind}, {"elements", variable.elements}};
    for (std::size_t how = 0; how < Ways; ++how) {
      const Moved& moved = variable.moved[how];
      if (moved.requests != 0)
        entry[kWays[how]] = {{"requests", moved.requests}, {"elements", moved.elements}, {"bytes", moved.elements * kElementBytes}};
    }
    if (variable.refused != 0) entry["refused"] = variable.refused;
    if (variable.waited != 0) entry["waited_cycles"] = variable.waited;
    if (variable.loads + variable.stores != 0)
      entry["direct"] = {{"loads", variable.loads},
                         {"bytes_loaded", variable.bytes_loaded},
                         {"stores", variable.stores},
                         {"bytes_stored", variable.bytes_stored}};
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace epysim::hostlink
