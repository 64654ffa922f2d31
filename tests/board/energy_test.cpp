#include "sim/board/energy.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/core/cause.h"
#include "sim/core/config.h"

using namespace epysim;
using board::EnergyModel;
using core::Cause;
using nlohmann::ordered_json;

namespace {

// Prices that tell which of them were paid: a digit each.
core::Config prices() {
  return core::Config::parse(R"({"board": "toy", "power": {
    "static_watts": {"value": 2}, "running_cycle": {"value": 1}, "resting_cycle": {"value": 0.001},
    "integer": {"value": 10}, "floating": {"value": 100}, "load_store": {"value": 1000}, "control": {"value": 10000},
    "transaction": {"value": 3}, "off_chip_byte": {"value": 5}}})",
                             "toy.json");
}

core::CoreSnapshot some_core() {
  core::CoreSnapshot core;
  core.causes.add(Cause::Issue, 6);
  core.causes.add(Cause::DualIssue, 2);
  core.causes.add(Cause::OffChipLoad, 40);
  core.causes.add(Cause::Idle, 1000);
  core.causes.add(Cause::Halted, 2000);
  core.cycle = core.causes.total();
  core.instructions = 10;
  core.dual_issues = 2;
  core.issued = core::IssuedByUnit{4, 3, 2, 1, 2};
  return core;
}

double pico(const ordered_json& joules) { return 1e12 * joules.get<double>(); }

}  // namespace

TEST_CASE("a core pays for its cycles and its instructions, by cause") {
  const ordered_json energy = EnergyModel(prices()).account(0, {some_core()}, ordered_json::array());
  const ordered_json& core = energy.at("cores").at(0);
  const double instructions = 4 * 10 + 3 * 100 + 2 * 1000 + 10000;
  CHECK(core.at("id") == 0);
  CHECK(pico(core.at("causes").at("issue")) == Approx(6 + 0.6 * instructions));
  CHECK(pico(core.at("causes").at("dual_issue")) == Approx(2 + 0.4 * instructions));  // four of ten were issued in pairs
  CHECK(pico(core.at("causes").at("offchip_load")) == Approx(40));
  CHECK(pico(core.at("causes").at("idle")) == Approx(1));
  CHECK(pico(core.at("causes").at("halted")) == Approx(2));
  CHECK(pico(core.at("causes").at("branch")) == 0);
  CHECK(pico(core.at("joules")) == Approx(51 + instructions));
  CHECK(energy.at("joules") == core.at("joules"));
}

TEST_CASE("static power and links are added to the cores") {
  const ordered_json links = ordered_json::array(
      {{{"network", "cmesh"}, {"transactions", 7}, {"bytes", 56}}, {{"network", "elink"}, {"transactions", 2}, {"bytes", 16}}});
  const ordered_json energy = EnergyModel(prices()).account(0.5, {some_core(), {}}, links);
  CHECK(energy.at("static_joules").get<double>() == Approx(1.0));
  CHECK(pico(energy.at("link_joules")) == Approx(7 * 3 + 16 * 5));
  CHECK(energy.at("joules").get<double>() == Approx(1.0 + energy.at("link_joules").get<double>() + energy.at("core_joules").get<double>()));
  CHECK(energy.at("watts").get<double>() == Approx(2 * energy.at("joules").get<double>()));
  CHECK(energy.at("cores").size() == 2);
  CHECK(pico(energy.at("cores").at(1).at("joules")) == 0);
}

TEST_CASE("operations are told only where cores tell their instructions apart") {
  const ordered_json told = EnergyModel(prices()).account(1, {some_core()}, ordered_json::array());
  CHECK(told.at("float_operations") == 5);
  CHECK(told.at("gflops_per_watt").get<double>() == Approx(5e-9 / told.at("joules").get<double>()));
  core::CoreSnapshot silent = some_core();
  silent.issued.reset();
  const ordered_json untold = EnergyModel(prices()).account(1, {silent}, ordered_json::array());
  CHECK_FALSE(untold.contains("float_operations"));
  CHECK_FALSE(untold.contains("gflops_per_watt"));
  CHECK(pico(untold.at("core_joules")) == Approx(51 + 10 * 10));
}
