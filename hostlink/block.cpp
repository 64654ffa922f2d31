#include "hostlink/block.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace epysim::hostlink {
namespace {

constexpr std::uintptr_t kLargePage = 2u << 20;

/// Memory that is about to be filled: where the system has large pages for those who ask, one takes the place of 512 page faults.
void prefer_large_pages(std::span<std::byte> bytes) {
  const std::size_t before = -reinterpret_cast<std::uintptr_t>(bytes.data()) % kLargePage;  // bytes to the first whole page
  if (bytes.size() < before + kLargePage) return;
  const std::size_t whole = (bytes.size() - before) / kLargePage * kLargePage;
  ::madvise(bytes.data() + before, whole, MADV_HUGEPAGE);  // refused where there are none
}

}  // namespace

Block Block::lent(std::span<const std::byte> bytes) {
  Block block;
  block.bytes_ = {const_cast<std::byte*>(bytes.data()), Free{true}};
  block.size_ = block.capacity_ = bytes.size();
  return block;
}

Block::Block(Block&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)), capacity_(std::exchange(other.capacity_, 0)) {}

Block& Block::operator=(Block other) noexcept {
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
  return *this;
}

void Block::append(std::span<const std::byte> bytes) {
  if (!bytes.empty()) std::memcpy(extend(bytes.size()).data(), bytes.data(), bytes.size());
}

std::span<std::byte> Block::extend(std::size_t bytes) {
  if (size_ + bytes > capacity_) reserve(std::max(size_ + bytes, 2 * size_));
  const std::span<std::byte> more = spare().first(bytes);
  size_ += bytes;
  return more;
}

void Block::reserve(std::size_t bytes) {
  if (bytes <= capacity_) return;
  const bool lent = bytes_.get_deleter().lent;
  void* const larger = std::realloc(lent ? nullptr : bytes_.get(), bytes);
  if (larger == nullptr) throw std::bad_alloc();
  if (lent && size_ > 0) std::memcpy(larger, bytes_.get(), size_);
  static_cast<void>(bytes_.release());  // realloc has let go of it, or it is not ours
  bytes_ = {static_cast<std::byte*>(larger), Free{}};
  capacity_ = bytes;
  prefer_large_pages(spare());
}

void Block::drop_front(std::size_t bytes) {
  size_ -= bytes;
  if (bytes_.get_deleter().lent) {
    bytes_ = {bytes_.release() + bytes, Free{true}};
    capacity_ = size_;
  } else if (size_ > 0) {
    std::memmove(data(), data() + bytes, size_);
  }
}

bool operator==(const Block& a, const Block& b) {
  return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data(), b.data(), a.size_) == 0);
}

}  // namespace epysim::hostlink
