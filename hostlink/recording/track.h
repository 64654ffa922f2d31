#pragma once
// A recording on its way through a replay: what comes next in it, what came before, and where what happens now differs from it.

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "hostlink/recording/places.h"
#include "hostlink/recording/recording_file.h"

namespace epysim::hostlink {

/// The replay cannot go on. None of the errors that the host serves or reports: it passes through all of them.
class ReplayOver : public std::exception {};

class Track {
 public:
  Track(RecordingReader& reader, Places places) : reader_(reader), places_(std::move(places)) {}

  /// The next entry, not taken yet; null at the end.
  const Entry* peek();
  /// Takes it. Null at the end.
  const Entry* take();
  /// How many have been taken.
  std::size_t count() const { return count_; }
  /// The recording ended without an End entry.
  bool cut() const { return reader_.cut(); }

  /// The entry taken last was `found` now: notes the first such difference.
  void differs(const Entry& found);
  /// The recording goes on with the entry taken last, and nothing happens any more; or it is over, and `found` happens.
  void differs_in_length(const Entry* found);
  /// Something else about the entry taken last that cannot be.
  void differs(const std::string& why);
  /// What differs, for people; empty when nothing does.
  const std::string& difference() const { return difference_; }

  const Places& places() const { return places_; }

 private:
  void note(const std::string& text);

  RecordingReader& reader_;
  Places places_;
  std::optional<Entry> next_, last_;
  std::deque<std::string> before_;  // the last few before `last_`, as lines
  std::size_t count_ = 0;
  std::string difference_;
};

}  // namespace epysim::hostlink
