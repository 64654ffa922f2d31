#pragma once
// What a run costs in joules: a price per event, and power that is there whatever happens. Prices are in the board's configuration
// ("power"), each with the published figure that it was set from.
//
//   chip  = static_watts * seconds + sum over cores + sum over links
//   core  = running * cycles that are neither idle nor halted + resting * the others
//           + integer, floating, load_store, control * instructions of each kind
//   links = transaction * transactions of each on-chip link + off_chip_byte * bytes of the link off the chip
//
// A core's cycles are divided among their causes; its instructions belong to the causes issue and dual_issue, in proportion to how many
// were issued so. Nothing here influences a run.

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "sim/core/config.h"
#include "sim/core/multicore.h"

namespace epysim::board {

class EnergyModel {
 public:
  explicit EnergyModel(const core::Config& config);
  /// The statistics document's "energy". `links`: as the document has them.
  nlohmann::ordered_json account(double seconds, const std::vector<core::CoreSnapshot>& cores, const nlohmann::ordered_json& links) const;

 private:
  double watts_;  // static
  // joules
  double running_, resting_;                          // per cycle of a core
  double integer_, floating_, load_store_, control_;  // per instruction
  double transaction_, off_chip_byte_;
};

}  // namespace epysim::board
