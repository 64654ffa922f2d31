#pragma once
// Who used what: gathers what the host knows (which core runs which kernel, which transfers it asked for) and, when lines are profiled,
// what an observer of the simulated board sees, and puts both into the statistics document. Costs no simulated time.

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/device_format.h"
#include "hostlink/profile/cycle_bins.h"
#include "hostlink/profile/dispatch.h"
#include "hostlink/profile/shared_accesses.h"
#include "hostlink/profile/variables.h"
#include "hostlink/profile/work.h"

namespace epysim::hostlink {

class Attribution final : private DeviceObserver {
 public:
  /// `board` is not owned. Virtual cores beside it are nobody here.
  explicit Attribution(Device& board);
  /// By line as well, from now on; `vm` is the device ELF that the cores run. Throws UsageError when it has no symbols, and when nobody can
  /// see into the device.
  void profile_lines(const std::filesystem::path& vm);

  /// A program has been put on the cores of a layout; both stay until the next one. No core has work any more.
  void load(const Program& program, const Layout& layout);
  void launched(const Work& work);
  void begin(int core, const Work& work);
  void end(int core);
  /// The host serves a core's transfer through the cells from `cell` on; the core looks into `word` for the answer. `served`: it was not
  /// refused.
  void transfer(int core, std::uint32_t cell, const epy_transfer& asked, Address word, bool served);

  /// Adds "kernels", "outside", "variables", and with lines "profile", to a statistics document of now.
  void add_to(nlohmann::ordered_json& document);

 private:
  struct Core {
    std::optional<std::size_t> kernel;
    std::string name;  // of the kernel
    Dispatch::Code code;
    std::map<std::uint32_t, std::size_t> variables;  // of its work, by reference
    std::map<Address, std::size_t> awaited;          // the variable of the last transfer that ends in a word
  };
  Core& core(int id) { return cores_[static_cast<std::size_t>(id)]; }

  void reached(int core, Address pc, std::span<const std::uint32_t> registers, const Account& account) override;
  void accessed(Address address, std::size_t bytes, bool stores) override;
  void waited(int core, Address word, Cycle cycles) override;

  Device& board_;
  std::vector<Core> cores_;
  CycleBins cycles_;
  Variables variables_;
  SharedAccesses shared_;
  std::optional<Dispatch> dispatch_;
  std::vector<std::uint8_t> bytes_;  // of the loaded program's code
};

}  // namespace epysim::hostlink
