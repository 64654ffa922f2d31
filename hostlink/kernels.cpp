#include "hostlink/kernels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr std::uint32_t kFirstOwnBuffer = 0x80000000u;  // clients' ids are below

/// A moment of device time, in whole cycles: sums of seconds would miss it by a rounding error.
class Deadline {
 public:
  Deadline(const Device& device, std::optional<double> seconds) : device_(device) {
    if (seconds) end_ = to_cycle(device, device.seconds()) + to_cycle(device, *seconds);
  }
  bool passed() const { return end_ && to_cycle(device_, device_.seconds()) >= *end_; }
  double left() const {
    if (!end_) return std::numeric_limits<double>::infinity();
    return static_cast<double>(*end_ - to_cycle(device_, device_.seconds())) / device_.description().clock_hz;
  }

 private:
  const Device& device_;
  std::optional<std::uint64_t> end_;
};

}  // namespace

KernelArgument int_argument(std::int64_t number) { return Value(static_cast<std::int32_t>(number)); }

Kernels::Kernels(Monitor& monitor, References& references, Cancelled cancelled, Kernels* before)
    : monitor_(monitor),
      device_(monitor.device()),
      references_(references),
      cancelled_(std::move(cancelled)),
      scheduler_(monitor.layout().cores.size(), before == nullptr ? 0 : before->scheduler_.last(), monitor.program_ranks()),
      cores_(monitor.layout().cores.size()) {
  if (before != nullptr) launches_ = std::move(before->launches_);
}

std::vector<Failure> Kernels::start(std::vector<Resident> residents, const ResidentValues& values) {
  residents_ = std::move(residents);
  reload(values);
  const auto starting = [&] {
    return std::any_of(cores_.begin(), cores_.end(), [](const Core& core) { return core.state == CoreState::Starting; });
  };
  while (starting() && !out_of_order_ && step(kLookSeconds, true)) {
  }
  return start_failures_;
}

void Kernels::reload(const ResidentValues& values) {
  for (std::size_t rank = 0; rank < cores_.size(); ++rank) {
    cores_[rank] = {};
    if (is_own(rank)) cores_[rank].state = CoreState::Absent;  // until it is needed
  }
  last_look_ = device_.seconds();
  put_back(values);
  monitor_.load();
  for (std::size_t rank = 0; rank < monitor_.program_ranks(); ++rank) monitor_.begin(rank, {ran_ ? "program" : "top level", 0, {}});
}

ResidentValues Kernels::resident_values() const {
  ResidentValues values;
  const std::vector<std::string>& globals = monitor_.program().image().globals;
  for (const Resident& resident : residents_) {
    const auto place = std::find(globals.begin(), globals.end(), resident.name);
    if (place == globals.end()) continue;
    for (std::size_t rank = 0; rank < cores_.size(); ++rank) {
      std::optional<Value> value;
      try {
        value = monitor_.variable(rank, static_cast<std::size_t>(place - globals.begin()));
      } catch (const ProgramError& error) {
        monitor_.notice(rank, resident.name + " is lost: " + error.what());
      }
      values[resident.name].push_back(std::move(value));
    }
  }
  return values;
}

void Kernels::put_back(const ResidentValues& values) {
  while (buffers_put_back_ > 0) references_.remove(kFirstOwnBuffer + --buffers_put_back_);
  for (const Resident& resident : residents_) {
    const auto known = values.find(resident.name);
    if (known == values.end()) continue;
    for (std::size_t rank = 0; rank < cores_.size(); ++rank) {
      const std::optional<Value>& value = known->second.at(rank);
      if (!value) continue;
      if (auto launch = putting(rank, resident, *value)) {
        cores_[rank].first.push_back(*launch);
      } else {
        monitor_.notice(rank,
                        resident.name + " is lost: only numbers, bools, None and arrays of one type can be kept while cores are loaded");
      }
    }
  }
}

std::optional<epy_launch> Kernels::putting(std::size_t rank, const Resident& resident, const Value& value) {
  const auto& exports = monitor_.program().image().exports;
  Launch launch;
  const auto* list = std::get_if<List>(&value);
  if (list == nullptr) {
    if (std::holds_alternative<std::string>(value) || std::holds_alternative<Function>(value) || std::holds_alternative<Reference>(value)) {
      return std::nullopt;
    }
    launch.function = exports.at(scalar_function(resident));
    launch.arguments = {value};
    return encode(launch, rank);
  }
  const bool plain = list->uniform && (list->element_tag == EPY_INT || list->element_tag == EPY_REAL || list->element_tag == EPY_BOOL);
  if (!plain && !list->elements.empty()) return std::nullopt;
  BufferSpec spec;
  spec.id = kFirstOwnBuffer + buffers_put_back_++;
  spec.element_tag = plain ? list->element_tag : std::uint8_t{EPY_INT};
  spec.count = static_cast<std::uint32_t>(list->elements.size());
  spec.is_mutable = false;
  std::vector<std::uint32_t> words;
  words.reserve(list->elements.size());
  for (const Value& element : list->elements) words.push_back(encode_scalar(element).word);
  references_.put(spec, words);
  const auto dimensions = std::min(static_cast<std::uint32_t>(list->shape.size()), std::uint32_t{EPY_MAX_DIMENSIONS});
  const auto function = exports.find(array_function(resident, dimensions));
  if (function == exports.end()) return std::nullopt;
  launch.function = function->second;
  launch.arguments = {BufferArgument{spec.id, false}};
  for (std::uint32_t i = 0; dimensions > 1 && i < dimensions; ++i) launch.arguments.push_back(int_argument(list->shape[i]));
  return encode(launch, rank);
}

void Kernels::begin_first(std::size_t rank) {
  const epy_launch launch = cores_[rank].first.front();
  cores_[rank].first.pop_front();
  monitor_.begin(rank, {"device data", launch.function, {}});
  monitor_.launch(rank, launch);
}

Kernels::Handle Kernels::launch(Launch launch, const std::vector<std::size_t>& ranks) {
  launch.cores = launch.scheduled = ranks.size();
  check(launch);
  monitor_.launched(work_of(launch));
  return enqueue(std::move(launch), scheduler_.add(ranks));
}

Kernels::Handle Kernels::launch_any(Launch launch, std::size_t count) {
  if (count < 1 || count > monitor_.program_ranks()) {
    throw UsageError("a launch on " + std::to_string(count) + " cores: the program has " + std::to_string(monitor_.program_ranks()));
  }
  launch.cores = launch.scheduled = count;
  check(launch);
  monitor_.launched(work_of(launch));
  return enqueue(std::move(launch), scheduler_.add_any(count));
}

Kernels::Handle Kernels::message(Launch launch) {
  launch.cores = launch.scheduled = 1;
  check(launch);
  return enqueue(std::move(launch), scheduler_.add({monitor_.program_ranks()}));
}

Kernels::Handle Kernels::run() {
  Launch launch;
  launch.program = &monitor_.program();
  launch.kernel = "the program";
  launch.cores = launch.running = monitor_.program_ranks();
  const Handle handle = scheduler_.add({});
  ran_ = true;
  launches_.emplace(handle, std::move(launch));
  reload({});
  for (std::size_t rank = 0; rank < monitor_.program_ranks(); ++rank) {
    cores_[rank].state = CoreState::Running;
    cores_[rank].handle = handle;
    cores_[rank].begin = device_.seconds();
  }
  return handle;
}

Kernels::Handle Kernels::enqueue(Launch launch, Handle handle) {
  launch.program = &monitor_.program();
  launches_.emplace(handle, std::move(launch));
  if (out_of_order_) {
    fail_queued(*out_of_order_);
  } else {
    dispatch();
  }
  return handle;
}

void Kernels::check(const Launch& launch) const {
  if (launch.arguments.size() > EPY_MAX_LAUNCH_ARGUMENTS) {
    throw UsageError("kernel " + launch.kernel + " gets " + std::to_string(launch.arguments.size()) + " arguments; at most " +
                     std::to_string(EPY_MAX_LAUNCH_ARGUMENTS) + " can be passed");
  }
  encode(launch, 0);
}

epy_launch Kernels::encode(const Launch& launch, std::size_t rank) const {
  const epy_core_layout& core = monitor_.layout().core[rank];
  std::vector<Prefetched> prefetched;
  for (const KernelArgument& argument : launch.arguments) {
    const auto* buffer = std::get_if<BufferArgument>(&argument);
    if (is_prefetched(buffer)) prefetched.push_back({*buffer->prefetch, references_.spec(buffer->id).count});
  }
  const std::vector<Ring> rings = plan_rings(prefetched, core.heap_bytes);
  auto ring = rings.begin();
  epy_launch words{};
  words.function = launch.function;
  for (const KernelArgument& argument : launch.arguments) {
    epy_launch_argument& place = words.arguments[words.argument_count++];
    if (const auto* buffer = std::get_if<BufferArgument>(&argument)) {
      epy_external external = references_.external(buffer->id);
      if (buffer->read_only) external.read_only = 1;
      place = external_argument(external, is_prefetched(buffer) ? &*ring++ : nullptr, core.channel);
    } else {
      const TaggedWord word = encode_scalar(std::get<Value>(argument));
      place.tag = word.tag;
      place.word = word.word;
    }
  }
  return words;
}

Work Kernels::work_of(const Launch& launch) const {
  Work work{launch.kernel, launch.function, {}};
  const auto& functions = monitor_.program().image().functions;
  for (std::size_t i = 0; i < launch.arguments.size(); ++i) {
    const auto* buffer = std::get_if<BufferArgument>(&launch.arguments[i]);
    if (buffer == nullptr || launch.function >= functions.size() || i >= functions[launch.function].parameters.size()) continue;
    const BufferSpec& spec = references_.spec(buffer->id);
    const epy_external external = references_.external(buffer->id);
    const Range shared{external.home, external.home == 0 ? 0 : spec.count * 4};
    work.variables.push_back({functions[launch.function].parameters[i], external.reference, kind_name(spec.kind), spec.count, shared});
  }
  return work;
}

bool Kernels::is_prefetched(const BufferArgument* buffer) const {
  return buffer != nullptr && buffer->prefetch && references_.spec(buffer->id).count > 0;
}

void Kernels::dispatch() {
  const auto in_state = [&](CoreState state) {
    return std::any_of(cores_.begin(), cores_.end(), [&](const Core& core) { return core.state == state; });
  };
  if (in_state(CoreState::Failed) && !ran_) {
    // Cores that have failed come back together, at a quiet moment: their partners' message counters must start again as well.
    if (!in_state(CoreState::Running) && !in_state(CoreState::Starting) && scheduler_.waiting()) reload(resident_values());
    return;
  }
  for (std::size_t rank = 0; rank < cores_.size(); ++rank) {
    if (cores_[rank].state == CoreState::Absent && scheduler_.waiting_for(rank)) {
      cores_[rank].state = CoreState::Starting;
      device_.start(monitor_.layout().cores[rank]);
    }
    while (cores_[rank].state == CoreState::Idle) {
      const auto handle = scheduler_.next(rank);
      if (!handle) break;
      begin(rank, *handle);
    }
  }
}

void Kernels::begin(std::size_t rank, Handle handle) {
  Launch& launch = launches_.at(handle);
  --launch.scheduled;
  ++launch.running;
  cores_[rank].handle = handle;
  cores_[rank].begin = device_.seconds();
  try {
    const epy_launch words = encode(launch, rank);
    monitor_.begin(rank, work_of(launch));
    monitor_.launch(rank, words);
    cores_[rank].state = CoreState::Running;
  } catch (const UsageError& error) {  // a buffer has been forgotten since the launch
    finish(rank, monitor_.failure(rank, "ReferenceError", error.what()), CoreState::Idle, device_.seconds());
  }
}

void Kernels::record(Launch& launch, int core, std::variant<Value, Failure> outcome) {
  if (auto* failure = std::get_if<Failure>(&outcome)) {
    failure->core = core;
    failure->kernel = launch.kernel;
  }
  const auto place = std::upper_bound(launch.results.begin(), launch.results.end(), core,
                                      [](int id, const KernelResult& result) { return id < result.core; });
  launch.results.insert(place, {core, std::move(outcome)});
}

void Kernels::finish(std::size_t rank, std::variant<Value, Failure> outcome, CoreState then, double end) {
  const Handle handle = cores_[rank].handle;
  monitor_.end(rank);
  monitor_.trace(rank, launches_.at(handle).kernel, cores_[rank].begin, end);
  cores_[rank] = {then, 0, 0, {}};
  Launch& launch = launches_.at(handle);
  --launch.running;
  record(launch, monitor_.layout().cores[rank], std::move(outcome));
  if (launch.forgotten && launch.done()) launches_.erase(handle);
}

void Kernels::fail(std::size_t rank, Failure failure, double end) {
  switch (cores_[rank].state) {
    case CoreState::Running:
      if (ran_) {
        out_of_order_ = failure;
        fail_queued(failure);
      }
      finish(rank, std::move(failure), CoreState::Failed, end);
      break;
    case CoreState::Starting:
      cores_[rank].state = CoreState::Failed;
      out_of_order_ = failure;
      start_failures_.push_back(std::move(failure));
      fail_queued(*out_of_order_);
      break;
    case CoreState::Idle:
      cores_[rank].state = CoreState::Failed;
      break;
    case CoreState::Absent:
    case CoreState::Failed:
      break;
  }
}

void Kernels::fail(const Failure& failure) { fail(monitor_.layout().rank_of(failure.core), failure, device_.seconds()); }

void Kernels::fail_queued(const Failure& why) {
  for (const Scheduler::Queued& queued : scheduler_.clear()) {
    Launch& launch = launches_.at(queued.handle);
    --launch.scheduled;
    record(launch, queued.rank ? monitor_.layout().cores[*queued.rank] : -1, why);
    if (launch.forgotten && launch.done()) launches_.erase(queued.handle);
  }
}

bool Kernels::busy() const {
  return scheduler_.waiting() || std::any_of(cores_.begin(), cores_.end(), [](const Core& core) {
           return core.state == CoreState::Running || core.state == CoreState::Starting;
         });
}

bool Kernels::step(double seconds, bool nobody_helps) {
  if (cancelled_ && cancelled_()) was_cancelled_ = true;
  if (was_cancelled_) return false;
  const Notice notice = device_.wait(std::min(kLookSeconds, seconds));
  switch (notice.wake) {
    case Wake::Doorbell:
      serve(notice);
      break;
    case Wake::TimeOut:
      break;
    case Wake::AllStopped:
      look_for_stopped();
      if (!busy()) return false;
      break;
    case Wake::CycleLimit:
      cycle_limit();
      return false;
    case Wake::Interrupted:
      was_cancelled_ = true;
      return false;
  }
  for (const Failure& failure : monitor_.look_after_answers()) fail(failure);
  for (const Failure& failure : monitor_.look_at_programs(live())) fail(failure);
  if (device_.seconds() - last_look_ >= kLookSeconds) {
    last_look_ = device_.seconds();
    look(nobody_helps);
  }
  dispatch();
  return true;
}

void Kernels::serve(const Notice& notice) {
  Monitor::Event event = monitor_.serve(notice);
  Core& core = cores_[event.rank];
  switch (event.kind) {
    case Monitor::Event::Kind::Served:
      break;
    case Monitor::Event::Kind::Next:
      if (core.state == CoreState::Running) {
        finish(event.rank, event.result ? std::move(*event.result) : Value(None{}), CoreState::Idle, event.seconds);
      } else if (core.state == CoreState::Starting) {
        if (core.first.empty()) {
          core.state = CoreState::Idle;
          monitor_.end(event.rank);
        } else {
          begin_first(event.rank);
        }
      }
      break;
    case Monitor::Event::Kind::Ended:  // exit() in a kernel: no result, and the core has to be started again
      if (core.state == CoreState::Running) {
        finish(event.rank, Value(None{}), CoreState::Failed, event.seconds);
      } else if (core.state == CoreState::Starting) {
        fail(event.rank, monitor_.failure(event.rank, "CoreError", "the program ended before any kernel could run"), event.seconds);
      }
      break;
    case Monitor::Event::Kind::Failed:
      fail(event.rank, std::move(*event.failure), event.seconds);
      break;
  }
}

std::vector<std::size_t> Kernels::live() const {
  std::vector<std::size_t> live;
  for (std::size_t rank = 0; rank < cores_.size(); ++rank)
    if (cores_[rank].state == CoreState::Running || cores_[rank].state == CoreState::Starting) live.push_back(rank);
  return live;
}

void Kernels::look_for_stopped() {
  for (std::size_t rank = 0; rank < cores_.size(); ++rank) {
    if (cores_[rank].state == CoreState::Failed || cores_[rank].state == CoreState::Absent) continue;
    const CoreStatus status = device_.status(monitor_.layout().cores[rank]);
    if (status.stopped)
      fail(rank, monitor_.failure(rank, "CoreError", "the core has stopped by itself in " + status.where), device_.seconds());
  }
}

void Kernels::look(bool nobody_helps) {
  look_for_stopped();
  const bool idle = std::any_of(cores_.begin(), cores_.end(),
                                [](const Core& core) { return core.state == CoreState::Idle || core.state == CoreState::Absent; });
  // A client that only polls may still give an idle core the kernel that the others wait for.
  if (idle && !nobody_helps) {
    monitor_.deadlock().reset();
    return;
  }
  const std::vector<Failure> stuck = monitor_.deadlock().look(live());
  for (const Failure& failure : stuck.empty() ? stuck : monitor_.look_at_programs(live(), true)) fail(failure);
  for (const Failure& failure : stuck) fail(failure);
}

void Kernels::cycle_limit() {
  for (std::size_t rank = 0; rank < cores_.size(); ++rank) {
    const std::string where = device_.status(monitor_.layout().cores[rank]).where;
    const Failure failure = monitor_.failure(rank, "TimeoutError", "the limit on simulated time was reached; the VM was in " + where);
    if (!out_of_order_) out_of_order_ = failure;
    if (cores_[rank].state == CoreState::Running || cores_[rank].state == CoreState::Starting) fail(rank, failure, device_.seconds());
  }
  Failure never_ran = *out_of_order_;
  never_ran.message = "the limit on simulated time was reached";
  never_ran.function = never_ran.file = "";
  out_of_order_ = never_ran;
  fail_queued(never_ran);
}

void Kernels::wait(const std::vector<Handle>& handles, Until until, std::optional<double> seconds, bool alone) {
  const auto finished = [&] {
    std::size_t results = 0;
    for (const Handle handle : handles) results += find(handle).results.size();
    return results;
  };
  const auto all_done = [&] { return std::all_of(handles.begin(), handles.end(), [&](Handle handle) { return find(handle).done(); }); };
  const std::size_t before = finished();
  const Deadline deadline(device_, seconds);
  while (!all_done() && (until == Until::All || finished() == before) && !deadline.passed()) {
    if (!step(deadline.left(), alone)) break;
  }
}

void Kernels::let_run(double seconds) {
  const Deadline deadline(device_, seconds);
  while (!deadline.passed() && step(deadline.left(), false)) {
  }
}

void Kernels::drain() {
  while (busy() && step(kLookSeconds, true)) {
  }
}

const Launch& Kernels::find(Handle handle) const {
  const auto found = launches_.find(handle);
  if (found == launches_.end() || found->second.forgotten) throw UsageError("there is no launch with handle " + std::to_string(handle));
  return found->second;
}

void Kernels::forget(Handle handle) {
  find(handle);
  Launch& launch = launches_.at(handle);
  if (launch.done()) {
    launches_.erase(handle);
  } else {
    launch.forgotten = true;
  }
}

}  // namespace epysim::hostlink
