#include "hostlink/recording/recorder.h"

#include <exception>

#include "hostlink/checks/checked_device.h"
#include "hostlink/recording/vm_file.h"
#include "sim/core/error.h"

namespace epysim::hostlink {

Recorder::~Recorder() {
  if (finished_ || std::uncaught_exceptions() > 0) return;
  try {
    finish();
  } catch (const UsageError&) {
    return;  // the file breaks off; its reader will say so
  }
}

void Recorder::add(Entry entry) {
  if (finished_) return;
  entry.seconds = seconds_;
  file_.add(entry);
}

void Recorder::finish() {
  add({.event = Event::End});
  file_.flush();
  finished_ = true;
}

std::vector<std::byte> elf_name(const std::filesystem::path& elf) {
  const VmFile file = vm_file(elf);
  return bytes_of(file.name + " sha256 " + file.sha256);
}

Entry load_entry(int core, std::vector<std::byte> name) { return {.event = Event::Load, .core = core, .data = std::move(name)}; }

Entry refused_entry(const std::runtime_error& error) {
  const bool damaged = dynamic_cast<const LinkError*>(&error) != nullptr;
  return {.event = Event::Refused, .detail = damaged ? std::uint8_t{1} : std::uint8_t{0}, .data = bytes_of(error.what())};
}

Entry acknowledge_entry(const Answer& answer) {
  return {.event = Event::Acknowledge,
          .detail = answer.transfer ? std::uint8_t{1} : std::uint8_t{0},
          .core = answer.core,
          .address = answer.word,
          .value = answer.value,
          .asked = answer.rung,
          .data = bytes_of(answer.cost)};
}

Entry program_entry(const compiler::Image& image, bool keep_going) {
  const std::vector<std::uint8_t> bytes = compiler::write_image(image);
  const auto data = std::as_bytes(std::span(bytes));
  return {.event = Event::Program, .detail = keep_going ? std::uint8_t{1} : std::uint8_t{0}, .data = {data.begin(), data.end()}};
}

Entry verdict_entry(const Outcome& outcome) {
  std::string text;
  for (const std::string& line : report(outcome.failures)) text += line + "\n";
  return {.event = Event::Verdict, .detail = static_cast<std::uint8_t>(outcome.status), .data = bytes_of(text)};
}

void RecordingDevice::add(Entry entry) const {
  recorder_.set_seconds(ForwardingDevice::seconds());
  recorder_.add(std::move(entry));
}

/// `call` does what the entry says, and completes it.
template <class Call>
void RecordingDevice::add_unless_refused(Entry entry, Call&& call) {
  const auto refused = [&](const std::runtime_error& error) {
    add(std::move(entry));
    add(refused_entry(error));
  };
  try {
    call(entry);
  } catch (const UsageError& error) {
    refused(error);
    throw;
  } catch (const LinkError& error) {
    refused(error);
    throw;
  }
  add(std::move(entry));
}

void RecordingDevice::read(Address from, std::span<std::byte> to) {
  add_unless_refused({.event = Event::Read, .address = from, .value = static_cast<std::uint32_t>(to.size())}, [&](Entry& entry) {
    ForwardingDevice::read(from, to);
    entry.data.assign(to.begin(), to.end());
  });
}

void RecordingDevice::write(Address to, std::span<const std::byte> from) {
  add_unless_refused({.event = Event::Write, .address = to, .data = {from.begin(), from.end()}},
                     [&](Entry&) { ForwardingDevice::write(to, from); });
}

void RecordingDevice::load(int core, const std::filesystem::path& elf) {
  if (elf != loaded_) {
    loaded_name_ = elf_name(elf);
    loaded_ = elf;
  }
  add_unless_refused(load_entry(core, loaded_name_), [&](Entry&) { ForwardingDevice::load(core, elf); });
}

void RecordingDevice::start(int core) {
  ForwardingDevice::start(core);
  add({.event = Event::Start, .core = core});
}

void RecordingDevice::halt(int core) {
  ForwardingDevice::halt(core);
  add({.event = Event::Halt, .core = core});
}

void RecordingDevice::watch(std::span<const Doorbells> doorbells) {
  recorder_.flush();
  ForwardingDevice::watch(doorbells);
  add({.event = Event::Watch, .data = bytes_of(doorbells)});
}

Notice RecordingDevice::wait(double seconds) {
  recorder_.flush();  // this is where a run that gets nowhere is ended
  const Notice notice = ForwardingDevice::wait(seconds);
  add({.event = Event::Wait, .detail = wake_detail(notice), .core = notice.core, .asked = seconds, .answer = notice.seconds});
  return notice;
}

double RecordingDevice::acknowledge(const Answer& answer) {
  Entry entry = acknowledge_entry(answer);
  entry.answer = ForwardingDevice::acknowledge(answer);
  const double due = entry.answer;
  add(std::move(entry));
  return due;
}

void RecordingDevice::charge(const host::ServiceCost& cost) {
  recorder_.flush();
  ForwardingDevice::charge(cost);
  add({.event = Event::Charge, .data = bytes_of(cost)});
}

double RecordingDevice::seconds() const {
  const double now = ForwardingDevice::seconds();
  if (now != recorder_.seconds()) {
    recorder_.set_seconds(now);
    recorder_.add({.event = Event::Time});
  }
  return now;
}

CoreStatus RecordingDevice::status(int core) const {
  CoreStatus status = ForwardingDevice::status(core);
  add({.event = Event::Status, .detail = status.stopped ? std::uint8_t{1} : std::uint8_t{0}, .core = core, .data = bytes_of(status.where)});
  return status;
}

void RecordingOutput::line(int core, const std::string& text) {
  recorder_.add({.event = Event::Line, .core = core, .data = bytes_of(text)});
  output_.line(core, text);
}

std::optional<std::string> RecordingInput::line(int core, const std::string& prompt) {
  recorder_.flush();
  std::optional<std::string> text = input_.line(core, prompt);
  recorder_.add({.event = Event::Input,
                 .detail = text ? std::uint8_t{1} : std::uint8_t{0},
                 .core = core,
                 .data = text ? bytes_of(*text) : std::vector<std::byte>{}});
  return text;
}

}  // namespace epysim::hostlink
