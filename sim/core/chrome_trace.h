#pragma once
// A timeline file in Chrome's JSON trace format, which Perfetto (ui.perfetto.dev) and chrome://tracing open. Events are written as they
// happen, so memory use does not grow; a file that was cut short still opens.
//
// Times are simulated microseconds: cycles * 10^12 / clock_hz picoseconds, rounded down in integers, printed with six decimals.

#include <filesystem>
#include <memory>
#include <string>

#include "sim/core/trace_sink.h"

namespace epysim::core {

class ChromeTrace final : public TraceSink {
 public:
  /// Creates the file; throws UsageError when that fails. `clock_hz` is the rate of the cycles it will be given, `title` the name of the
  /// group of tracks (the board).
  ChromeTrace(const std::filesystem::path& file, double clock_hz, const std::string& title);
  ~ChromeTrace() override;  // closes, but cannot tell of a failure
  ChromeTrace(const ChromeTrace&) = delete;
  ChromeTrace& operator=(const ChromeTrace&) = delete;

  void slice(std::string_view track, std::string_view name, Cycle begin, Cycle end) override;
  void instant(std::string_view track, std::string_view name, Cycle at) override;
  void flow(std::string_view from_track, Cycle from, std::string_view to_track, Cycle to, std::uint64_t id) override;
  void counter(std::string_view track, std::string_view name, Cycle at, double value) override;

  /// Completes the file. Throws UsageError when not everything could be written (a full disk).
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace epysim::core
