#pragma once
// A chip of sixteen cores with a little memory off chip, and programs given as half-words: what the tests of several cores share.

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/config.h"
#include "sim/epiphany/scheduler.h"

namespace epysim::epiphany {

inline constexpr Address kDram = 0x8e000000;
inline constexpr Address kStart = 0x100;

/// 64 KB that answer at kDram.
class SmallDram : public core::OffChip {
 public:
  bool read(Address address, std::span<std::byte> to, Cycle) override { return debug_read(address, to); }
  bool write(Address address, std::span<const std::byte> from, Cycle) override { return debug_write(address, from); }
  bool debug_read(Address address, std::span<std::byte> to) const override {
    if (address - kDram >= memory.size()) return false;
    std::memcpy(to.data(), memory.data() + (address - kDram), to.size());
    return true;
  }
  bool debug_write(Address address, std::span<const std::byte> from) override {
    if (address - kDram >= memory.size()) return false;
    std::memcpy(memory.data() + (address - kDram), from.data(), from.size());
    return true;
  }
  std::array<std::byte, 65536> memory{};
};

struct Chipful {
  explicit Chipful(Cycle quantum = 64, core::TraceSink* trace = nullptr) : Chipful(shape_of(quantum), trace) {}
  explicit Chipful(const Scheduler::Shape& shape, core::TraceSink* trace = nullptr, const std::vector<std::string>& overrides = {})
      : interconnect(core::Config::load("parallella", overrides)) {
    core::MulticoreOptions options;
    options.trace = trace;
    options.diagnostics = [this](const core::Diagnostic& d) { said.push_back(d.text); };
    scheduler = std::make_unique<Scheduler>(shape, interconnect, dram, std::move(options));
  }
  static Scheduler::Shape shape_of(Cycle quantum) {
    Scheduler::Shape shape = Scheduler::read_shape(core::Config::load("parallella"));
    shape.quantum = quantum;
    shape.block_visits = 0;
    return shape;
  }
  void put(int id, Address address, std::initializer_list<std::uint16_t> code) {
    for (const std::uint16_t half : code) {
      scheduler->core(id).poke(address, std::as_bytes(std::span(&half, 1)));
      address += 2;
    }
  }
  void put_word(int id, Address address, std::uint32_t word) { scheduler->core(id).poke(address, std::as_bytes(std::span(&word, 1))); }
  void start(int id) { scheduler->start(id, kStart); }
  Core& core(int id) { return scheduler->core(id); }
  std::uint32_t word(int id, Address address) { return core(id).local().load<std::uint32_t>(address); }
  /// To the end; every core's causes have to sum to its time.
  core::RunStop run(Cycle deadline = 1'000'000) {
    const core::RunStop stop = scheduler->run(deadline);
    for (int id = 0; id < scheduler->core_count(); ++id) {
      const core::CoreSnapshot view = scheduler->snapshot(id);
      CHECK(view.causes.total() == view.cycle);
      CHECK(view.cycle >= scheduler->now());
    }
    return stop;
  }

  mesh::Interconnect interconnect;
  SmallDram dram;
  std::vector<std::string> said;
  std::unique_ptr<Scheduler> scheduler;
};

}  // namespace epysim::epiphany
