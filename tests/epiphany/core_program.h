#pragma once
// A core by itself, with a few instructions in its memory: what the core tests share. Programs are given as half-words, a 32-bit
// instruction as two of them (low half first), with the assembler's text beside them.

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/epiphany/core.h"
#include "sim/epiphany/registers.h"

namespace epysim::epiphany {

/// Surroundings in which nothing may leave the core; remembers what it was told.
class Alone : public Outside {
 public:
  Cycle post(Core&, Address, unsigned, std::uint64_t, Cycle) override { return kNever; }
  Cycle store(Core&, Address, unsigned, std::uint64_t, Cycle) override { throw std::logic_error("a store left the core"); }
  core::Cause load(Core&, Address, unsigned, Cycle) override { throw std::logic_error("a load left the core"); }
  core::Cause testset(Core&, Address, std::uint32_t, Cycle) override { throw std::logic_error("a TESTSET left the core"); }
  void fetch(Core&, Address, Cycle) override { throw std::logic_error("a fetch left the core"); }
  void sync(Core&, Cycle) override {}
  void wand(Core&, Cycle) override {}
  void breakpoint_all(Core&, Cycle) override {}
  TrapOutcome trap(Core& core, unsigned number) override {
    if (number == 3) return {TrapOutcome::Kind::Exit, static_cast<int>(core.cpu().r[0])};
    return {TrapOutcome::Kind::Unknown, 0};
  }
  void configure_dma(Core&, unsigned, Cycle) override {}
  void dma_slave_data(Core&, unsigned, bool, Cycle) override {}
  void pause_dma(Core&, bool) override {}
  void land(Core&, Cycle) override {}
  void watch_arrivals(Core&) override {}
  void stored_at_home(Core&, Address, unsigned, std::uint64_t, Cycle) override {}
  std::uint64_t mesh_events(const Core&, unsigned) override { return 0; }
  void changed(const Core&) override {}
  void diagnose(const Core&, core::Misuse kind, Address pc, Cycle, const std::string& text) override { said.push_back({kind, pc, text}); }

  struct Said {
    core::Misuse kind;
    Address pc;
    std::string text;
  };
  std::vector<Said> said;
};

struct Program {
  static constexpr Address kStart = 0x100;
  static constexpr std::uint32_t kLocalBytes = 32768;
  static constexpr Address kWindow = 0x80800000;

  explicit Program(std::initializer_list<std::uint16_t> code = {}) : core(0, kWindow, kLocalBytes, {}, alone) { put(kStart, code); }

  void put(Address address, std::initializer_list<std::uint16_t> code) {
    for (const std::uint16_t half : code) {
      core.poke(address, std::as_bytes(std::span(&half, 1)));
      address += 2;
    }
  }
  void put_word(Address address, std::uint32_t word) { core.poke(address, std::as_bytes(std::span(&word, 1))); }
  std::uint32_t word(Address address) const { return core.local().load<std::uint32_t>(address); }

  /// Runs from the start until the core stops by itself, or to `until`.
  Program& run(Cycle until = 1'000'000) {
    core.start_at(kStart, core.now());
    return go_on(until);
  }
  Program& go_on(Cycle until = 1'000'000) {
    while (core.next_time() < until) core.run(until, kNever);
    return *this;
  }
  Cycle cycles() const { return core.now(); }
  std::uint32_t r(unsigned n) const { return core.cpu().r[n]; }
  void set(SpecialRegister number, std::uint32_t value) { core.write_register(register_offset(number), value, core.now()); }
  std::uint32_t get(SpecialRegister number) const { return core.read_register(register_offset(number)); }

  Alone alone;
  Core core;
};

}  // namespace epysim::epiphany
