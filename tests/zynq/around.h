#pragma once
// A soft core by itself, for the tests of any type of them: surroundings that answer after a fixed time, and ways to let it run.

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/zynq/soft_core.h"

namespace epysim::zynq {

/// Surroundings with a memory that answers 30 cycles after a load and 26 after a store, from 0x20000000 on; elsewhere nobody answers.
class Around : public Surroundings {
 public:
  static constexpr Address kMemory = 0x20000000;
  static constexpr Cycle kLoad = 30, kStore = 26;

  void load(SoftCore&, Address address, unsigned bytes, Cycle at) override {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint32_t{memory[address + i]} << 8 * i;
    asked.push_back({at, address, bytes, false, value});
    answer = {value, address < kMemory, at + kLoad};
  }
  void store(SoftCore&, Address address, unsigned bytes, std::uint32_t value, Cycle at) override {
    asked.push_back({at, address, bytes, true, value});
    for (unsigned i = 0; i < bytes && address >= kMemory; ++i) memory[address + i] = static_cast<std::uint8_t>(value >> 8 * i);
    answer = {0, address < kMemory, at + kStore};
  }
  core::GuestServices::Reply system_call(SoftCore&, core::GuestCall call, std::span<const std::uint32_t, 3> arguments) override {
    calls.push_back({static_cast<std::uint32_t>(call), arguments[0], arguments[1], arguments[2]});
    return reply;
  }
  void changed(const SoftCore&) override {}
  void diagnose(const SoftCore&, core::Misuse kind, Address pc, Cycle, const std::string& text) override {
    said.push_back({kind, pc, text});
  }

  // -- the core among these surroundings
  /// Executes until it stops by itself, or to `until`.
  void run(SoftCore& core, Cycle until) {
    while (core.now() < until) {
      core.run(until, kNever);
      if (!reply_to(core)) break;
    }
  }
  /// Executes until it is to execute at `stop`; how long that took.
  Cycle cycles_to(SoftCore& core, Address stop) {
    const Cycle from = core.now();
    while (core.pc() != stop && core.now() < from + 1'000'000) {
      core.run(core.now() + 1, kNever);
      reply_to(core);
    }
    return core.now() - from;
  }
  /// Executes one instruction.
  static void step(SoftCore& core) { core.run(core.now() + 1, kNever); }

  struct Asked {
    Cycle at;
    Address address;
    unsigned bytes;
    bool store;
    std::uint32_t value;
  };
  struct Answer {
    std::uint32_t value = 0;
    bool error = false;
    Cycle at = kNever;
  };
  struct Said {
    core::Misuse kind;
    Address pc;
    std::string text;
  };
  std::map<Address, std::uint8_t> memory;
  std::vector<Asked> asked;
  std::vector<std::array<std::uint32_t, 4>> calls;
  core::GuestServices::Reply reply;
  std::vector<Said> said;
  Answer answer;

 private:
  bool reply_to(SoftCore& core) {
    if (answer.at == kNever) return false;
    const Answer given = std::exchange(answer, {});
    core.complete(given.value, given.error, given.at);
    return true;
  }
};

}  // namespace epysim::zynq
