#pragma once
// One thing that happened on the link between host and board, or that the host was given or gave away, as a recording keeps it
// (docs/recording.md).
//
// Every field is either the host's part (what it asked for: `same_action`) or the answer to it (what the board, the user or the client
// did: `same_answer`), depending on the event. So a replay without a board compares the one and hands out the other, and a replay without a
// host the other way round.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hostlink/device.h"

namespace epysim::hostlink {

enum class Event : std::uint8_t {
  End = 0,  // the recording is complete
  // Between host and board; each is a call of Device.
  Load = 1,
  Start = 2,
  Halt = 3,
  Watch = 4,
  Wait = 5,
  Read = 6,
  Write = 7,
  Acknowledge = 8,
  Charge = 9,
  Status = 10,
  Time = 11,     // the host looked at the time, and it was another one than that of the entry before
  Refused = 12,  // the load, read or write before: detail 0: an address that nobody answers; 1: the link is damaged
  // Of a whole program.
  Program = 16,
  Line = 17,     // printed
  Input = 18,    // the user's answer to a core's input()
  Verdict = 19,  // how it ended
  // Of a client.
  Session = 32,
  Request = 33,  // a frame from it
  Reply = 34,    // a frame to it
  Gone = 35      // the host noticed that it has left
};

struct Entry {
  Event event = Event::End;
  std::uint8_t detail = 0;
  int core = -1;  // -1: about none
  Address address = 0;
  std::uint32_t value = 0;
  double seconds = 0;  // device time when it was over
  double asked = 0;    // Wait: at most so long; Acknowledge: when the core asked
  double answer = 0;   // Wait: device time of the event; Acknowledge: when the answer should be there
  std::vector<std::byte> data = {};
};

/// Detail of a Wait: what Device::wait came back with.
inline std::uint8_t wake_detail(const Notice& notice) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(notice.wake) | (notice.channel ? 8u : 0u));
}
inline Wake wake_of(const Entry& entry) { return static_cast<Wake>(entry.detail & 7u); }
inline bool of_channel(const Entry& entry) { return (entry.detail & 8u) != 0; }
inline constexpr std::uint8_t kMostWake = static_cast<std::uint8_t>(Wake::Interrupted);

bool same_action(const Entry& one, const Entry& other);
bool same_answer(const Entry& one, const Entry& other);
/// Whether the data are what the host asked with, not what it got.
bool is_data_of_host(Event event);

// The data of entries.
std::vector<std::byte> bytes_of(std::string_view text);
std::string text_of(std::span<const std::byte> data);
std::vector<std::byte> bytes_of(const host::ServiceCost& cost);
/// The parts that are missing are 0.
host::ServiceCost cost_of(std::span<const std::byte> data);
std::vector<std::byte> bytes_of(std::span<const Doorbells> doorbells);
std::vector<Doorbells> doorbells_of(std::span<const std::byte> data);

}  // namespace epysim::hostlink
