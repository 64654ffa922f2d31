#pragma once
// Kernel launches: cores that wait for work, a queue of launches, results and failures by handle.
//
// Simulated time passes only in start(), wait(), let_run() and drain(). A kernel that fails takes its core out of service; as soon
// as no kernel runs any more all cores are loaded afresh, so that no half-sent message survives into the next kernel. Device data
// (residents.h) are put back then.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hostlink/monitor.h"
#include "hostlink/outcome.h"
#include "hostlink/prefetch.h"
#include "hostlink/residents.h"
#include "hostlink/scheduler.h"
#include "hostlink/values.h"

namespace epysim::hostlink {

/// A scalar, or a buffer by the client's id.
struct BufferArgument {
  std::uint32_t id = 0;
  bool read_only = false;  // for this kernel
  std::optional<Prefetch> prefetch = std::nullopt;
};
using KernelArgument = std::variant<Value, BufferArgument>;
KernelArgument int_argument(std::int64_t number);

struct KernelResult {
  int core = 0;
  std::variant<Value, Failure> outcome;
};

/// One launch as the client sees it.
struct Launch {
  const Program* program = nullptr;  // whose kernel it is; set by Kernels
  std::string kernel;
  std::uint32_t function = 0;
  std::vector<KernelArgument> arguments;
  std::size_t cores = 0;      // how many kernels this is in all
  std::size_t scheduled = 0;  // not started yet
  std::size_t running = 0;
  std::vector<KernelResult> results;  // ascending core
  bool forgotten = false;
  bool done() const { return results.size() == cores; }
};

class Kernels {
 public:
  using Handle = Scheduler::Handle;
  /// Asked between requests and slices of simulated time; true = stop waiting (the client has gone).
  using Cancelled = std::function<bool()>;

  /// `before`: launches of an earlier program, all of them done, whose handles stay valid; may be null.
  Kernels(Monitor& monitor, References& references, Cancelled cancelled, Kernels* before = nullptr);

  /// Loads the program and runs its top level on all cores; returns what failed there. `residents` get the values given.
  std::vector<Failure> start(std::vector<Resident> residents = {}, const ResidentValues& values = {});
  /// What device data hold now.
  ResidentValues resident_values() const;

  /// Queues a kernel (its name, function and arguments filled in) on these ranks, or on any `count` cores. Throws UsageError for
  /// arguments that cannot be passed and for a count that the program has no cores for.
  Handle launch(Launch launch, const std::vector<std::size_t>& ranks);
  Handle launch_any(Launch launch, std::size_t count);

  /// Queues a native call on the client's own core.
  Handle message(Launch launch);
  /// The program itself as a launch on all its cores; instead of start().
  Handle run();

  enum class Until { All, Any };
  /// Lets time pass until the handles' kernels are done, or (Any) one more of them is, at most `seconds` when given. `alone`: nobody will
  /// launch anything meanwhile that could free kernels which wait for each other. Comes back early when cancelled; failing kernels throw
  /// nothing, their results say so. Throws UsageError for an unknown handle.
  void wait(const std::vector<Handle>& handles, Until until, std::optional<double> seconds, bool alone);
  /// Lets time pass whatever happens.
  void let_run(double seconds);
  /// Lets everything that was launched finish.
  void drain();

  const Launch& find(Handle handle) const;
  void forget(Handle handle);
  bool cancelled() const { return was_cancelled_; }

 private:
  enum class CoreState { Absent, Starting, Idle, Running, Failed };
  struct Core {
    CoreState state = CoreState::Starting;
    Handle handle = 0;             // Running
    double begin = 0;              // of the kernel, in device time
    std::deque<epy_launch> first;  // puts device data back before any kernel
  };

  Handle enqueue(Launch launch, Handle handle);
  void check(const Launch& launch) const;
  Work work_of(const Launch& launch) const;
  epy_launch encode(const Launch& launch, std::size_t rank) const;
  bool is_prefetched(const BufferArgument* buffer) const;
  void reload(const ResidentValues& values);
  void put_back(const ResidentValues& values);
  std::optional<epy_launch> putting(std::size_t rank, const Resident& resident, const Value& value);
  void begin_first(std::size_t rank);
  void dispatch();
  bool is_own(std::size_t rank) const { return rank >= monitor_.program_ranks(); }
  void begin(std::size_t rank, Handle handle);
  void record(Launch& launch, int core, std::variant<Value, Failure> outcome);
  void finish(std::size_t rank, std::variant<Value, Failure> outcome, CoreState then, double end);
  void fail(std::size_t rank, Failure failure, double end);
  void fail(const Failure& failure);  // of its core, now
  void fail_queued(const Failure& why);
  bool busy() const;
  /// One request, or at most `seconds`; false when there is no point in going on. `nobody_helps`: the client waits without
  /// a limit, so it will not launch anything that could free waiting kernels.
  bool step(double seconds, bool nobody_helps);
  void serve(const Notice& notice);
  std::vector<std::size_t> live() const;
  void look_for_stopped();
  void look(bool nobody_helps);
  void cycle_limit();

  Monitor& monitor_;
  Device& device_;
  References& references_;
  Cancelled cancelled_;
  Scheduler scheduler_;
  std::vector<Core> cores_;
  std::map<Handle, Launch> launches_;
  std::vector<Failure> start_failures_;
  std::vector<Resident> residents_;
  std::uint32_t buffers_put_back_ = 0;
  std::optional<Failure> out_of_order_;  // nothing can run any more: the cycle limit was reached, or the program does not start
  bool ran_ = false;                     // run() has been called: there is no second start
  double last_look_ = 0;
  bool was_cancelled_ = false;
};

}  // namespace epysim::hostlink
