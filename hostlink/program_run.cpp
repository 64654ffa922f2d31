#include "hostlink/program_run.h"

#include <algorithm>

namespace epysim::hostlink {
namespace {

class Run {
 public:
  Run(Monitor& monitor, bool keep_going)
      : monitor_(monitor), keep_going_(keep_going), device_(monitor.device()), ended_(monitor.layout().cores.size(), false) {
    result_.core_seconds.assign(ended_.size(), -1.0);
  }

  ProgramResult run() {
    monitor_.load();
    begin_ = device_.seconds();
    const Work work{"program", 0, {}};
    monitor_.launched(work);
    for (std::size_t rank = 0; rank < ended_.size(); ++rank) monitor_.begin(rank, work);
    while (!over()) {
      const Notice notice = device_.wait(kLookSeconds);
      switch (notice.wake) {
        case Wake::Doorbell:
          serve(notice);
          break;
        case Wake::TimeOut:
          look();
          break;
        case Wake::AllStopped:
          all_stopped();
          break;
        case Wake::CycleLimit:
          cycle_limit();
          break;
        case Wake::Interrupted:
          result_.outcome.status = Status::Interrupted;
          give_up();
          break;
      }
      for (const Failure& failure : monitor_.look_after_answers()) unreachable(failure);
      for (const Failure& failure : monitor_.look_at_programs(live())) unreachable(failure);
      if (stopping_ && device_.seconds() - stop_begin_ > kStopSeconds) give_up();
    }
    if (!given_up_) come_to_rest();
    return std::move(result_);
  }

 private:
  /// After its last request a core has some way to go until it sleeps: it belongs to the figures.
  void come_to_rest() {
    const double begin = device_.seconds();
    while (device_.seconds() - begin < kStopSeconds)
      if (device_.wait(kStopSeconds).wake != Wake::Doorbell) return;
  }

  bool over() const {
    return given_up_ || std::all_of(ended_.begin(), ended_.end(), [](bool ended) { return ended; });
  }

  std::vector<std::size_t> live() const {
    std::vector<std::size_t> ranks;
    for (std::size_t rank = 0; rank < ended_.size(); ++rank)
      if (!ended_[rank]) ranks.push_back(rank);
    return ranks;
  }

  void serve(const Notice& notice) {
    const Monitor::Event event = monitor_.serve(notice);
    const bool over = event.kind == Monitor::Event::Kind::Ended || event.kind == Monitor::Event::Kind::Failed;
    if (over && !ended_[event.rank]) {
      monitor_.trace(event.rank, "program", begin_, event.seconds);
      monitor_.end(event.rank);
    }
    if (event.kind == Monitor::Event::Kind::Ended) {
      // A core that has failed may still say that its program is over.
      if (!ended_[event.rank] && !stopping_) result_.core_seconds[event.rank] = event.seconds - begin_;
      ended_[event.rank] = true;
    } else if (event.kind == Monitor::Event::Kind::Failed) {
      ended_[event.rank] = true;
      if (keep_going_) {
        note(*event.failure);
      } else {
        fail(*event.failure);
      }
    }
  }

  void unreachable(const Failure& failure) {
    ended_[monitor_.layout().rank_of(failure.core)] = true;
    keep_going_ ? note(failure) : fail(failure);
  }

  void note(Failure failure) {
    result_.outcome.status = Status::Failed;
    result_.outcome.failures.push_back(std::move(failure));
  }

  // The other cores are told to leave, too.
  void fail(Failure failure) {
    note(std::move(failure));
    if (stopping_) return;
    stopping_ = true;
    stop_begin_ = device_.seconds();
    monitor_.stop();
  }

  /// A core that was told to stop leaves without a request; one that the VM has left for another reason has crashed.
  void check_stopped(std::size_t rank, const CoreStatus& status) {
    ended_[rank] = true;
    if (monitor_.has_left(rank)) return;
    fail(monitor_.failure(rank, "CoreError", "the core has stopped by itself in " + status.where));
  }

  void look() {
    for (const std::size_t rank : live()) {
      const CoreStatus status = device_.status(monitor_.layout().cores[rank]);
      if (status.stopped || monitor_.has_left(rank)) check_stopped(rank, status);
    }
    if (stopping_) return;
    const std::vector<Failure> stuck = monitor_.deadlock().look(live());
    const std::vector<Failure> damaged = stuck.empty() ? stuck : monitor_.look_at_programs(live(), true);
    for (const Failure& failure : damaged.empty() ? stuck : damaged) fail(failure);
  }

  void all_stopped() {
    for (const std::size_t rank : live()) check_stopped(rank, device_.status(monitor_.layout().cores[rank]));
  }

  void cycle_limit() {
    for (const std::size_t rank : live()) {
      fail(monitor_.failure(
          rank, "TimeoutError",
          "the limit on simulated time was reached; the VM was in " + device_.status(monitor_.layout().cores[rank]).where));
    }
    give_up();
  }

  void give_up() {
    for (const std::size_t rank : live()) device_.halt(monitor_.layout().cores[rank]);
    given_up_ = true;
  }

  Monitor& monitor_;
  const bool keep_going_;
  Device& device_;
  std::vector<bool> ended_;
  ProgramResult result_;
  double begin_ = 0;
  bool stopping_ = false;
  double stop_begin_ = 0;
  bool given_up_ = false;
};

}  // namespace

ProgramResult run_to_end(Monitor& monitor, bool keep_going) { return Run(monitor, keep_going).run(); }

ProgramResult run_on(Machine& machine, const Program& program, const MachineRequest& request, bool keep_going, OutputSink& output,
                     InputSource& input) {
  Device& device = machine.device();
  const Layout layout =
      compute_layout(device.description(), machine.cores(), program.vm_end(), program.resident_bytes(), request.placement);
  References references(device, layout.free);
  Monitor monitor({device,
                   program,
                   layout,
                   references,
                   output,
                   input,
                   {request.seed, false, Program::OfClient::None, machine.pace_turns(), machine.engine()},
                   machine.trace(),
                   &machine.attribution(),
                   &machine.link_log(),
                   machine.verify()});
  return run_to_end(monitor, keep_going);
}

}  // namespace epysim::hostlink
