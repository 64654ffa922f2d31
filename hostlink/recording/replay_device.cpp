// replay_device() of replay.h.

#include "hostlink/checks/checked_device.h"
#include "hostlink/machine.h"
#include "hostlink/recording/header.h"
#include "hostlink/recording/recorder.h"
#include "hostlink/recording/replay.h"
#include "hostlink/recording/track.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

class Silent final : public OutputSink {
 public:
  void line(int, const std::string&) override {}
  void notice(int, const std::string&) override {}
};

/// Does to a board what a recorded host did.
class HostActions {
 public:
  HostActions(Device& device, std::filesystem::path vm) : device_(device), vm_(std::move(vm)), vm_name_(elf_name(vm_)) {}

  /// What an entry of the link is with this board. Nothing: the entry is none of the link, or the board has no answer to it.
  std::optional<Entry> repeat(const Entry& recorded) {
    Entry found = recorded;
    refused_.reset();
    try {
      if (!act(recorded, found)) return std::nullopt;
    } catch (const UsageError& error) {
      refused_ = refused_entry(error);
    } catch (const LinkError& error) {
      refused_ = refused_entry(error);
    }
    found.seconds = device_.seconds();
    return found;
  }
  /// How the board refused the last load, read or write.
  const std::optional<Entry>& refused() const { return refused_; }

 private:
  bool act(const Entry& recorded, Entry& found) {
    check_core(recorded);
    switch (recorded.event) {
      case Event::Load:
        found.data = vm_name_;
        device_.load(recorded.core, vm_);
        return true;
      case Event::Start:
        device_.start(recorded.core);
        return true;
      case Event::Halt:
        device_.halt(recorded.core);
        return true;
      case Event::Watch:
        device_.watch(watched(recorded));
        return true;
      case Event::Wait:
        return wait(recorded, found);
      case Event::Read:
        found.data.clear();
        if (recorded.value > kMostRead) throw UsageError("a read of " + std::to_string(recorded.value) + " bytes");
        read_.resize(recorded.value);
        device_.read(recorded.address, read_);
        found.data = read_;
        return true;
      case Event::Write:
        device_.write(recorded.address, recorded.data);
        return true;
      case Event::Acknowledge:
        found.answer = device_.acknowledge(
            {recorded.core, recorded.asked, recorded.address, recorded.value, cost_of(recorded.data), recorded.detail != 0});
        return true;
      case Event::Charge:
        device_.charge(cost_of(recorded.data));
        return true;
      case Event::Status:
        return status(recorded, found);
      default:
        return false;  // nothing that the board sees
    }
  }

  bool wait(const Entry& recorded, Entry& found) {
    const Notice notice = device_.wait(recorded.asked);
    found.detail = wake_detail(notice);
    found.core = notice.core;
    found.answer = notice.seconds;
    return true;
  }

  bool status(const Entry& recorded, Entry& found) {
    const CoreStatus status = device_.status(recorded.core);
    found.detail = status.stopped ? 1 : 0;
    found.data = bytes_of(status.where);
    return true;
  }

  std::vector<Doorbells> watched(const Entry& recorded) const {
    std::vector<Doorbells> doorbells = doorbells_of(recorded.data);
    if (doorbells.size() > static_cast<std::size_t>(device_.description().core_count))
      damaged("doorbells of more cores than the board has");
    return doorbells;
  }

  // A board is not asked for a core that it does not have: not even a host with a fault would.
  void check_core(const Entry& recorded) const {
    const bool about_core = recorded.event == Event::Load || recorded.event == Event::Start || recorded.event == Event::Halt ||
                            recorded.event == Event::Acknowledge || recorded.event == Event::Status;
    if (about_core && (recorded.core < 0 || recorded.core >= device_.description().core_count)) damaged("there is no such core");
  }

  [[noreturn]] static void damaged(const std::string& why) { throw Damaged(why); }

  static constexpr std::uint32_t kMostRead = 1u << 30;

 public:
  class Damaged : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
  };

 private:
  Device& device_;
  std::filesystem::path vm_;
  std::vector<std::byte> vm_name_, read_;
  std::optional<Entry> refused_;
};

// Compares what happens with a board with what was recorded, up to the first difference. Returns why it ended early, if it did.
std::string follow(Track& track, HostActions& actions) {
  std::optional<Entry> refused;
  while (const Entry* const recorded = track.take()) {
    if (recorded->event == Event::Refused || refused) {
      if (recorded->event != Event::Refused || !refused || recorded->detail != refused->detail || recorded->data != refused->data) {
        track.differs(refused.value_or(Entry{.event = Event::Refused, .data = bytes_of("nothing")}));
        return "";
      }
      refused.reset();
      continue;
    }
    if (recorded->event == Event::End) return "";
    if (recorded->event == Event::Wait && wake_of(*recorded) == Wake::Interrupted) return "the run was interrupted here";
    std::optional<Entry> found;
    try {
      found = actions.repeat(*recorded);
    } catch (const HostActions::Damaged& error) {
      track.differs(std::string("the recording is damaged: ") + error.what());
      return "";
    }
    if (!found) continue;
    if (!same_answer(*recorded, *found) || !same_action(*recorded, *found)) {
      track.differs(*found);
      return "";
    }
    refused = actions.refused();
  }
  return "";
}

}  // namespace

SideReplay replay_device(const std::filesystem::path& file, const std::filesystem::path& vm, const std::vector<std::string>& overrides) {
  RecordingReader reader(file);
  const RecordingHeader header = parse_header(reader.header(), reader.name());
  if (!header.simulated) return {0, "", "the board was a real one: no simulated board does everything at the same times", true};
  MachineRequest request = header.machine;
  request.vm = find_vm(header.vm, vm);
  request.overrides = overrides;
  request.host_cores = 0;
  request.cores.clear();
  Silent silent;
  std::unique_ptr<Machine> machine;
  try {
    machine = std::make_unique<Machine>(request, silent);
  } catch (const UsageError& error) {
    throw UsageError(
        std::string(error.what()) + "\n" + reader.name() +
        " has the board's configuration of its time; when keys have changed since, make the recording anew (docs/recording.md)");
  }
  if (!same_places(machine->device().description(), header.device))
    throw UsageError(reader.name() + " is a recording of another board: cores and memories are not where they were");
  const core::ElfImage symbols(request.vm);
  Track track(reader, places_of(file, header.device, &symbols));
  HostActions actions(machine->device(), request.vm);
  const std::string remark = follow(track, actions);
  return {track.count(), track.difference(), remark, !track.cut()};
}

}  // namespace epysim::hostlink
