#pragma once
// Replays of recordings (docs/recording.md).
//
//   host side    the host's code runs again, and a recording answers in place of the board; what the host does must be what it did
//   device side  a board is built, and gets what the host did, when it did it; what the board does must be what it did
//
// SystemC elaborates once per process: call replay_device() at most once.

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

namespace epysim::hostlink {

struct SideReplay {
  std::size_t entries = 0;  // so many of the recording were replayed
  std::string difference;   // the first, for people; empty: everything was equal
  std::string remark;       // why less than all of the recording was replayed; empty: all was
  bool complete = true;     // false: the recording breaks off
};

/// All of these throw UsageError for a file that is no recording, one of another version, and one made with another VM. `vm` is its file;
/// empty: the one of the recording's name.
SideReplay replay_host(const std::filesystem::path& file, const std::filesystem::path& vm = {});
/// `overrides`: "KEY=VALUE" for the board's configuration, to see what differs then.
SideReplay replay_device(const std::filesystem::path& file, const std::filesystem::path& vm = {},
                         const std::vector<std::string>& overrides = {});

/// Writes the recording as a table. Returns false for one that breaks off.
bool list_recording(const std::filesystem::path& file, std::ostream& out);

}  // namespace epysim::hostlink
