#pragma once
// A soft core that follows a list instead of a program: for tests of the cluster, which knows no instruction set.

#include <vector>

#include "sim/zynq/soft_core.h"

namespace epysim::zynq {

class ScriptedCore : public SoftCore {
 public:
  struct Act {
    enum Kind { Think, Load, Store } kind = Think;
    Address address = 0;  // of Think: so many cycles
    std::uint32_t value = 0;
  };

  ScriptedCore(int id, std::uint32_t local_bytes, Surroundings& surroundings) : SoftCore(id, local_bytes), surroundings_(surroundings) {}

  std::vector<Act> script;
  std::vector<std::uint32_t> loaded;
  std::vector<Cycle> answered;  // when each access was over
  int errors = 0;

  Cycle now() const override { return now_; }
  Cycle next_time() const override { return state_ != core::CoreState::Running || waiting_ ? kNever : now_; }
  void run(Cycle until, Cycle horizon) override {
    while (now_ < until && next_ < script.size()) {
      const Act& act = script[next_];
      if (act.kind != Act::Think && now_ >= horizon) return;
      ++next_;
      if (act.kind == Act::Think) {
        causes_.add(core::Cause::Issue, act.address);
        now_ += act.address;
      } else if (act.kind == Act::Load) {
        waiting_ = true;
        return surroundings_.load(*this, act.address, 4, now_);
      } else {
        waiting_ = true;
        return surroundings_.store(*this, act.address, 4, act.value, now_);
      }
    }
    if (next_ == script.size()) state_ = core::CoreState::Exited;
  }
  void limit(Cycle) override {}
  void settle(Cycle at) override {
    if (at <= now_ || state_ == core::CoreState::Running) return;
    causes_.add(core::Cause::Halted, at - now_);
    now_ = at;
  }
  void complete(std::uint32_t value, bool error, Cycle at) override {
    loaded.push_back(value);
    answered.push_back(at);
    errors += error ? 1 : 0;
    causes_.add(core::Cause::OffChipLoad, at - now_);
    now_ = at;
    waiting_ = false;
  }
  void reset(Cycle at) override {
    settle(at);
    ++lives_;
    next_ = 0;
    waiting_ = false;
    state_ = core::CoreState::Reset;
  }
  void start(std::optional<Address>, Cycle at) override {
    settle(at);
    state_ = core::CoreState::Running;
  }
  void halt(Cycle at) override {
    settle(at);
    state_ = core::CoreState::Halted;
  }
  void interrupt(bool, Cycle) override {}
  void written(Address, std::uint32_t) override {}
  void misuse(core::Misuse kind, Address pc, const std::string& text) override { surroundings_.diagnose(*this, kind, pc, now_, text); }
  unsigned life() const override { return lives_; }
  core::CoreSnapshot snapshot() const override {
    core::CoreSnapshot view;
    view.state = state_;
    view.cycle = now_;
    view.causes = causes_;
    return view;
  }
  core::CauseAccount causes() const override { return causes_; }
  void blame_host_since(const core::CauseAccount& earlier) override { causes_.reassign_since(earlier, core::Cause::HostWait); }

 private:
  Surroundings& surroundings_;
  std::size_t next_ = 0;
  Cycle now_ = 0;
  bool waiting_ = false;
  unsigned lives_ = 0;
  core::CoreState state_ = core::CoreState::Reset;
  core::CauseAccount causes_;
};

}  // namespace epysim::zynq
