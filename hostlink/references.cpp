#include "hostlink/references.h"

#include <algorithm>
#include <string>
#include <utility>

#include "hostlink/memory.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr std::uint32_t kSlotBits = 20;
constexpr std::uint32_t kSlotMask = (1u << kSlotBits) - 1;
constexpr std::uint32_t kGenerationMask = (1u << (32 - kSlotBits)) - 1;
constexpr std::uint32_t kMostElements = 64u << 20;
constexpr std::uint32_t kAlignment = 8;  // so that cores may use double-word loads

void fill_zero(std::span<std::byte> bytes) { std::fill(bytes.begin(), bytes.end(), std::byte{0}); }

std::string name_of(std::uint32_t id) { return "buffer " + std::to_string(id); }

}  // namespace

const char* kind_name(Kind kind) { return kind == Kind::Host ? "host" : kind == Kind::Shared ? "shared" : "client"; }

void References::take(const BufferSpec& spec, Block words) {
  if (!words.empty() && words.size() != std::size_t{spec.count} * 4) {
    throw UsageError(name_of(spec.id) + " has " + std::to_string(spec.count) + " elements, but data for " +
                     std::to_string(words.size() / 4));
  }
  if (spec.count > kMostElements)
    throw UsageError(name_of(spec.id) + " is too large: at most " + std::to_string(kMostElements) + " elements");
  const auto old = buffers_.find(spec.id);
  if (old != buffers_.end() && (old->second.spec.kind != spec.kind || old->second.spec.count != spec.count)) remove(spec.id);

  const bool fresh = !buffers_.contains(spec.id);
  if (fresh) {
    Buffer buffer;
    if (spec.kind == Kind::Host) {
      if (words.empty()) fill_zero(buffer.data.extend(std::size_t{spec.count} * 4));
    } else if (spec.kind == Kind::Shared) {
      buffer.range = allocate(spec.count * 4);
      fill_zero(device_, buffer.range.begin, std::size_t{spec.count} * 4);
    }
    // The first free slot; its generation tells it from whoever had it before.
    std::uint32_t slot = 1;
    while (by_slot_.contains(slot)) ++slot;
    if (slot > kSlotMask) throw UsageError("too many buffers at once");
    if (slot == generation_.size()) generation_.push_back(0);
    buffer.reference = (generation_[slot] & kGenerationMask) << kSlotBits | slot;
    by_slot_[slot] = spec.id;
    buffers_[spec.id] = std::move(buffer);
  }
  Buffer& buffer = buffers_[spec.id];
  buffer.spec = spec;
  if (words.empty()) return;
  if (spec.kind == Kind::Client) throw UsageError(name_of(spec.id) + " is the client's own, and is not sent");
  if (spec.kind == Kind::Host) {
    buffer.data = std::move(words);
    buffer.dirty_begin = buffer.dirty_end = 0;
  } else {
    device_.write(buffer.range.begin, words);
  }
}

void References::remove(std::uint32_t id) {
  const Buffer& buffer = known(id);
  if (buffer.spec.kind == Kind::Shared) release(buffer.range);
  const std::uint32_t slot = buffer.reference & kSlotMask;
  ++generation_[slot];
  by_slot_.erase(slot);
  buffers_.erase(id);
}

const References::Buffer& References::known(std::uint32_t id) const {
  const auto found = buffers_.find(id);
  if (found == buffers_.end()) throw UsageError("there is no " + name_of(id));
  return found->second;
}

const BufferSpec& References::spec(std::uint32_t id) const { return known(id).spec; }

std::vector<std::uint32_t> References::contents(std::uint32_t id) {
  std::vector<std::uint32_t> words(spec(id).count);
  read(id, words);
  return words;
}

void References::read(std::uint32_t id, std::span<std::uint32_t> words) {
  const Buffer& buffer = known(id);
  if (buffer.spec.kind == Kind::Host) {
    std::copy_n(buffer.words().begin(), words.size(), words.begin());
  } else if (buffer.spec.kind == Kind::Shared) {
    device_.read(buffer.range.begin, std::as_writable_bytes(words));
  } else if (!client_.load(id, 0, words, -1)) {
    throw ProgramError(name_of(id) + " could not be read: its own code has raised an exception");
  }
}

epy_external References::external(std::uint32_t id) const {
  const Buffer& buffer = known(id);
  epy_external external{};
  external.reference = buffer.reference;
  external.length = buffer.spec.count;
  external.home = buffer.spec.kind == Kind::Shared ? buffer.range.begin : 0;
  external.element_tag = buffer.spec.element_tag;
  external.read_only = buffer.spec.is_mutable ? 0 : 1;
  return external;
}

References::Buffer* References::find(std::uint32_t reference) {
  const auto slot = by_slot_.find(reference & kSlotMask);
  if (slot == by_slot_.end()) return nullptr;
  Buffer& buffer = buffers_.at(slot->second);
  return buffer.reference == reference ? &buffer : nullptr;
}

std::optional<std::uint32_t> References::id_of(std::uint32_t reference) const {
  const Buffer* buffer = const_cast<References*>(this)->find(reference);
  if (buffer == nullptr) return std::nullopt;
  return buffer->spec.id;
}

std::optional<ErrorCode> References::check(const Buffer* buffer, std::uint32_t first, std::size_t count) const {
  if (buffer == nullptr) return ErrorCode::REFERENCE;
  if (first > buffer->spec.count || count > buffer->spec.count - first) return ErrorCode::INDEX_RANGE;
  return std::nullopt;
}

std::optional<ErrorCode> References::load(std::uint32_t reference, std::uint32_t first, std::span<std::uint32_t> words, int core) {
  const Buffer* buffer = find(reference);
  if (const auto error = check(buffer, first, words.size())) return error;
  if (buffer->spec.kind == Kind::Client) {
    if (!client_.load(buffer->spec.id, first, words, core)) return ErrorCode::KIND;
  } else if (buffer->spec.kind == Kind::Host) {
    std::copy_n(buffer->words().begin() + first, words.size(), words.begin());
  } else {
    device_.read(buffer->range.begin + first * 4, std::as_writable_bytes(words));
  }
  return std::nullopt;
}

std::optional<ErrorCode> References::store(std::uint32_t reference, std::uint32_t first, std::span<const std::uint32_t> words, int core) {
  Buffer* buffer = find(reference);
  if (const auto error = check(buffer, first, words.size())) return error;
  if (!buffer->spec.is_mutable) return ErrorCode::READ_ONLY;
  if (words.empty()) return std::nullopt;
  if (buffer->spec.kind == Kind::Client) {
    if (!client_.store(buffer->spec.id, first, words, core)) return ErrorCode::KIND;
    return std::nullopt;
  }
  if (buffer->spec.kind == Kind::Shared) {
    device_.write(buffer->range.begin + first * 4, std::as_bytes(words));
    return std::nullopt;
  }
  std::copy(words.begin(), words.end(), buffer->words().begin() + first);
  const auto end = first + static_cast<std::uint32_t>(words.size());
  const bool clean = buffer->dirty_begin == buffer->dirty_end;
  buffer->dirty_begin = clean ? first : std::min(buffer->dirty_begin, first);
  buffer->dirty_end = clean ? end : std::max(buffer->dirty_end, end);
  return std::nullopt;
}

std::vector<Update> References::take_updates() {
  std::vector<Update> updates;
  for (auto& [id, buffer] : buffers_) {
    if (buffer.dirty_begin == buffer.dirty_end) continue;
    updates.push_back({id, buffer.spec.element_tag, buffer.dirty_begin,
                       buffer.words().subspan(buffer.dirty_begin, buffer.dirty_end - buffer.dirty_begin)});
    buffer.dirty_begin = buffer.dirty_end = 0;
  }
  return updates;
}

// First fit over the free ranges; neighbours are joined on release.
Range References::allocate(std::uint32_t bytes) {
  const std::uint32_t size = std::max((bytes + kAlignment - 1) / kAlignment * kAlignment, kAlignment);
  for (auto range = free_.begin(); range != free_.end(); ++range) {
    if (range->bytes < size) continue;
    const Range taken{range->begin, size};
    range->begin += size;
    range->bytes -= size;
    if (range->bytes == 0) free_.erase(range);
    return taken;
  }
  std::uint32_t largest = 0;
  for (const Range& range : free_) largest = std::max(largest, range.bytes);
  throw UsageError("out of shared memory: a buffer of " + std::to_string(bytes) + " bytes is too large, at most " +
                   std::to_string(largest) + " are free in one piece; keep it on the host (kind Host), or release others");
}

void References::release(Range range) {
  if (range.bytes == 0) return;
  free_.push_back(range);
  std::sort(free_.begin(), free_.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  std::vector<Range> joined;
  for (const Range& next : free_) {
    if (!joined.empty() && joined.back().begin + joined.back().bytes == next.begin) {
      joined.back().bytes += next.bytes;
    } else {
      joined.push_back(next);
    }
  }
  free_ = std::move(joined);
}

}  // namespace epysim::hostlink
