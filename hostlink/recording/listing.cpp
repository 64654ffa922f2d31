#include "hostlink/recording/listing.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "hostlink/outcome.h"
#include "hostlink/protocol.h"

namespace epysim::hostlink {
namespace {

constexpr std::size_t kMostText = 100;

/// The words that a core writes for a request, as Monitor::serve reads them.
struct RequestWords {
  std::uint32_t sequence, request, arguments[6];
};

std::string hex(std::uint32_t number) {
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), "0x%x", unsigned{number});
  return text.data();
}

std::string count(std::uint64_t number, const std::string& what) { return std::to_string(number) + " " + what + (number == 1 ? "" : "s"); }

std::string quoted(std::span<const std::byte> data) {
  std::string text;
  for (const char c : text_of(data.first(std::min(data.size(), kMostText)))) text += static_cast<unsigned char>(c) < 0x20 ? '.' : c;
  return "\"" + text + (data.size() > kMostText ? "...\"" : "\"");
}

std::string micros(double seconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.1f us", seconds * 1e6);
  return text.data();
}

template <class T>
T structure(std::span<const std::byte> data) {
  T value{};
  std::memcpy(&value, data.data(), std::min(data.size(), sizeof value));
  return value;
}

std::string request_text(const RequestWords& words) {
  const auto* const arguments = words.arguments;
  switch (words.request) {
    case EPY_REQUEST_PRINT:
      return "print " + count(arguments[0], "value");
    case EPY_REQUEST_INPUT:
      return "input";
    case EPY_REQUEST_ERROR:
      return "error " + std::to_string(arguments[0]) + " at byte code " + hex(arguments[1]);
    case EPY_REQUEST_FORMAT:
      return "the text of " + hex(arguments[1]) + ", tag " + std::to_string(arguments[0]);
    case EPY_REQUEST_MATHS:
      return "mathematics " + std::to_string(arguments[0]) + " of " + hex(arguments[2]) + ", " + hex(arguments[4]);
    case EPY_REQUEST_NEXT:
      return arguments[0] == EPY_UNSET ? "the first kernel"
                                       : "next kernel; result " + hex(arguments[1]) + ", tag " + std::to_string(arguments[0]);
    case EPY_REQUEST_END:
      return "the program is over";
    case EPY_REQUEST_NOTICE:
      return "notice " + std::to_string(arguments[0]);
    default:
      return "unknown request " + std::to_string(words.request);
  }
}

std::string channel_text(std::span<const std::byte> data) {
  std::string text;
  for (; data.size() >= sizeof(epy_transfer); data = data.subspan(sizeof(epy_transfer))) {
    const auto transfer = structure<epy_transfer>(data);
    if ((transfer.state & EPY_TRANSFER_ASKED) == 0) continue;
    text += (text.empty() ? ": " : ", ") + std::to_string(transfer.state >> 2) + " " +
            ((transfer.state & EPY_TRANSFER_ASKED) == EPY_TRANSFER_READ ? "reads " : "writes ") + count(transfer.count, "element") +
            " of " + hex(transfer.reference) + " from " + std::to_string(transfer.position);
  }
  return "descriptors of transfers" + (text.empty() ? ", none is asked for" : text);
}

std::string cost_text(std::span<const std::byte> data) {
  const host::ServiceCost cost = cost_of(data);
  std::string text;
  const auto add = [&text](std::uint64_t bytes, const char* what) {
    if (bytes > 0) text += (text.empty() ? "" : ", ") + std::to_string(bytes) + " bytes " + what;
  };
  add(cost.bytes_read, "read");
  add(cost.bytes_written, "written");
  add(cost.local_bytes_read, "read of local memory");
  add(cost.local_bytes_written, "written to local memory");
  add(cost.data_bytes, "of data handled");
  return text.empty() ? "nothing copied" : text;
}

std::string cycle_text(double seconds, const Places& places) { return std::to_string(std::llround(seconds * places.device().clock_hz)); }

std::string wait_text(const Entry& entry, const DeviceDescription& device) {
  std::string text = "wait " + (std::isfinite(entry.asked) ? "at most " + micros(entry.asked) : std::string("for ever")) + ": ";
  switch (wake_of(entry)) {
    case Wake::Doorbell:
      return text + (of_channel(entry) ? "transfers asked for" : "a request") + " at cycle " +
             std::to_string(std::llround(entry.answer * device.clock_hz));
    case Wake::AllStopped:
      return text + "no core runs any more";
    case Wake::TimeOut:
      return text + "nothing happened";
    case Wake::CycleLimit:
      return text + "the limit on simulated time was reached";
    case Wake::Interrupted:
      break;
  }
  return text + "interrupted";
}

const char* frame_name(FrameType type) {
  static constexpr std::array<const char*, 15> kNames = {"?",     "hello",  "open",      "program", "launch", "wait",    "test",  "data",
                                                         "fetch", "forget", "host_time", "stats",   "close",  "message", "supply"};
  const unsigned number = static_cast<unsigned>(type) & 0x7fffu;
  if (type == FrameType::Error) return "error";
  if (type == FrameType::Output) return "output";
  if (type == FrameType::Ask) return "ask";
  return number < kNames.size() ? kNames[number] : "?";
}

std::string frame_text(std::span<const std::byte> data) {
  FrameReader reader;
  reader.append(data);
  try {
    const std::optional<Frame> frame = reader.next();
    if (!frame) return "a damaged frame";
    const std::string body = frame->body.dump();
    std::string text = std::string(frame_name(frame->type)) + " " + std::to_string(frame->request) + " " + body.substr(0, kMostText) +
                       (body.size() > kMostText ? "..." : "");
    if (!frame->binary.empty()) text += " and " + std::to_string(frame->binary.size()) + " bytes: " + hex_bytes(frame->binary);
    return text;
  } catch (const FrameError& error) {
    return std::string("a damaged frame: ") + error.what();
  }
}

std::string read_text(const Entry& entry, const Places& places) {
  const std::span<const std::byte> data = entry.data;
  if (places.block_begin(entry.address) && data.size() == sizeof(RequestWords)) {
    const auto words = structure<RequestWords>(data);
    return "read request " + std::to_string(words.sequence) + ": " + request_text(words);
  }
  if (places.channel_begin(entry.address) && data.size() == sizeof(epy_channel::transfer)) return "read " + channel_text(data);
  return "read " + count(entry.value, "byte") + " at " + hex(entry.address) + ", " + places.at(entry.address).what +
         (data.empty() ? "" : ": " + hex_bytes(data));
}

std::string write_text(const Entry& entry, const Places& places) {
  const std::string what = places.at(entry.address).what;
  const std::span<const std::byte> data = entry.data;
  std::string text = "write " + count(data.size(), "byte") + " at " + hex(entry.address) + ", " + what + ": ";
  if (what.starts_with("launch of") && data.size() >= 2 * sizeof(std::uint32_t)) {
    const auto words = structure<std::array<std::uint32_t, 2>>(data);
    return text + "function " + hex(words[0]) + " with " + count(words[1], "argument");
  }
  return text + (what.starts_with("text of") ? quoted(data) : hex_bytes(data));
}

}  // namespace

std::string hex_bytes(std::span<const std::byte> data, std::size_t most) {
  std::string text;
  for (const std::byte byte : data.first(std::min(data.size(), most))) {
    std::array<char, 4> two{};
    std::snprintf(two.data(), two.size(), "%02x ", std::to_integer<unsigned>(byte));
    text += two.data();
  }
  if (data.size() > most) return text + "...";
  if (!text.empty()) text.pop_back();
  return text;
}

int core_of(const Entry& entry, const Places& places) {
  if (entry.core >= 0 || (entry.event != Event::Read && entry.event != Event::Write)) return entry.core;
  return places.at(entry.address).core;
}

std::string what_happened(const Entry& entry, const Places& places) {
  switch (entry.event) {
    case Event::End:
      return "end of the recording";
    case Event::Load:
      return "load " + text_of(entry.data);
    case Event::Start:
      return "start";
    case Event::Halt:
      return "halt";
    case Event::Watch:
      return "watch the doorbells of " + count(doorbells_of(entry.data).size(), "core");
    case Event::Wait:
      return wait_text(entry, places.device());
    case Event::Read:
      return read_text(entry, places);
    case Event::Write:
      return write_text(entry, places);
    case Event::Acknowledge:
      return std::string(entry.detail != 0 ? "answer to a transfer" : "answer to a request") + " of cycle " +
             cycle_text(entry.asked, places) + ": " + places.at(entry.address).what + " becomes " + hex(entry.value) + " at cycle " +
             cycle_text(entry.answer, places) + " (" + cost_text(entry.data) + ")";
    case Event::Charge:
      return "the host copies: " + cost_text(entry.data);
    case Event::Status:
      return std::string("look: ") + (entry.detail != 0 ? "stopped in " : "in ") + text_of(entry.data);
    case Event::Time:
      return "look at the time";
    case Event::Refused:
      return "refused: " + text_of(entry.data);
    case Event::Program:
      return "a program of " + std::to_string(entry.data.size()) + " bytes with its names and source";
    case Event::Line:
      return "prints " + quoted(entry.data);
    case Event::Input:
      return entry.detail != 0 ? "is given " + quoted(entry.data) : "is given the end of input";
    case Event::Verdict:
      return "the program " +
             std::string(static_cast<Status>(entry.detail) == Status::Done     ? "is done"
                         : static_cast<Status>(entry.detail) == Status::Failed ? "has failed: "
                                                                               : "was interrupted: ") +
             (entry.data.empty() ? "" : quoted(entry.data));
    case Event::Session:
      return std::string("a client opens the board") + (entry.detail != 0 ? "; it counts as a core" : "");
    case Event::Request:
      return "from the client: " + frame_text(entry.data);
    case Event::Reply:
      return "to the client: " + frame_text(entry.data);
    case Event::Gone:
      return "the client has gone";
  }
  return "?";
}

std::string listing_line(std::size_t number, const Entry& entry, const Places& places) {
  const int core = core_of(entry, places);
  std::array<char, 64> head{};
  std::snprintf(head.data(), head.size(), "%7zu  %12lld  %s ", number, std::llround(entry.seconds * places.device().clock_hz),
                core < 0 ? "       " : ("core " + std::string(core < 10 ? " " : "") + std::to_string(core)).c_str());
  return head.data() + what_happened(entry, places);
}

}  // namespace epysim::hostlink
