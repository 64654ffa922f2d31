#pragma once
// Loops that send to other nodes, or load from and store to memory off the chip, on any number of nodes: the least that is needed to
// drive the interconnect in the order of time, without cores.

#include <algorithm>
#include <map>
#include <vector>

#include "sim/mesh/interconnect.h"

namespace epysim::mesh::test {

/// One node that makes `count` accesses, each `turn` cycles after the core could go on from the one before.
struct Loop {
  enum class Kind { Store, Load, Fetch, Send };
  Node from{};
  Kind kind = Kind::Store;
  Node to{};  // of Send
  Address address = 0;
  std::int32_t stride = 8;
  unsigned bytes = 8;
  bool by_dma = false;
  int count = 256;
  Cycle turn = 16;

  Cycle at = 0;                 // of the next access
  bool waiting = false;         // for room, or for data
  std::vector<Cycle> issued{};  // when the core made each access
  std::vector<Cycle> done{};    // when it could go on
  Cycle stored = 0;             // the last store is in memory
};

inline void run(Interconnect& net, std::vector<Loop>& loops) {
  const auto go_on = [](Loop& loop, Cycle at) {
    loop.waiting = false;
    loop.done.push_back(at);
    loop.at = at + loop.turn;
  };
  for (;;) {
    Loop* next = nullptr;
    for (Loop& loop : loops)
      if (!loop.waiting && static_cast<int>(loop.issued.size()) < loop.count && (next == nullptr || loop.at < next->at)) next = &loop;
    const Cycle link = net.next_turn();
    if (next == nullptr && link == kNever) return;
    if (next == nullptr || link <= next->at) {
      for (const Interconnect::Notice& notice : net.advance(link)) {
        Loop& loop = loops[notice.ticket];
        if (notice.kind == Interconnect::Notice::Kind::Room) go_on(loop, notice.at);
        if (notice.kind == Interconnect::Notice::Kind::Read) go_on(loop, notice.returned);
        if (notice.kind == Interconnect::Notice::Kind::Write) loop.stored = notice.at;
      }
      continue;
    }
    Loop& loop = *next;
    const auto ticket = static_cast<Interconnect::Ticket>(next - loops.data());
    loop.issued.push_back(loop.at);
    loop.waiting = true;
    if (loop.kind == Loop::Kind::Send) {
      const Interconnect::Write write = net.write(loop.from, loop.to, loop.bytes, loop.at);
      const bool full = write.accepted == kNever;
      const Cycle accepted = full ? net.hold(loop.from, loop.to, loop.bytes, loop.at, ticket) : write.accepted;
      if (!full) loop.stored = write.arrival;
      if (accepted != kNever) go_on(loop, accepted);
    } else if (loop.kind == Loop::Kind::Store) {
      const Cycle accepted = net.write_off_chip(loop.from, loop.address, loop.bytes, loop.by_dma, loop.at, ticket);
      if (accepted != kNever) go_on(loop, accepted);
    } else if (loop.kind == Loop::Kind::Load) {
      net.read_off_chip(loop.from, loop.address, loop.bytes, loop.by_dma, loop.at, ticket);
    } else {
      net.fetch_off_chip(loop.from, loop.address, loop.at, ticket);
    }
    loop.address += static_cast<Address>(loop.stride);
  }
}

/// The same loop on every node of a 4 x 4 chip, each in memory of its own.
inline std::vector<Loop> everywhere(const Loop& loop) {
  std::vector<Loop> loops;
  for (int core = 0; core < 16; ++core) {
    loops.push_back(loop);
    loops.back().from = {core / 4, core % 4};
    loops.back().address += static_cast<Address>(core) * 65536;
  }
  return loops;
}

}  // namespace epysim::mesh::test
