#include "cli/link_faults.h"

#include <limits>
#include <utility>

#include "sim/core/config.h"
#include "sim/core/error.h"

namespace epysim::cli {
namespace {

/// With their values when nothing goes wrong.
constexpr std::pair<const char*, double> kOfLinks[] = {
    {"faults.answers.drop", 0}, {"faults.answers.delay", 0},  {"faults.answers.corrupt", 0}, {"faults.copies.corrupt", 0},
    {"faults.frames.drop", 0},  {"faults.frames.delay", 0},   {"faults.frames.truncate", 0}, {"faults.frames.corrupt", 0},
    {"faults.host.slow", 1},    {"faults.host.dead_from", -1}};

}  // namespace

void refuse_link_faults(const core::Config& config, const std::string& who) {
  constexpr double kMost = std::numeric_limits<double>::max();
  for (const auto& [key, none] : kOfLinks) {
    if (config.real(key, -kMost, kMost) != none)
      throw UsageError(std::string(key) + " goes wrong between a host and its board; " + who +
                       " has the board alone: give it to epysim run, to epysim serve or to the client");
  }
  config.set_aside("faults");
}

}  // namespace epysim::cli
