#pragma once
// Keeps what goes over the link to a board: a decorator of its device, and of what else the host is given and gives away. Costs no
// simulated time and changes nothing. Without --record nobody is decorated.

#include <memory>
#include <stdexcept>
#include <vector>

#include "hostlink/forwarding_device.h"
#include "hostlink/outcome.h"
#include "hostlink/output.h"
#include "hostlink/recording/recording_file.h"
#include "vm/compiler/image.h"

namespace epysim::hostlink {

/// The recording of one board, while it is made.
class Recorder {
 public:
  Recorder(const std::filesystem::path& file, const nlohmann::json& header) : file_(file, header) {}
  /// Completes the recording if nobody has, unless an error ends it.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// `seconds` of the entry is device time; entries that do not know it get that of the one before.
  void add(Entry entry);
  double seconds() const { return seconds_; }
  void set_seconds(double seconds) { seconds_ = seconds; }
  void flush() { file_.flush(); }
  /// Nothing comes any more. Throws UsageError when the file could not be written.
  void finish();

 private:
  RecordingWriter file_;
  double seconds_ = 0;
  bool finished_ = false;
};

class RecordingDevice final : public ForwardingDevice {
 public:
  RecordingDevice(std::unique_ptr<Device> device, Recorder& recorder) : ForwardingDevice(std::move(device)), recorder_(recorder) {}

  void read(Address from, std::span<std::byte> to) override;
  void write(Address to, std::span<const std::byte> from) override;
  void load(int core, const std::filesystem::path& elf) override;
  void start(int core) override;
  void halt(int core) override;
  void watch(std::span<const Doorbells> doorbells) override;
  Notice wait(double seconds) override;
  double acknowledge(const Answer& answer) override;
  void charge(const host::ServiceCost& cost) override;
  double seconds() const override;
  CoreStatus status(int core) const override;

 private:
  void add(Entry entry) const;
  template <class Call>
  void add_unless_refused(Entry entry, Call&& call);

  Recorder& recorder_;
  std::filesystem::path loaded_;  // the ELF that was loaded last, and how entries call it
  std::vector<std::byte> loaded_name_;
};

/// What the cores' program prints, and is given.
class RecordingOutput final : public OutputSink {
 public:
  RecordingOutput(OutputSink& output, Recorder& recorder) : output_(output), recorder_(recorder) {}
  void line(int core, const std::string& text) override;
  void notice(int core, const std::string& text) override { output_.notice(core, text); }

 private:
  OutputSink& output_;
  Recorder& recorder_;
};

class RecordingInput final : public InputSource {
 public:
  RecordingInput(InputSource& input, Recorder& recorder) : input_(input), recorder_(recorder) {}
  std::optional<std::string> line(int core, const std::string& prompt) override;

 private:
  InputSource& input_;
  Recorder& recorder_;
};

// How an entry is called that a host makes: recorders and replays agree on it here.
Entry load_entry(int core, std::vector<std::byte> name);
Entry refused_entry(const std::runtime_error& error);
Entry acknowledge_entry(const Answer& answer);
Entry program_entry(const compiler::Image& image, bool keep_going);
Entry verdict_entry(const Outcome& outcome);
/// How a recording calls an ELF: its file's name in vm/images, else its path, and its digest.
std::vector<std::byte> elf_name(const std::filesystem::path& elf);

}  // namespace epysim::hostlink
