#pragma once
// What engines that execute blocks of decoded instructions share, whatever the instruction set: finding the blocks that begin at a place,
// dropping those whose code has changed, and stopping in the midst of one.
//
// A Block has `key`, which says what blocks that begin at one place differ by; `offset` and `bytes`, the code that it was made of; `live`,
// whether (or for which cores) its steps are those of the code as it is; and `next`. Its steps are executed one by one, each through its
// own `go`: the address of a label inside the engine.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "sim/core/types.h"

namespace epysim::core {

/// The blocks of a run of code, found by where they start: at a multiple of 1 << kShift bytes. Made when the first is asked for.
template <typename Block, unsigned kShift>
class BlockTable {
 public:
  using Key = decltype(Block::key);

  explicit BlockTable(std::uint32_t code_bytes) : code_bytes_(code_bytes) {}

  /// What is known of code at `offset` bytes.
  struct Place {
    Block* first = nullptr;   // of the blocks that start there
    Block* jumped = nullptr;  // the one to which the last jump led
    std::uint8_t visits = 0;

    /// Whether it is worth to make a block: asked that often.
    bool warm(unsigned enough) { return visits >= enough || ++visits >= enough; }
  };
  Place& at(std::uint32_t offset) {
    // The system hands out zeroed pages on first touch, so that only code in use costs memory.
    if (!places_) [[unlikely]] {
      places_.reset(static_cast<Place*>(std::calloc(code_bytes_ >> kShift, sizeof(Place))));
      if (!places_) throw std::bad_alloc();
    }
    return places_.get()[offset >> kShift];
  }
  /// The block of this key at `offset`, dead when it is new; nullptr when there are too many that differ by their key.
  Block* find(std::uint32_t offset, const Key& key) {
    Place& place = at(offset);
    unsigned count = 0;
    for (Block* block = place.first; block != nullptr; block = block->next, ++count) {
      if (block->key == key) return block;
    }
    if (count == kMostKeys) return nullptr;
    Block& block = *blocks_.emplace_back(std::make_unique<Block>());
    block.key = key;
    block.offset = offset;
    block.next = std::exchange(place.first, &block);
    return &block;
  }
  /// An instruction with a byte in [first, last] has changed. Blocks stay where they are, so that others may keep pointing at them.
  void drop(std::uint32_t first, std::uint32_t last) {
    for (const std::unique_ptr<Block>& block : blocks_) {
      if (block->offset <= last && block->offset + block->bytes > first) block->live = {};
    }
  }
  void drop_all() {
    for (const std::unique_ptr<Block>& block : blocks_) block->live = {};
  }
  template <typename Function>
  void for_each(const Function& function) {
    for (const std::unique_ptr<Block>& block : blocks_) function(*block);
  }

 private:
  static constexpr unsigned kMostKeys = 64;

  struct Free {
    void operator()(Place* places) const { std::free(places); }
  };
  std::uint32_t code_bytes_;
  std::unique_ptr<Place, Free> places_;
  std::vector<std::unique_ptr<Block>> blocks_;
};

/// A step that is not what it is in its block, for as long as something cuts that short.
template <typename Step>
class PlantedStep {
 public:
  void plant(Step& at, const void* instead) {
    step_ = &at;
    go_ = at.go;
    at.go = instead;
  }
  void clear() {
    if (step_ != nullptr) step_->go = go_;
    step_ = nullptr;
  }

 private:
  Step* step_ = nullptr;
  const void* go_ = nullptr;
};

}  // namespace epysim::core
