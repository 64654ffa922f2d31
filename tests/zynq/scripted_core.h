#pragma once
// A soft core that follows a list instead of a program: for tests of the cluster, which knows no instruction set.

#include <utility>
#include <vector>

#include "sim/zynq/soft_core.h"

namespace epysim::zynq {

class ScriptedCore : public SoftCore {
 public:
  struct Act {
    enum Kind { Think, Load, Store, Sleep } kind = Think;
    Address address = 0;  // of Think: so many cycles
    std::uint32_t value = 0;
  };

  ScriptedCore(int id, std::uint32_t local_bytes, Surroundings& surroundings) : SoftCore(id, local_bytes, surroundings, ledger_) {}

  std::vector<Act> script;
  std::vector<std::uint32_t> loaded;
  std::vector<Cycle> answered;                     // when each access was over
  std::vector<std::pair<bool, Cycle>> interrupts;  // when its line rose and fell
  int errors = 0;
  bool asks_early = false;              // for its accesses
  std::uint8_t flags_when_written = 0;  // of the first line

  void complete(std::uint32_t value, bool error, Cycle at) override {
    settle(at);
    waiting_ = false;
    loaded.push_back(value);
    answered.push_back(at);
    errors += error ? 1 : 0;
  }
  void interrupt(bool level, Cycle at) override {
    if (level != line_) interrupts.emplace_back(level, at);
    line_ = level;
    if (level) wake(at, 0);
  }
  void written(Address, std::uint32_t) override { flags_when_written = local().flags(0); }

 private:
  Address pc() const override { return static_cast<Address>(4 * next_); }
  bool advance() override {
    while (now() < limit_) {
      if (next_ == script.size()) {
        enter(Life::Exited);
        return false;
      }
      const Act& act = script[next_];
      if (act.kind == Act::Think) {
        ledger_.charge(core::Cause::Issue, act.address);
      } else if (act.kind == Act::Sleep) {
        enter(Life::Asleep);
      } else {
        if ((asks_early ? turn_to_ask(now()) : turn(now())) == kNever) return false;
        waiting_ = true;
        limit_ = 0;
        if (act.kind == Act::Load)
          surroundings_.load(*this, act.address, 4, now());
        else
          surroundings_.store(*this, act.address, 4, act.value, now());
      }
      ++next_;
    }
    return true;
  }
  std::optional<core::Cause> waits_for() const override { return waiting_ ? std::optional(core::Cause::OffChipLoad) : std::nullopt; }
  void clear() override {
    next_ = 0;
    waiting_ = false;
  }
  void begin_at(Address) override {}
  Cycle release_cycles() const override { return 0; }

  core::CycleLedger ledger_;
  std::size_t next_ = 0;
  bool waiting_ = false;
  bool line_ = false;
};

}  // namespace epysim::zynq
