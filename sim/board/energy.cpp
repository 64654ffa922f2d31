#include "sim/board/energy.h"

#include <nlohmann/json.hpp>
#include <string>

#include "sim/core/cause.h"

namespace epysim::board {
namespace {

constexpr double kMostWatts = 1e3;
constexpr double kMostPicojoules = 1e9;

double joules(const core::Config& config, const std::string& name) { return 1e-12 * config.real("power." + name, 0, kMostPicojoules); }

bool rests(core::Cause cause) { return cause == core::Cause::Idle || cause == core::Cause::Halted; }

}  // namespace

EnergyModel::EnergyModel(const core::Config& config)
    : watts_(config.real("power.static_watts", 0, kMostWatts)),
      running_(joules(config, "running_cycle")),
      resting_(joules(config, "resting_cycle")),
      integer_(joules(config, "integer")),
      floating_(joules(config, "floating")),
      load_store_(joules(config, "load_store")),
      control_(joules(config, "control")),
      transaction_(joules(config, "transaction")),
      off_chip_byte_(joules(config, "off_chip_byte")) {}

nlohmann::ordered_json EnergyModel::account(double seconds, const std::vector<core::CoreSnapshot>& cores,
                                            const nlohmann::ordered_json& links) const {
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  double all_cores = 0;
  std::uint64_t operations = 0;
  bool counted = !cores.empty();
  for (std::size_t id = 0; id < cores.size(); ++id) {
    const core::CoreSnapshot& core = cores[id];
    // A type of cores that does not tell its instructions apart has those of one kind.
    const core::IssuedByUnit issued = core.issued.value_or(core::IssuedByUnit{core.instructions, 0, 0, 0, 0});
    counted = counted && core.issued.has_value();
    operations += issued.floating + issued.fused;
    const double instructions = integer_ * static_cast<double>(issued.integer) + floating_ * static_cast<double>(issued.floating) +
                                load_store_ * static_cast<double>(issued.load_store) + control_ * static_cast<double>(issued.control);
    const double paired = core.instructions == 0 ? 0 : 2 * static_cast<double>(core.dual_issues) / static_cast<double>(core.instructions);
    nlohmann::ordered_json causes;
    double total = 0;
    for (std::size_t i = 0; i < core::kCauseCount; ++i) {
      const auto cause = static_cast<core::Cause>(i);
      double part = (rests(cause) ? resting_ : running_) * static_cast<double>(core.causes[cause]);
      if (cause == core::Cause::Issue) part += instructions * (1 - paired);
      if (cause == core::Cause::DualIssue) part += instructions * paired;
      causes[std::string(core::kCauseNames[i])] = part;
      total += part;
    }
    all_cores += total;
    entries.push_back({{"id", id}, {"joules", total}, {"causes", std::move(causes)}});
  }
  double all_links = 0;
  for (const auto& link : links) {
    const bool off_chip = link.at("network") == "elink";
    all_links += off_chip ? off_chip_byte_ * link.at("bytes").get<double>() : transaction_ * link.at("transactions").get<double>();
  }
  const double fixed = watts_ * seconds;
  const double joules = fixed + all_cores + all_links;
  nlohmann::ordered_json document{{"joules", joules},
                                  {"watts", seconds > 0 ? joules / seconds : 0.0},
                                  {"static_joules", fixed},
                                  {"link_joules", all_links},
                                  {"core_joules", all_cores}};
  if (counted) {
    document["float_operations"] = operations;
    document["gflops_per_watt"] = joules > 0 ? 1e-9 * static_cast<double>(operations) / joules : 0.0;
  }
  document["cores"] = std::move(entries);
  return document;
}

}  // namespace epysim::board
