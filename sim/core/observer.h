#pragma once
// Looking on while programs run. An observer learns of every moment in which a core comes to one of certain instructions, and of every
// access of the cores to off-chip memory. It costs them no time and changes nothing for them; only the simulator gets slower.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "sim/core/cause.h"
#include "sim/core/types.h"

namespace epysim::core {

class Observer {
 public:
  virtual ~Observer() = default;
  /// What a core's cycles were for, up to now.
  using Account = std::function<CauseAccount()>;
  /// `core` is about to execute the observed instruction at `pc`.
  virtual void reached(int core, Address pc, std::span<const std::uint32_t> registers, const Account& account) = 0;
  /// Some core, or its DMA engine, loads or stores there.
  virtual void accessed(Address address, std::size_t bytes, bool stores) = 0;
};

/// Instructions at the same places in each core's own memory, and who observes them.
class ObservedCode {
 public:
  ObservedCode() = default;
  /// `observer` is not owned.
  ObservedCode(std::vector<Address> places, Observer& observer) : places_(std::move(places)), observer_(&observer) {
    std::sort(places_.begin(), places_.end());
  }
  bool holds(Address pc) const { return std::binary_search(places_.begin(), places_.end(), pc); }
  void reached(int core, Address pc, std::span<const std::uint32_t> registers, const Observer::Account& account) const {
    if (observer_ != nullptr) observer_->reached(core, pc, registers, account);
  }

 private:
  std::vector<Address> places_;  // sorted
  Observer* observer_ = nullptr;
};

}  // namespace epysim::core
