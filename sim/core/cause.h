#pragma once
// Where a core's cycles went. Every cycle of a core has exactly one cause; the sum over the causes is the core's
// elapsed cycles (a test holds this for every run). The names are keys of the statistics document.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "sim/core/types.h"

namespace epysim::core {

enum class Cause : unsigned char {
  Issue,            // one instruction issued in this cycle
  DualIssue,        // two instructions issued in this cycle
  DependencyStall,  // waiting for the result of an earlier instruction
  MultiCycle,       // an instruction of several cycles holds its stage of the pipeline
  Branch,           // refilling the pipeline after a taken branch
  BankConflict,     // lost arbitration for a local memory bank
  PortConflict,     // instruction fetch and data access share one port of local memory
  FetchStall,       // waiting for an instruction line from local memory
  ExternalFetch,    // waiting for an instruction line from outside the core
  RemoteLoad,       // waiting for data from another node of the chip
  OffChipLoad,      // waiting for data from off-chip memory
  OffChipStore,     // waiting for the acknowledgement of a store to off-chip memory
  BackPressure,     // a store waits because the path before it is full
  StreamWait,       // waiting for a stream link: nothing to take, or no room
  DmaWait,          // waiting for the core's own DMA engine
  Interrupt,        // entering or leaving an interrupt or exception handler
  HostWait,         // waiting for the host to answer a request (set by the host model, not by the core)
  Idle,             // sleeping
  Halted,           // not started, finished, or stopped by a debugger
  Count
};

inline constexpr std::size_t kCauseCount = static_cast<std::size_t>(Cause::Count);

inline constexpr std::array<std::string_view, kCauseCount> kCauseNames{
    "issue",       "dual_issue",     "dependency_stall", "multi_cycle",  "branch",        "bank_conflict", "port_conflict",
    "fetch_stall", "external_fetch", "remote_load",      "offchip_load", "offchip_store", "back_pressure", "stream_wait",
    "dma_wait",    "interrupt",      "host_wait",        "idle",         "halted"};

/// Cycles per cause of one core.
class CauseAccount {
 public:
  void add(Cause cause, Cycle cycles) { cycles_[static_cast<std::size_t>(cause)] += cycles; }
  Cycle operator[](Cause cause) const { return cycles_[static_cast<std::size_t>(cause)]; }
  Cycle total() const {
    Cycle sum = 0;
    for (Cycle c : cycles_) sum += c;
    return sum;
  }
  /// Moves everything that was added since `earlier` (a copy taken then) to `cause`: used for waiting phases that
  /// only an outside party can name.
  void reassign_since(const CauseAccount& earlier, Cause cause) {
    Cycle moved = 0;
    for (std::size_t i = 0; i < kCauseCount; ++i) {
      moved += cycles_[i] - earlier.cycles_[i];
      cycles_[i] = earlier.cycles_[i];
    }
    add(cause, moved);
  }

 private:
  std::array<Cycle, kCauseCount> cycles_{};
};

/// A core's account in which what it did while it waited for the host is put down to that. `raw`: what the core itself has charged so far.
class BlamedAccount {
 public:
  CauseAccount of(const CauseAccount& raw) const {
    CauseAccount account = blamed_;
    for (std::size_t i = 0; i < kCauseCount; ++i) {
      const Cause cause = static_cast<Cause>(i);
      account.add(cause, raw[cause] - raw_then_[cause]);
    }
    if (waits_since_) account.reassign_since(*waits_since_, Cause::HostWait);
    return account;
  }
  bool waits() const { return waits_since_.has_value(); }
  void begin_wait(const CauseAccount& raw) {
    end_wait(raw);
    waits_since_ = of(raw);
  }
  void end_wait(const CauseAccount& raw) {
    if (!waits_since_) return;
    blamed_ = of(raw);
    raw_then_ = raw;
    waits_since_.reset();
  }

 private:
  CauseAccount blamed_;                      // what the account was after the last wait
  CauseAccount raw_then_;                    // what the core had charged then
  std::optional<CauseAccount> waits_since_;  // what the account was when the present wait began
};

}  // namespace epysim::core
