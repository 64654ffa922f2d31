#pragma once
// Sees to it that what runs on the cores still is what was loaded: compares the parts of a program that nobody may change, the VM's code
// and constants in each core's memory, the byte code there or in shared memory, and the control structure, with what they were.
//
// A result counts only when they are: a bit that has flipped in them may have changed anything. Data cannot be checked so: what a program
// has computed only it knows.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/placement.h"
#include "hostlink/program.h"

namespace epysim::hostlink {

class ProgramGuard {
 public:
  ProgramGuard(Device& device, const Program& program, const Layout& layout);

  /// The program has just been loaded.
  void load();
  /// What is wrong with what the core of this rank runs, as a sentence without its end; nothing when all is as it was. Adds what looking
  /// costs the host.
  std::optional<std::string> damage(std::size_t rank, host::ServiceCost& cost) const;

 private:
  struct Part {
    std::string name;
    Address at = 0;  // as the host sees it
    std::vector<std::byte> bytes;
  };
  static std::optional<std::string> damage(Device& device, const Part& part, host::ServiceCost& cost);

  Device& device_;
  const Layout& layout_;
  std::vector<std::vector<Part>> own_;  // by rank; of virtual cores nothing
  std::vector<Part> shared_;
  Part control_;
};

}  // namespace epysim::hostlink
