#pragma once
// A board, simulated or real, with everything that belongs to it, as the command line or a client asks for it. SystemC elaborates once
// per process, so there can be one.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hostlink/device_format.h"
#include "hostlink/output.h"
#include "hostlink/run.h"
#include "hostlink/virtual/hybrid_device.h"
#include "sim/core/fault_log.h"

namespace epysim::board {
class Board;
}

namespace epysim::core {
class ChromeTrace;
class Config;
class TraceSink;
}  // namespace epysim::core

namespace epysim::hostlink {

class Attribution;
class FrameFaults;
class Recorder;

class Machine {
 public:
  /// Throws UsageError for whatever is wrong in the request. Misuse that the models notice becomes notices of `output`.
  Machine(const MachineRequest& request, OutputSink& output);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  Device& device() { return hybrid_ ? static_cast<Device&>(*hybrid_) : *device_; }
  /// How many diagnostics there were of each kind; none of a real board.
  std::vector<std::pair<std::string, int>> diagnosed() const;
  /// Learns who runs what; for Monitor::Setup.
  Attribution& attribution() { return *attribution_; }
  /// What has gone wrong on the link, and what was noticed of it; for Monitor::Setup.
  core::FaultLog& link_log() { return link_log_; }
  /// Whether what is copied, and what runs, is checked.
  bool verify() const { return verify_; }
  /// What goes wrong on the link to a client.
  FrameFaults& frame_faults() { return *frame_faults_; }
  /// The statistics document of now, but for `wall_seconds`.
  nlohmann::ordered_json statistics() const;
  /// The recording that is being made, or null.
  Recorder* recorder() { return recorder_.get(); }
  /// The timeline, or null.
  core::TraceSink* trace();
  /// The participating cores, ascending, virtual ones last.
  const std::vector<int>& cores() const { return cores_; }
  const std::filesystem::path& vm() const { return vm_; }
  /// Turns of an empty loop before every instruction of a paced VM; 0 otherwise.
  std::uint32_t pace_turns() const { return pace_turns_; }
  /// What its cores are to move cells with.
  epy_engine engine() const { return engine_; }
  /// Completes the files of timeline and recording. Throws UsageError when one could not be written.
  void finish();

 private:
  void build_simulation(const MachineRequest& request, const core::Config& config, OutputSink& output);
  void map_real(const MachineRequest& request, const core::Config& config);
  void record(const MachineRequest& request, const core::Config& config);
  void add_virtual_cores(const MachineRequest& request);

  core::FaultLog link_log_;
  std::unique_ptr<core::ChromeTrace> trace_;
  std::unique_ptr<host::HostModel> host_;
  std::unique_ptr<board::Board> board_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Device> device_;
  std::unique_ptr<HybridDevice> hybrid_;  // when there are virtual cores
  std::unique_ptr<Attribution> attribution_;
  std::unique_ptr<FrameFaults> frame_faults_;
  std::vector<int> cores_;
  std::filesystem::path vm_;
  bool verify_ = false;
  std::uint32_t pace_turns_ = 0;
  epy_engine engine_;
};

}  // namespace epysim::hostlink
