// replay_host() of replay.h.

#include "hostlink/checks/checked_device.h"
#include "hostlink/machine.h"
#include "hostlink/program_run.h"
#include "hostlink/recording/header.h"
#include "hostlink/recording/record_session.h"
#include "hostlink/recording/recorder.h"
#include "hostlink/recording/replay.h"
#include "hostlink/recording/replayed_device.h"
#include "hostlink/session.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

/// A conversation with a client that is none: what it sent is in the recording.
class ReplayedClient {
 public:
  ReplayedClient(const MachineRequest& machine, HostCheck& check)
      : check_(check),
        session_(
            machine, Session::Files::Allowed, [this](const Frame& frame) { send(frame); }, [this] { return gone(); },
            [this] { return receive(); }) {}

  /// `opened`: the entry that says how the client opened its board.
  void run(const Entry& opened) {
    const bool member = opened.detail != 0;
    const std::uint32_t number = opened.value;
    session_.handle({FrameType::Hello, 1, {{"protocol", kProtocolVersion}}, {}});
    session_.handle({FrameType::Open, number == 0 ? 1 : number, {{"host_core", member}}, {}});
    replaying_ = true;
    while (const Entry* const next = check_.track().take()) {
      if (next->event == Event::End) return;
      if (next->event == Event::Gone) continue;
      if (next->event != Event::Request) return check_.track().differs_in_length(nullptr);
      try {
        const std::optional<Frame> frame = decode(*next);
        if (frame) session_.handle(*frame);
      } catch (const Left&) {
        continue;  // as it was: the client left while it was sent something
      }
    }
  }

 private:
  class Left : public std::exception {};

  std::optional<Frame> decode(const Entry& entry) {
    try {
      FrameReader reader;
      reader.append(entry.data);
      if (std::optional<Frame> frame = reader.next()) return frame;
      check_.track().differs("the recording is damaged: half a frame");
    } catch (const FrameError& error) {
      check_.track().differs(std::string("the recording is damaged: ") + error.what());
    }
    throw ReplayOver();
  }

  void send(const Frame& frame) {
    if (!replaying_) {
      if (frame.type == FrameType::Error)
        throw UsageError("the board of the recording cannot be opened: " + frame.body.value("message", ""));
      return;
    }
    if (!is_recorded(frame)) return;
    check_.expect({.event = Event::Reply, .data = encode(frame)});
    if (take_gone(true)) throw Left();
  }

  bool take_gone(bool while_sending) {
    const Entry* const next = check_.track().peek();
    if (next == nullptr || next->event != Event::Gone || (next->detail != 0) != while_sending) return false;
    check_.track().take();
    return true;
  }

  bool gone() { return replaying_ && take_gone(false); }

  std::optional<Frame> receive() {
    const Entry* const next = check_.track().take();
    if (next != nullptr && next->event == Event::Gone) return std::nullopt;
    if (next != nullptr && next->event == Event::Request) return decode(*next);
    if (next != nullptr) check_.track().differs("the host asks its client for data, and no answer was recorded");
    throw ReplayOver();
  }

  HostCheck& check_;
  Session session_;
  bool replaying_ = false;
};

// A whole program again. `first` holds its byte code.
void run_again(const MachineRequest& request, const Entry& first, HostCheck& check, const std::string& name) {
  const auto* const code = reinterpret_cast<const std::uint8_t*>(first.data.data());
  const bool keep_going = first.detail != 0;
  compiler::Image image = compiler::read_image({code, code + first.data.size()}, name + ": its program");
  ReplayedOutput output(check);
  ReplayedInput input(check);
  Machine machine(request, output);
  const Program program(std::move(image), machine.vm());
  try {
    check.expect(verdict_entry(run_on(machine, program, request, keep_going, output, input).outcome));
  } catch (const LinkError&) {
    // The end of the run, as it was when it was recorded.
  }
  const Entry* const end = check.track().take();
  if (end != nullptr && end->event != Event::End) check.track().differs_in_length(nullptr);
}

}  // namespace

SideReplay replay_host(const std::filesystem::path& file, const std::filesystem::path& vm) {
  RecordingReader reader(file);
  const RecordingHeader header = parse_header(reader.header(), reader.name());
  MachineRequest request = header.machine;
  request.vm = find_vm(header.vm, vm);
  const core::ElfImage symbols(request.vm);
  Track track(reader, places_of(file, header.device, &symbols));
  HostCheck check(track);
  request.stand_in = [&] { return std::make_unique<ReplayedDevice>(header.device, check); };
  try {
    const Entry* const first = track.take();
    if (first == nullptr || (first->event != Event::Program && first->event != Event::Session)) {
      if (!track.cut()) throw UsageError(reader.name() + ": its first entry is neither a program nor a client; the file is damaged");
    } else if (const Entry copy = *first; copy.event == Event::Program) {
      run_again(request, copy, check, reader.name());
    } else {
      ReplayedClient(request, check).run(copy);
    }
  } catch (const ReplayOver&) {
    // its reason has been noted
  }
  return {track.count(), track.difference(), "", !track.cut()};
}

}  // namespace epysim::hostlink
