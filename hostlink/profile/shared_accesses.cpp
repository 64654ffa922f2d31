#include "hostlink/profile/shared_accesses.h"

#include <iterator>
#include <nlohmann/json.hpp>

namespace epysim::hostlink {
namespace {

constexpr const char* kWhats[] = {"requests to the host", "byte code", "stack", "heap", "cells", "messages", "variables", "other"};

}  // namespace

void SharedAccesses::load(const Layout& layout, std::uint32_t image_bytes) {
  std::erase_if(pieces_, [](const auto& piece) { return piece.second.what != Variables; });
  put(layout.control, sizeof(epy_control), Control);
  put(layout.image, image_bytes, ByteCode);
  for (std::size_t rank = 0; rank < layout.board_cores; ++rank) {
    const epy_core_layout& core = layout.core[rank];
    put(core.shared_stack, core.shared_stack_bytes, Stack);
    put(core.shared_heap, core.shared_heap_bytes, Heap);
    put(core.channel, sizeof(epy_channel), Cells);
    if (core.partner_mailbox == core.mailbox)
      put(core.mailbox, static_cast<std::uint32_t>(sizeof(epy_mailbox) + layout.cores.size() * sizeof(epy_slot)), Messages);
  }
}

void SharedAccesses::put(Address begin, std::uint32_t bytes, What what) {
  if (bytes != 0) pieces_[begin] = {std::uint64_t{begin} + bytes, what, 0};
}

void SharedAccesses::place(Range range, std::size_t variable) {
  if (range.bytes == 0) return;
  const std::uint64_t end = std::uint64_t{range.begin} + range.bytes;
  std::erase_if(pieces_,
                [&](const auto& piece) { return piece.first < end && piece.second.end > range.begin && piece.second.what == Variables; });
  pieces_[range.begin] = {end, Variables, variable};
}

std::optional<std::size_t> SharedAccesses::accessed(Address address, std::size_t bytes, bool stores) {
  const auto after = pieces_.upper_bound(address);
  const Piece* const piece = after == pieces_.begin() || address >= std::prev(after)->second.end ? nullptr : &std::prev(after)->second;
  Count& count = counts_[piece == nullptr ? Other : piece->what];
  ++(stores ? count.stores : count.loads);
  (stores ? count.bytes_stored : count.bytes_loaded) += bytes;
  if (piece == nullptr || piece->what != Variables) return std::nullopt;
  return piece->variable;
}

nlohmann::ordered_json SharedAccesses::list() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (std::size_t what = 0; what < Whats; ++what) {
    const Count& count = counts_[what];
    if (count.loads + count.stores == 0) continue;
    list.push_back({{"what", kWhats[what]},
                    {"loads", count.loads},
                    {"bytes_loaded", count.bytes_loaded},
                    {"stores", count.stores},
                    {"bytes_stored", count.bytes_stored}});
  }
  return list;
}

}  // namespace epysim::hostlink
