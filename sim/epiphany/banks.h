#pragma once
// Who has which bank of a core's local memory, cycle by cycle. Four banks, each serves one access of up to 8 bytes per cycle; first comes
// the mesh, then the core's loads and stores, then program fetch, then DMA ("Epiphany Architecture Reference", arbitration table).
//
//   mesh   an access holds its bank in the first cycle at or after its arrival that no other mesh access has
//   data   a load or store whose bank the mesh has waits, and everything behind it
//   fetch  the buffer holds the present line of 8 bytes and the next. A line is the present one from the cycle in which its first
//   instruction
//          could issue; the next is fetched in the first cycle from there that neither mesh nor data take in the program's bank. An
//          instruction that comes before its line waits
//   DMA    takes only cycles that nobody else had: ask about a cycle once the core is past it
//
// So a fetch conflict costs nothing while some cycle of a line is free, and the engine only has to count: the line is late when as many
// accesses went to the program's bank as cycles have passed. Buffer size and prefetching are our assumption; the manual gives the
// priorities.
// Ignored: who wins among mesh accesses (here: who asks first), conflicts of the fetch of a branch target, and mesh accesses that become
// known when the core has run past them.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "sim/core/types.h"
#include "sim/mesh/calendar.h"

namespace epysim::epiphany {

class Banks {
 public:
  static constexpr unsigned kCount = 4;
  static constexpr unsigned kLineShift = 3;

  explicit Banks(std::uint32_t local_bytes) : shift_(static_cast<unsigned>(std::countr_zero(local_bytes / kCount))), bytes_(local_bytes) {}

  // -- mesh
  /// An access through the mesh that gets there at `at`; returns the cycle in which it has the bank.
  Cycle reserve(Address address, Cycle at) {
    const Cycle cycle = mesh_[bank_of(address)].reserve(at, 1).first;
    last_mesh_ = std::max(last_mesh_, cycle);
    return cycle;
  }
  /// From this cycle on the mesh holds nothing yet.
  Cycle quiet_from() const { return last_mesh_ + 1; }

  // -- the core's data
  /// A load or store of local memory that issues in cycle `at`; returns how many cycles it has to wait.
  Cycle access(Address address, Cycle at) {
    const unsigned bank = bank_of(address);
    Cycle got = at;
    if (at <= last_mesh_) [[unlikely]]
      got = after_mesh(bank, at);
    if (bank == program_) ++data_;
    if (watched_) [[unlikely]]
      core_[bank].reserve(got, 1);
    return got - at;
  }

  // -- the core's program
  /// It goes on at `pc`, local or not, where the first instruction can issue in cycle `now`.
  void jump(Address pc, Cycle now) {
    if (watched_ && program_ < kCount && now > line_since_) [[unlikely]]
      core_[program_].reserve(fetch_cycle(), 1);
    program_ = pc < bytes_ ? bank_of(pc) : kCount;
    line_since_ = now;
    data_ = 0;
  }
  /// The next instruction, at `pc` in local memory, is the first that needs its last byte's line; it could issue in cycle `now`. Returns
  /// how many cycles it has to wait.
  Cycle next_line(Address pc, Cycle now) {
    Cycle wait = 0;
    if (!fetched(now)) [[unlikely]]
      wait = after_mesh(program_, now) + 1 - now;
    jump(pc, now + wait);
    return wait;
  }

  // -- for an engine that knows a run of instructions beforehand
  /// Whether the mesh has the bank of an address in local memory in cycle `at`.
  bool visited(Address address, Cycle at) const { return mesh_[bank_of(address)].taken(at); }
  /// Whether it has that of `pc`, local or not, in one of the cycles from `from` up to, but not including, `end`.
  bool visited(Address pc, Cycle from, Cycle end) const {
    return from <= last_mesh_ && pc < bytes_ && mesh_[bank_of(pc)].any_taken(from, std::min(end, last_mesh_ + 1));
  }
  /// Since when the present line is it.
  Cycle line_since() const { return line_since_; }
  /// From `now` on, and since the present line is the present one, only the core takes banks, as far as is known.
  bool undisturbed(Cycle now) const { return now > last_mesh_ && (line_since_ > last_mesh_ || program_ == kCount); }
  /// Whether the present line is one only from `now` on, as after a jump.
  bool line_begins(Cycle now) const { return program_ == kCount || (line_since_ == now && data_ == 0); }
  /// Whether the line after the present one has come by cycle `now`, when the core's bank accesses since have been so many more than are
  /// noted.
  bool fetched(Cycle now, Cycle more = 0) const {
    const Cycle passed = now - line_since_;
    const Cycle data = data_ + more;
    if (line_since_ > last_mesh_) [[likely]]
      return data == 0 || data < passed;
    if (passed == 0 || program_ == kCount) return true;
    Cycle left = data;  // cycles without mesh that the core's data took
    for (Cycle at = line_since_; at < now; ++at) {
      if (!mesh_[program_].taken(at) && left-- == 0) return true;
    }
    return false;
  }
  /// Accesses of the core to the program's bank in the present line.
  Cycle data() const { return data_; }
  void set_data(Cycle data) { data_ = data; }
  /// The present line holds `pc` and is it since `since`; `data` accesses have gone to its bank.
  void continue_line(Address pc, Cycle since, Cycle data) {
    program_ = pc < bytes_ ? bank_of(pc) : kCount;
    line_since_ = since;
    data_ = data;
  }
  /// Whether two addresses are in one bank of local memory, or both somewhere else.
  bool same_bank(Address a, Address b) const { return a >> shift_ == b >> shift_ || (a >= bytes_ && b >= bytes_); }

  // -- DMA
  /// Remembers the core's accesses from now on, for taken().
  void watch(bool on) { watched_ = on; }
  bool watched() const { return watched_; }
  /// Whether somebody more urgent than DMA had the bank of `address` in cycle `at`, which the core has passed.
  bool taken(Address address, Cycle at) const {
    const unsigned bank = bank_of(address);
    return mesh_[bank].taken(at) || core_[bank].taken(at) || (bank == program_ && at == fetch_cycle());
  }

 private:
  unsigned bank_of(Address address) const { return address >> shift_ & (kCount - 1); }
  Cycle after_mesh(unsigned bank, Cycle at) const {
    while (mesh_[bank].taken(at)) ++at;
    return at;
  }
  /// When the line after the present one is fetched, as far as is known (only while watched).
  Cycle fetch_cycle() const {
    Cycle at = line_since_;
    while (mesh_[program_].taken(at) || core_[program_].taken(at)) ++at;
    return at;
  }

  unsigned shift_;
  std::uint32_t bytes_;
  Cycle last_mesh_ = 0;
  unsigned program_ = kCount;  // bank of the present line; kCount: not in local memory
  Cycle line_since_ = 0;
  Cycle data_ = 0;  // accesses of the core to that bank since then
  bool watched_ = false;
  std::array<mesh::Calendar, kCount> mesh_;
  std::array<mesh::Calendar, kCount> core_;  // what the core had, while watched
};

}  // namespace epysim::epiphany
