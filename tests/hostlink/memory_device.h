#pragma once
// A Device that is nothing but memory, and a script of notices: for tests of what works on a device's memory.

#include <cstring>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hostlink/device.h"
#include "sim/core/error.h"

namespace epysim::hostlink::test {

class MemoryDevice final : public Device {
 public:
  static constexpr Address kShared = 0x8e000000;
  static constexpr double kStep = 1e-6;  // device time of an entry of the script

  explicit MemoryDevice(int cores = 2) : shared_(32u << 20) {
    description_.board = "memory";
    description_.core_count = cores;
    for (int core = 0; core < cores; ++core) description_.windows.push_back(0x80800000u + 0x100000u * static_cast<Address>(core));
    description_.local_bytes = 0x8000;
    description_.shared_base = kShared;
    description_.shared_bytes = 32u << 20;
    description_.clock_hz = 600e6;
    local_.assign(static_cast<std::size_t>(cores), std::vector<std::byte>(0x8000));
  }

  const DeviceDescription& description() const override { return description_; }
  void read(Address from, std::span<std::byte> to) override {
    if (!to.empty()) std::memcpy(to.data(), at(from, to.size()), to.size());
  }
  void write(Address to, std::span<const std::byte> from) override {
    if (!from.empty()) std::memcpy(at(to, from.size()), from.data(), from.size());
  }
  void load(int core, const std::filesystem::path&) override { loaded.push_back(core); }
  void start(int core) override { started.push_back(core); }
  void halt(int core) override { halted.push_back(core); }
  void watch(std::span<const Doorbells> words) override { doorbells.assign(words.begin(), words.end()); }
  Notice wait(double seconds) override {
    ++waits;
    if (script.empty()) {
      now += seconds;
      return {Wake::TimeOut, -1, now};
    }
    const auto next = std::move(script.front());
    script.pop_front();
    now += kStep;
    Notice notice = next();
    notice.seconds = now;
    return notice;
  }
  double acknowledge(const Answer& answer) override {
    poke(answer.word, answer.value);
    acknowledged.push_back(answer.core);
    costs.push_back(answer.cost);
    return now;
  }
  void charge(const host::ServiceCost& cost) override { charged.bytes_written += cost.bytes_written; }
  double seconds() const override { return now; }
  void interrupt() override {
    script.push_front([] { return Notice{Wake::Interrupted}; });
  }
  CoreStatus status(int core) const override { return {stopped.contains(core), "somewhere"}; }
  nlohmann::ordered_json statistics() const override { return {}; }

  void poke(Address to, std::uint32_t word) { write(to, std::as_bytes(std::span(&word, 1))); }
  std::uint32_t peek(Address from) {
    std::uint32_t word = 0;
    read(from, std::as_writable_bytes(std::span(&word, 1)));
    return word;
  }

  double now = 0;
  int waits = 0;
  std::deque<std::function<Notice()>> script;  // what each wait() in turn does and returns; then only time outs
  std::vector<int> loaded, started, halted, acknowledged;
  std::set<int> stopped;
  std::vector<Doorbells> doorbells;
  std::vector<host::ServiceCost> costs;
  host::ServiceCost charged;

 private:
  std::byte* at(Address address, std::size_t bytes) {
    if (address >= kShared && address - kShared + bytes <= shared_.size()) return shared_.data() + (address - kShared);
    for (std::size_t core = 0; core < local_.size(); ++core) {
      const Address window = description_.windows[core];
      if (address >= window && address - window + bytes <= local_[core].size()) return local_[core].data() + (address - window);
    }
    throw UsageError("nobody answers");
  }

  DeviceDescription description_;
  std::vector<std::byte> shared_;
  std::vector<std::vector<std::byte>> local_;
};

}  // namespace epysim::hostlink::test
