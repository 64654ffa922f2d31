#include "hostlink/recording/replayed_device.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "hostlink/checks/checked_device.h"
#include "hostlink/recording/recorder.h"
#include "sim/core/error.h"

namespace epysim::hostlink {

const Entry& HostCheck::expect(const Entry& action) {
  if (over_) throw ReplayOver();
  const Entry* const recorded = track_.take();
  if (recorded == nullptr || recorded->event == Event::End) {
    over_ = true;
    if (!track_.cut()) track_.differs_in_length(&action);
    throw ReplayOver();
  }
  if (!same_action(*recorded, action)) {
    over_ = true;
    Entry found = action;
    found.seconds = recorded->seconds;  // what the board would answer is not known
    found.answer = recorded->answer;
    track_.differs(found);
    throw ReplayOver();
  }
  seconds_ = recorded->seconds;
  return *recorded;
}

double HostCheck::seconds() {
  if (over_) return seconds_;
  if (const Entry* const next = track_.peek(); next != nullptr && next->event == Event::Time) seconds_ = track_.take()->seconds;
  return seconds_;
}

void ReplayedDevice::read(Address from, std::span<std::byte> to) {
  const Entry& recorded = check_.expect({.event = Event::Read, .address = from, .value = static_cast<std::uint32_t>(to.size())});
  refuse_as_recorded();
  if (recorded.data.size() != to.size()) damaged("an answer of another length");
  std::copy(recorded.data.begin(), recorded.data.end(), to.begin());
}

void ReplayedDevice::write(Address to, std::span<const std::byte> from) {
  check_.expect({.event = Event::Write, .address = to, .data = {from.begin(), from.end()}});
  refuse_as_recorded();
}

// What no board answers: hosts need not be prepared for it.
void ReplayedDevice::damaged(const std::string& why) {
  check_.track().differs("the recording is damaged: " + why);
  check_.stop();
  throw ReplayOver();
}

void ReplayedDevice::refuse_as_recorded() {
  const Entry* const next = check_.track().peek();
  if (next == nullptr || next->event != Event::Refused) return;
  const Entry refused = *check_.track().take();
  if (refused.detail != 0) throw LinkError(text_of(refused.data));
  throw UsageError(text_of(refused.data));
}

void ReplayedDevice::load(int core, const std::filesystem::path& elf) {
  if (elf != loaded_) {
    loaded_name_ = elf_name(elf);
    loaded_ = elf;
  }
  check_.expect(load_entry(core, loaded_name_));
  refuse_as_recorded();
}

void ReplayedDevice::start(int core) { check_.expect({.event = Event::Start, .core = core}); }
void ReplayedDevice::halt(int core) { check_.expect({.event = Event::Halt, .core = core}); }

void ReplayedDevice::watch(std::span<const Doorbells> doorbells) {
  check_.expect({.event = Event::Watch, .data = bytes_of(doorbells)});
  watched_.assign(doorbells.begin(), doorbells.end());
}

Notice ReplayedDevice::wait(double seconds) {
  const Entry& recorded = check_.expect({.event = Event::Wait, .asked = seconds});
  if (wake_of(recorded) == Wake::Doorbell) {
    const auto core = static_cast<std::size_t>(recorded.core);
    if (core >= watched_.size() || watched_[core].request == 0) damaged("a request of a core whose doorbell is not watched");
  }
  return {wake_of(recorded), recorded.core, recorded.answer, of_channel(recorded)};
}

double ReplayedDevice::acknowledge(const Answer& answer) { return check_.expect(acknowledge_entry(answer)).answer; }
void ReplayedDevice::charge(const host::ServiceCost& cost) { check_.expect({.event = Event::Charge, .data = bytes_of(cost)}); }

CoreStatus ReplayedDevice::status(int core) const {
  const Entry& recorded = check_.expect({.event = Event::Status, .core = core});
  return {recorded.detail != 0, text_of(recorded.data)};
}

nlohmann::ordered_json ReplayedDevice::statistics() const { return {{"board", description_.board}, {"seconds", check_.seconds()}}; }

void ReplayedOutput::line(int core, const std::string& text) {
  check_.expect({.event = Event::Line, .core = core, .data = bytes_of(text)});
}

std::optional<std::string> ReplayedInput::line(int core, const std::string&) {
  const Entry& recorded = check_.expect({.event = Event::Input, .core = core});
  if (recorded.detail == 0) return std::nullopt;
  return text_of(recorded.data);
}

}  // namespace epysim::hostlink
