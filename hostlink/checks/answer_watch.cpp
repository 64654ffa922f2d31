#include "hostlink/checks/answer_watch.h"

#include <algorithm>

#include "hostlink/device_format.h"
#include "hostlink/memory.h"
#include "sim/core/fault_log.h"

namespace epysim::hostlink {

void AnswerWatch::send(std::size_t rank, const Answer& answer, std::uint32_t asked) {
  const double due = device_.acknowledge(answer);
  std::vector<Pending>& pending = pending_[rank];
  const auto same = std::find_if(pending.begin(), pending.end(), [&](const Pending& one) { return one.answer.word == answer.word; });
  Pending& place = same == pending.end() ? pending.emplace_back() : *same;
  place = {answer, asked, due, 0};
}

// The word of a transfer is used again by its core, for a later one, whose number is greater (as far as numbers that wrap can be).
bool AnswerWatch::arrived(const Pending& pending) {
  const auto word = read_as<std::uint32_t>(device_, pending.answer.word);
  if (word == pending.answer.value) return true;
  if (!pending.answer.transfer || (word & EPY_TRANSFER_ASKED) == 0) return false;
  const std::uint32_t ahead = (word & ~std::uint32_t{EPY_TRANSFER_ASKED}) - (pending.asked & ~std::uint32_t{EPY_TRANSFER_ASKED});
  return ahead != 0 && ahead < 1u << 31;
}

std::vector<std::size_t> AnswerWatch::look() {
  std::vector<std::size_t> lost;
  const double now = device_.seconds();
  if (now < next_look_) return lost;
  next_look_ = now + kAnswerPatience / 2;
  for (std::size_t rank = 0; rank < pending_.size(); ++rank) {
    bool given_up = false;
    std::erase_if(pending_[rank], [&](Pending& pending) {
      if (given_up || now < pending.due + kAnswerPatience) return given_up;
      if (arrived(pending)) return true;
      if (pending.again == kAnswersAgain) return given_up = true;
      ++pending.again;
      twice_[rank] = true;
      pending.answer.rung = now;
      pending.answer.cost = {.bytes_written = sizeof pending.answer.value};
      if (log_ != nullptr) {
        log_->noticed(to_cycle(device_, now),
                      "an answer to core " + std::to_string(pending.answer.core) + " has not arrived: it is stored again");
      }
      pending.due = device_.acknowledge(pending.answer);
      return false;
    });
    if (given_up) lost.push_back(rank);
  }
  return lost;
}

void AnswerWatch::reset() {
  for (std::vector<Pending>& pending : pending_) pending.clear();
  twice_.assign(twice_.size(), false);
}

}  // namespace epysim::hostlink
