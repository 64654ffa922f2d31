#pragma once
// What lies at an address of the board: which core's, which field of what host and cores share, which part of a core's memory, which symbol
// of the VM. Learnt from what a recording's host writes, as a core would: from the control structure.

#include <optional>
#include <string>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/device_format.h"
#include "hostlink/recording/entry.h"

namespace epysim::core {
class ElfImage;
}

namespace epysim::hostlink {

class Places {
 public:
  /// `vm` may be null: then its parts have no names. It is not owned.
  explicit Places(DeviceDescription device, const core::ElfImage* vm = nullptr) : device_(std::move(device)), vm_(vm) {}

  void learn(const Entry& entry);
  /// Whether there has been a control structure.
  bool known() const { return !cores_.empty(); }
  struct Place {
    int core = -1;     // -1: no one core's
    std::string what;  // "request_sequence of its block", "execute+0x12 (.text)"
  };
  Place at(Address address) const;
  /// "core 3, request_sequence of its block".
  std::string text(Address address) const;
  /// The core whose requests begin at this address.
  std::optional<int> block_begin(Address address) const;
  /// The core whose channel begins at this address.
  std::optional<int> channel_begin(Address address) const;
  const DeviceDescription& device() const { return device_; }

 private:
  std::optional<Place> in_control(Address address) const;
  std::optional<Place> in_shared(Address address) const;
  std::string in_local(const epy_core_layout* layout, Address offset) const;

  DeviceDescription device_;
  const core::ElfImage* vm_;
  Address control_ = 0;
  epy_control head_{};                  // the fields before layout[]
  std::vector<epy_core_layout> cores_;  // by rank
};

/// With the first control structure of a recording learnt: it is written after the first things that lie where it says.
Places places_of(const std::filesystem::path& recording, const DeviceDescription& device, const core::ElfImage* vm);

}  // namespace epysim::hostlink
