#pragma once
// Sees to it that the host's answers arrive. An answer is a word in the board's memory, on which a core waits: when it should have been
// there for a while and is not, it is stored again; after a few times that is the end of the core's program.
//
// It costs a board nothing where nothing goes wrong, and changes no simulated time.

#include <cstdint>
#include <string>
#include <vector>

#include "hostlink/device.h"

namespace epysim::core {
class FaultLog;
}

namespace epysim::hostlink {

/// How long an answer may be overdue, in seconds of device time, and how often it is stored again.
inline constexpr double kAnswerPatience = 1e-3;
inline constexpr int kAnswersAgain = 3;

class AnswerWatch {
 public:
  /// `log` may be null.
  AnswerWatch(Device& device, std::size_t ranks, core::FaultLog* log) : device_(device), pending_(ranks), twice_(ranks), log_(log) {}

  /// Sends an answer. `asked`: for a transfer the word that it replaces, with which its core asked.
  void send(std::size_t rank, const Answer& answer, std::uint32_t asked = 0);
  /// Looks after the answers that are overdue. Returns the ranks of cores that cannot be answered.
  std::vector<std::size_t> look();
  /// An answer to this core was stored again: it may arrive twice, the second time when the core has asked for something else.
  bool twice(std::size_t rank) const { return twice_[rank]; }
  /// Forgets what is under way (the cores are loaded afresh).
  void reset();

 private:
  struct Pending {
    Answer answer;
    std::uint32_t asked = 0;
    double due = 0;
    int again = 0;
  };
  bool arrived(const Pending& pending);

  Device& device_;
  std::vector<std::vector<Pending>> pending_;  // by rank; the last one for each word
  std::vector<bool> twice_;                    // by rank
  core::FaultLog* log_;
  double next_look_ = 0;
};

}  // namespace epysim::hostlink
