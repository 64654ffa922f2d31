#pragma once
// Bytes of bulk data: what a frame carries, and where it then stays.
//
// It grows without being filled first, and large ones without being copied (the system moves the pages), so data can be received where
// they are to be, at the pace at which they come. Data that stay where they are for as long as a frame needs them can be lent to it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

namespace epysim::hostlink {

class Block {
 public:
  Block() = default;
  explicit Block(std::span<const std::byte> bytes) { append(bytes); }
  /// With somebody else's bytes, to be read only, until it is to have more; they outlive it. Copies of it have their own.
  static Block lent(std::span<const std::byte> bytes);
  Block(const Block& other) : Block(std::span<const std::byte>(other)) {}
  Block(Block&& other) noexcept;
  Block& operator=(Block other) noexcept;
  ~Block() = default;

  std::byte* data() { return bytes_.get(); }
  const std::byte* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::byte* begin() { return data(); }
  std::byte* end() { return data() + size_; }
  const std::byte* begin() const { return data(); }
  const std::byte* end() const { return data() + size_; }

  void append(std::span<const std::byte> bytes);
  /// So many more bytes at the end; they have no value yet.
  std::span<std::byte> extend(std::size_t bytes);

  /// What there is room for behind the end.
  std::span<std::byte> spare() { return {data() + size_, capacity_ - size_}; }
  /// Room for so many bytes in all, or more. Throws std::bad_alloc.
  void reserve(std::size_t bytes);
  /// So many bytes of spare() have a value now.
  void take(std::size_t bytes) { size_ += bytes; }
  /// The first so many bytes go, those behind them move up.
  void drop_front(std::size_t bytes);

  friend bool operator==(const Block& a, const Block& b);

 private:
  struct Free {
    Free() : lent(false) {}
    explicit Free(bool is_lent) : lent(is_lent) {}
    bool lent;
    void operator()(std::byte* bytes) const {
      if (!lent) std::free(bytes);
    }
  };
  std::unique_ptr<std::byte, Free> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace epysim::hostlink
