#pragma once
// Serves the requests of the cores of one loaded program. What a run is made of besides (when it is over, which kernel comes
// next) is for its two users: program_run.h and kernels.h.

#include <cstdint>
#include <optional>
#include <vector>

#include "hostlink/checks/answer_watch.h"
#include "hostlink/checks/program_guard.h"
#include "hostlink/deadlock.h"
#include "hostlink/device.h"
#include "hostlink/outcome.h"
#include "hostlink/output.h"
#include "hostlink/placement.h"
#include "hostlink/profile/work.h"
#include "hostlink/program.h"
#include "hostlink/references.h"
#include "hostlink/services.h"

namespace epysim::core {
class TraceSink;
}

namespace epysim::hostlink {

class Attribution;

/// Longest device time between two looks at a program that asks for nothing.
inline constexpr double kLookSeconds = 0.5e-3;
/// Longest device time between two looks at a program's code where it is verified.
inline constexpr double kGuardSeconds = 100e-3;
/// How long cores that were told to stop may take before they are halted, in device time.
inline constexpr double kStopSeconds = 20e-3;

class Monitor {
 public:
  struct Setup {
    Device& device;
    const Program& program;
    const Layout& layout;
    References& references;
    OutputSink& output;
    InputSource& input;
    Program::LoadOptions load;
    core::TraceSink* trace = nullptr;    // gets what runs on each core as slices; may be null
    Attribution* attribution = nullptr;  // learns who runs what and asks for what; may be null
    core::FaultLog* log = nullptr;       // gets what the checks notice; may be null
    bool verify = false;                 // a core's result counts only when its program is what was loaded
  };
  explicit Monitor(const Setup& setup);

  /// (Re)starts the program on all cores.
  void load();

  struct Event {
    enum class Kind {
      Served,  // answered; nothing to decide
      Next,    // a worker asks for a kernel: answer with launch() sooner or later
      Ended,   // the core's program is over
      Failed   // the core's program has failed
    };
    Kind kind = Kind::Served;
    std::size_t rank = 0;
    double seconds = 0;           // device time of the request
    std::optional<Value> result;  // Next: of the kernel before, if there was one
    std::optional<Failure> failure;
  };
  /// Serves the request of the core that a notice named.
  Event serve(const Notice& notice);
  /// Answers a Next: `launch` is copied to the core, which runs it.
  void launch(std::size_t rank, const epy_launch& launch);

  /// Looks after answers that have not arrived. Returns a failure for each core that cannot be answered.
  std::vector<Failure> look_after_answers();
  /// Looks at the programs of these cores, where that is asked for, every kGuardSeconds or `now`: one that has been damaged may never ask
  /// for anything again.
  std::vector<Failure> look_at_programs(const std::vector<std::size_t>& live, bool now = false);

  /// Tells every core to leave its program as soon as it can.
  void stop();
  /// What a core's cycles are for, from now on; nothing any more.
  void begin(std::size_t rank, const Work& work) const;
  void end(std::size_t rank) const;
  void launched(const Work& work) const;
  /// Adds what ran on a core from one device time to another to the timeline.
  void trace(std::size_t rank, const std::string& what, double begin, double end) const;
  /// What a module variable holds on a core; nothing when it is not set. Throws ProgramError when that makes no sense.
  std::optional<Value> variable(std::size_t rank, std::size_t index) const;
  void notice(std::size_t rank, const std::string& text) const;
  /// The VM on this core has told that its program is over, in whatever way.
  bool has_left(std::size_t rank) const;
  /// A failure that the monitor states about a core, at the place in the program that the core told last.
  Failure failure(std::size_t rank, const std::string& error_class, const std::string& message) const;

  Device& device() const { return setup_.device; }
  const Layout& layout() const { return setup_.layout; }
  const Program& program() const { return setup_.program; }
  /// How many of the layout's cores run the program: all, or all but the last, which is the client's own.
  std::size_t program_ranks() const;
  DeadlockWatch& deadlock() { return deadlock_; }

 private:
  Reply dispatch(const Request& request, Event& event);
  void guard(Event& event, host::ServiceCost& cost) const;
  Failure damaged(std::size_t rank, const std::string& damage, const std::string& seen) const;
  void transfer(std::size_t rank, const Notice& notice);
  Failure error_of(const Request& request) const;
  Failure failure_at(int core, const Program::Position& at, const std::string& error_class, const std::string& message,
                     double seconds) const;
  void answer(std::size_t rank, const Reply& reply);
  bool observes(std::size_t rank) const { return setup_.attribution != nullptr && !setup_.layout.is_virtual(rank); }

  Setup setup_;
  Services services_;
  DeadlockWatch deadlock_;
  AnswerWatch answers_;
  std::optional<ProgramGuard> guard_;
  double guarded_ = 0;                    // when programs were looked at last
  std::vector<std::uint32_t> sequence_;   // by rank: of the request being served
  std::vector<double> rung_;              // by rank: when it was made
  std::vector<std::size_t> overtaken_;    // ranks of cores that took the answer to another transfer for that to their last
  std::vector<std::uint32_t> transfers_;  // by rank: the number of the last transfer served
  std::vector<host::ServiceCost> owed_;   // by rank: what a Next has cost so far
};

}  // namespace epysim::hostlink
