#pragma once
// Requests and elements by variable: what kernels have asked the host for, argument by argument, and how. Where cores reach the data
// without the host (kind Shared) somebody has to see their accesses (shared_accesses.h).

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "hostlink/device_format.h"
#include "hostlink/profile/work.h"
#include "sim/core/types.h"

namespace epysim::hostlink {

class Variables {
 public:
  /// The number of a kernel's argument, data of each kind by themselves; a reference that is none of its arguments has the name "buffer".
  std::size_t number(const std::string& kernel, const Work::Variable& argument);
  std::vector<std::string> names() const;

  /// A transfer through the channel's cells from `cell` on; `served`: it was not refused.
  void transfer(std::size_t variable, std::uint32_t cell, const epy_transfer& asked, bool served);
  /// A core has waited so long for a transfer.
  void waited(std::size_t variable, Cycle cycles);
  void accessed(std::size_t variable, std::size_t bytes, bool stores);

  /// [{"kernel", "name", "kind", "elements", "on_demand": {"requests", "elements", "bytes"}, "copy", "prefetch", "store", "write_back",
  ///   "refused", "waited_cycles", "direct": {"loads", "bytes_loaded", "stores", "bytes_stored"}}, ...]; without what there was none of.
  nlohmann::ordered_json list() const;

 private:
  enum How { OnDemand, Copy, Prefetch, Store, WriteBack, Ways };
  struct Moved {
    std::uint64_t requests = 0;
    std::uint64_t elements = 0;
  };
  struct Variable {
    std::string kernel;
    std::string name;
    std::string kind;
    std::uint32_t elements = 0;
    Moved moved[Ways];
    std::uint64_t refused = 0;
    Cycle waited = 0;
    std::uint64_t loads = 0, bytes_loaded = 0, stores = 0, bytes_stored = 0;
  };

  std::vector<Variable> variables_;
  std::map<std::array<std::string, 3>, std::size_t> numbers_;  // by kernel, name, kind
};

}  // namespace epysim::hostlink
