#include "sim/core/chrome_trace.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"

namespace epysim::core {
namespace {

__extension__ using Wide = unsigned __int128;

std::string json_text(std::string_view text) { return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

}  // namespace

struct ChromeTrace::Impl {
  std::filesystem::path file;
  std::ofstream out;
  std::uint64_t clock_hz = 1;
  std::map<std::string, int, std::less<>> tracks;  // name -> thread number, in order of first use
  bool first = true;
  bool closed = false;

  std::string microseconds(Cycle cycles) const {
    const Wide picoseconds = Wide{cycles} * 1'000'000'000'000u / clock_hz;
    char text[40];
    std::snprintf(text, sizeof text, "%llu.%06llu", static_cast<unsigned long long>(picoseconds / 1'000'000),
                  static_cast<unsigned long long>(picoseconds % 1'000'000));
    return text;
  }

  void event(const std::string& fields) {
    out << (first ? "" : ",\n") << "{\"pid\":1," << fields << '}';
    first = false;
  }

  int track(std::string_view name) {
    const auto found = tracks.find(name);
    if (found != tracks.end()) return found->second;
    const int number = static_cast<int>(tracks.size()) + 1;
    tracks.emplace(name, number);
    const std::string tid = "\"tid\":" + std::to_string(number);
    event(tid + ",\"ph\":\"M\",\"name\":\"thread_name\",\"args\":{\"name\":" + json_text(name) + "}");
    event(tid + ",\"ph\":\"M\",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":" + std::to_string(number) + "}");
    return number;
  }

  std::string at(std::string_view track_name, Cycle cycles) {
    return "\"tid\":" + std::to_string(track(track_name)) + ",\"ts\":" + microseconds(cycles);
  }
};

ChromeTrace::ChromeTrace(const std::filesystem::path& file, double clock_hz, const std::string& title) : impl_(std::make_unique<Impl>()) {
  impl_->file = file;
  impl_->clock_hz = static_cast<std::uint64_t>(clock_hz);
  impl_->out.open(file, std::ios::binary | std::ios::trunc);
  if (!impl_->out) throw UsageError("cannot write the trace " + file.string() + ": " + std::strerror(errno));
  impl_->out << "[\n";
  impl_->event("\"ph\":\"M\",\"name\":\"process_name\",\"args\":{\"name\":" + json_text(title) + "}");
}

ChromeTrace::~ChromeTrace() {
  try {
    close();
  } catch (const UsageError&) {
    // Nobody is left to tell; whoever wants to know calls close().
  }
}

void ChromeTrace::slice(std::string_view track, std::string_view name, Cycle begin, Cycle end) {
  impl_->event(impl_->at(track, begin) + ",\"ph\":\"X\",\"dur\":" + impl_->microseconds(end - begin) + ",\"name\":" + json_text(name));
}

void ChromeTrace::instant(std::string_view track, std::string_view name, Cycle at) {
  impl_->event(impl_->at(track, at) + ",\"ph\":\"i\",\"s\":\"t\",\"name\":" + json_text(name));
}

void ChromeTrace::flow(std::string_view from_track, Cycle from, std::string_view to_track, Cycle to, std::uint64_t id) {
  const std::string arrow = ",\"cat\":\"flow\",\"name\":\"flow\",\"id\":" + std::to_string(id);
  impl_->event(impl_->at(from_track, from) + ",\"ph\":\"s\"" + arrow);
  impl_->event(impl_->at(to_track, to) + ",\"ph\":\"f\",\"bp\":\"e\"" + arrow);
}

void ChromeTrace::counter(std::string_view track, std::string_view name, Cycle at, double value) {
  impl_->event(impl_->at(track, at) + ",\"ph\":\"C\",\"name\":" + json_text(std::string(track) + " " + std::string(name)) +
               ",\"args\":{\"value\":" + nlohmann::json(value).dump() + "}");
}

void ChromeTrace::close() {
  if (impl_->closed) return;
  impl_->closed = true;
  impl_->out << "\n]\n";
  impl_->out.close();
  if (!impl_->out) throw UsageError("the trace " + impl_->file.string() + " is incomplete: writing it failed (is the disk full?)");
}

}  // namespace epysim::core
