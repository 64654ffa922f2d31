#pragma once
// A simulated board with everything that belongs to it, as the command line or a client asks for it. SystemC elaborates once per
// process, so there can be one.

#include <memory>
#include <vector>

#include "hostlink/output.h"
#include "hostlink/run.h"
#include "hostlink/sim/sim_device.h"
#include "hostlink/virtual/hybrid_device.h"

namespace epysim::core {
class ChromeTrace;
}

namespace epysim::hostlink {

class Machine {
 public:
  /// Throws UsageError for whatever is wrong in the request. Misuse that the models notice becomes notices of `output`.
  Machine(const MachineRequest& request, OutputSink& output);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Device& device() { return hybrid_ ? static_cast<Device&>(*hybrid_) : *device_; }
  const board::Board& board() const { return *board_; }
  /// The timeline, or null.
  core::TraceSink* trace();
  /// The participating cores, ascending, virtual ones last.
  const std::vector<int>& cores() const { return cores_; }
  const std::filesystem::path& vm() const { return vm_; }
  /// Turns of an empty loop before every instruction of a paced VM; 0 otherwise.
  std::uint32_t pace_turns() const { return pace_turns_; }
  /// Completes the timeline file. Throws UsageError when it could not be written.
  void finish();

 private:
  void add_virtual_cores(const MachineRequest& request);

  std::unique_ptr<core::ChromeTrace> trace_;
  std::unique_ptr<host::HostModel> host_;
  std::unique_ptr<board::Board> board_;
  std::unique_ptr<SimDevice> device_;
  std::unique_ptr<HybridDevice> hybrid_;  // when there are virtual cores
  std::vector<int> cores_;
  std::filesystem::path vm_;
  std::uint32_t pace_turns_ = 0;
};

}  // namespace epysim::hostlink
