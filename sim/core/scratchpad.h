#pragma once
// A core's local memory: bytes, and one flag byte per 8-byte line that says what an access to it has to heed. A plain access
// tests the flags once; a line without flags is private data.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "sim/core/types.h"

namespace epysim::core {

class Scratchpad {
 public:
  enum Flag : std::uint8_t {
    kDecoded = 1,    // decoded instructions of this line exist: a store drops them
    kShared = 2,     // another agent reads or writes it: the owner's accesses wait for their turn in time
    kProtected = 4,  // read-only by the memory protection register
    kTransfer = 16,  // the owner's DMA engine is at work on it: as kShared
    kVisited = 8,    // its memory bank serves others, too: the owner's accesses ask for their turn at it
  };
  static constexpr std::uint8_t kOrdered = kShared | kTransfer;
  static constexpr unsigned kLineShift = 3;
  static constexpr std::uint32_t kSlack = 4;  // bytes behind the last that can be loaded, and are zero

  /// `bytes` is a power of two.
  explicit Scratchpad(std::uint32_t bytes) : own_(bytes + kSlack), data_(own_.data()), bytes_(bytes), flags_((bytes >> kLineShift) + 1) {}
  Scratchpad(const Scratchpad&) = delete;
  Scratchpad& operator=(const Scratchpad&) = delete;

  /// Its bytes are to lie in `memory`, which others may see and change, and which has to be kSlack bytes larger. Before any is used.
  void place(std::span<std::byte> memory) {
    data_ = memory.data();
    own_ = {};
  }

  std::uint32_t bytes() const { return bytes_; }
  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }

  /// The address must be inside; up to three bytes past the end read as zero (an instruction word at the last half-word).
  template <typename T>
  T load(Address address) const {
    T value;
    std::memcpy(&value, data_ + address, sizeof value);
    return value;
  }
  template <typename T>
  void store(Address address, T value) {
    std::memcpy(data_ + address, &value, sizeof value);
  }

  /// The low 1, 2, 4 or 8 bytes of `data`.
  void store(Address address, unsigned bytes, std::uint64_t data) {
    std::byte* const to = data_ + address;
    switch (bytes) {
      case 1:
        std::memcpy(to, &data, 1);
        break;
      case 2:
        std::memcpy(to, &data, 2);
        break;
      case 4:
        std::memcpy(to, &data, 4);
        break;
      default:
        std::memcpy(to, &data, 8);
        break;
    }
  }

  const std::uint8_t* flags() const { return flags_.data(); }  // one per line
  std::uint8_t flags(Address address) const { return flags_[address >> kLineShift]; }
  void set(Address address, std::uint8_t flags) { flags_[address >> kLineShift] |= flags; }
  void clear(Address address, std::uint8_t flags) { flags_[address >> kLineShift] &= static_cast<std::uint8_t>(~flags); }

  /// The same for all lines of a range; both ends at lines.
  void set_all(Address from, std::uint32_t bytes, std::uint8_t flags) {
    for (std::uint8_t& line : lines(from, bytes)) line |= flags;
  }
  void clear_all(Address from, std::uint32_t bytes, std::uint8_t flags) {
    for (std::uint8_t& line : lines(from, bytes)) line &= static_cast<std::uint8_t>(~flags);
  }

  /// Zero bytes, no flags.
  void reset() {
    std::fill_n(data_, bytes_, std::byte{0});
    std::fill(flags_.begin(), flags_.end(), std::uint8_t{0});
  }

 private:
  std::span<std::uint8_t> lines(Address from, std::uint32_t bytes) {
    return std::span(flags_).subspan(from >> kLineShift, bytes >> kLineShift);
  }
  std::vector<std::byte> own_;
  std::byte* data_;
  std::uint32_t bytes_;
  std::vector<std::uint8_t> flags_;
};

}  // namespace epysim::core
