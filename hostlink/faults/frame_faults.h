#pragma once
// The link between server and client goes wrong on purpose (docs/faults.md): messages of the server that get lost, come late, are cut short
// or have a bit flipped. Signs of life, which depend on the wall clock, are spared, and so is all until the board is open.

#include <chrono>
#include <cstddef>
#include <vector>

#include "sim/core/dice.h"

namespace epysim::core {
class Config;
}

namespace epysim::hostlink {

class FrameFaults {
 public:
  /// Reads faults.frames.
  explicit FrameFaults(const core::Config& config);

  /// Whether any can happen.
  bool possible() const;
  /// What becomes of a message on its way; nothing is left of a lost one. Takes the time that a late one takes.
  void carry(std::vector<std::byte>& message);

 private:
  FrameFaults(const core::Config& config, std::uint64_t most, std::uint64_t seed);

  std::uint64_t spared_;
  core::Chance drop_, delay_, truncate_, corrupt_;
  std::chrono::milliseconds late_;
};

}  // namespace epysim::hostlink
