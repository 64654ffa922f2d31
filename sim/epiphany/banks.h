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
  /// What was used within so many cycles is likely to be used again.
  static constexpr Cycle kLately = 1024;

  explicit Banks(std::uint32_t local_bytes) : shift_(static_cast<unsigned>(std::countr_zero(local_bytes / kCount))), bytes_(local_bytes) {}

  // -- mesh
  /// An access through the mesh that gets there at `at`; returns the cycle in which it has the bank.
  Cycle reserve(Address address, Cycle at) {
    const unsigned bank = bank_of(address);
    const Cycle cycle = mesh_[bank].reserve(at);
    last_mesh_[bank] = std::max(last_mesh_[bank], cycle);
    busy_until_[bank] = last_mesh_[bank] + kLately;
    return cycle;
  }
  /// Whether the mesh has used a bank lately, or is on its way there.
  bool busy(unsigned bank, Cycle now) const { return now < busy_until_[bank]; }
  /// When the mesh has used any bank last, or will.
  Cycle last_mesh() const { return *std::max_element(last_mesh_.begin(), last_mesh_.end()); }
  /// Whether it has lately, or will, use the bank of `pc`, local or not, or of one in which the core has loaded or stored lately.
  bool meets_mesh(Address pc, Cycle now) const { return now < meets_until_ || (pc < bytes_ && busy(bank_of(pc), now)); }

  // -- the core's data
  /// A load or store of local memory that issues in cycle `at`; returns how many cycles it has to wait.
  Cycle access(Address address, Cycle at) {
    const unsigned bank = bank_of(address);
    Cycle got = at;
    if (busy(bank, at)) [[unlikely]] {
      meets_until_ = at + kLately;
      got = after_mesh(bank, at);
    }
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
  /// Whether a load or store of local memory that issues in cycle `at` gets its bank at once; otherwise access() is to follow.
  bool at_once(Address address, Cycle at) {
    const unsigned bank = bank_of(address);
    if (mesh_[bank].taken(at)) return false;
    if (busy(bank, at)) meets_until_ = at + kLately;
    return true;
  }
  /// Whether the mesh has the bank of `pc`, local or not, in one of the cycles from `from` up to, but not including, `end`.
  bool visited(Address pc, Cycle from, Cycle end) const {
    const unsigned bank = bank_of(pc);
    return from <= last_mesh_[bank] && pc < bytes_ && mesh_[bank].any_taken(from, std::min(end, last_mesh_[bank] + 1));
  }
  /// Since when the present line is it.
  Cycle line_since() const { return line_since_; }
  /// From `now` on, and since the present line is the present one, the mesh does not take the bank of `pc`, as far as is known.
  bool undisturbed(Address pc, Cycle now) const { return pc >= bytes_ || std::min(now, line_since_) > last_mesh_[bank_of(pc)]; }
  /// The bank of an address in local memory, and where that begins.
  unsigned bank_of(Address address) const { return address >> shift_ & (kCount - 1); }
  std::uint32_t bank_bytes() const { return std::uint32_t{1} << shift_; }
  /// Whether the present line is one only from `now` on, as after a jump.
  bool line_begins(Cycle now) const { return program_ == kCount || (line_since_ == now && data_ == 0); }
  /// Whether the line after the present one has come by cycle `now`, when the core's bank accesses since have been so many more than are
  /// noted.
  bool fetched(Cycle now, Cycle more = 0) const {
    const Cycle passed = now - line_since_;
    const Cycle data = data_ + more;
    if (program_ == kCount || line_since_ > last_mesh_[program_]) [[likely]]
      return data == 0 || data < passed;
    if (passed == 0) return true;
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
  unsigned program_ = kCount;  // bank of the present line; kCount: not in local memory
  Cycle line_since_ = 0;
  Cycle data_ = 0;  // accesses of the core to that bank since then
  bool watched_ = false;
  std::array<Cycle, kCount> last_mesh_{};  // until when the mesh has each
  std::array<Cycle, kCount> busy_until_{};
  Cycle meets_until_ = 0;
  std::array<mesh::Calendar, kCount> mesh_;
  std::array<mesh::Calendar, kCount> core_;  // what the core had, while watched
};

}  // namespace epysim::epiphany
