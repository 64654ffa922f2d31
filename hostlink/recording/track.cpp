#include "hostlink/recording/track.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "hostlink/recording/listing.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

constexpr std::size_t kBefore = 6;

std::string byte_text(std::span<const std::byte> data, std::size_t index) {
  if (index >= data.size()) return "nothing";
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "0x%02x", std::to_integer<unsigned>(data[index]));
  return text.data();
}

// Where two entries' data differ first.
std::string first_byte(const Entry& recorded, const Entry& found, const Places& places) {
  const auto [one, other] = std::mismatch(recorded.data.begin(), recorded.data.end(), found.data.begin(), found.data.end());
  if (one == recorded.data.end() && other == found.data.end()) return "";
  const auto index = static_cast<std::size_t>(one - recorded.data.begin());
  std::string text = "\n  first different byte: number " + std::to_string(index);
  if (recorded.address == found.address && (recorded.event == Event::Read || recorded.event == Event::Write)) {
    const Address address = recorded.address + static_cast<Address>(index);
    text += ", at " + core::hex(address) + " (" + places.text(address) + ")";
  }
  text += ": recorded " + byte_text(recorded.data, index) + ", found " + byte_text(found.data, index);
  if (index > 12) {
    const std::size_t begin = index - 4;
    const auto from = [begin](const Entry& entry) { return hex_bytes(std::span(entry.data).subspan(std::min(begin, entry.data.size()))); };
    text += "\n    from byte " + std::to_string(begin) + " on: recorded " + from(recorded) + "\n    " +
            std::string(std::to_string(begin).size() + 17, ' ') + "found    " + from(found);
  }
  return text;
}

}  // namespace

const Entry* Track::peek() {
  if (!next_) next_ = reader_.next();
  return next_ ? &*next_ : nullptr;
}

const Entry* Track::take() {
  peek();
  if (last_) {
    before_.push_back(listing_line(count_, *last_, places_));
    if (before_.size() > kBefore) before_.pop_front();
  }
  last_ = std::exchange(next_, std::nullopt);
  if (!last_) return nullptr;
  ++count_;
  places_.learn(*last_);
  return &*last_;
}

void Track::note(const std::string& text) {
  if (!difference_.empty()) return;
  difference_ = text;
  if (before_.empty()) return;
  difference_ += "\n  before it:";
  for (const std::string& line : before_) difference_ += "\n  " + line;
}

void Track::differs(const Entry& found) {
  const int core = core_of(*last_, places_);
  const auto cycle = [&](double seconds) { return std::to_string(std::llround(seconds * places_.device().clock_hz)); };
  std::array<char, 32> seconds{};
  std::snprintf(seconds.data(), seconds.size(), "%.9f s", last_->seconds);
  std::string text = "differs at entry " + std::to_string(count_) + ", cycle " + cycle(last_->seconds) + " (" + seconds.data() + ")" +
                     (core < 0 ? "" : ", core " + std::to_string(core)) + "\n  recorded: " + what_happened(*last_, places_) +
                     "\n  found:    " + what_happened(found, places_);
  if (core_of(found, places_) != core) text += " (core " + std::to_string(core_of(found, places_)) + ")";
  if (found.seconds != last_->seconds)
    text += "\n  at another time: recorded cycle " + cycle(last_->seconds) + ", found cycle " + cycle(found.seconds);
  if (found.event == last_->event) text += first_byte(*last_, found, places_);
  note(text);
}

void Track::differs_in_length(const Entry* found) {
  if (found == nullptr) {
    note("differs at entry " + std::to_string(count_) + ": nothing happens any more\n  recorded: " + what_happened(*last_, places_) +
         "\n  found:    nothing");
  } else {
    note("differs behind entry " + std::to_string(count_) +
         ": the recording is over\n  recorded: nothing\n  found:    " + what_happened(*found, places_));
  }
}

void Track::differs(const std::string& why) { note("differs at entry " + std::to_string(count_) + ": " + why); }

}  // namespace epysim::hostlink
