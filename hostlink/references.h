#pragma once
// Data that kernels use by reference: which buffer a reference means, where it lives, what kernels have changed.
//
// A core sees a 32-bit reference: the upper 12 bits count how often the slot has been reused, the lower 20 are the slot (never 0).
// So a reference to a buffer that is gone is recognised and fails as ReferenceError instead of reading someone else's data.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "hostlink/block.h"
#include "hostlink/device.h"
#include "hostlink/device_format.h"
#include "hostlink/error_codes.h"
#include "hostlink/placement.h"
#include "hostlink/values.h"

namespace epysim::hostlink {

enum class Kind {
  Host,    // with the host; cores fetch what they touch
  Shared,  // in shared memory; cores load and store directly
  Client   // with the client, who is asked for every transfer
};

/// "host", "shared", "client", as clients call them.
const char* kind_name(Kind kind);

/// What a client says about one of its buffers. Elements are 4 bytes.
struct BufferSpec {
  std::uint32_t id = 0;  // the client's name for it
  std::uint8_t element_tag = EPY_INT;
  Kind kind = Kind::Host;
  std::uint32_t count = 0;
  bool is_mutable = true;
};

/// How a client is asked for its own data, and told of stores to them; false when it could not. Simulated time stands still meanwhile.
struct ClientData {
  std::function<bool(std::uint32_t id, std::uint32_t first, std::span<std::uint32_t> words, int core)> load;
  std::function<bool(std::uint32_t id, std::uint32_t first, std::span<const std::uint32_t> words, int core)> store;
};

/// Elements of a host buffer that kernels have stored to.
struct Update {
  std::uint32_t id = 0;
  std::uint8_t element_tag = EPY_INT;
  std::uint32_t first = 0;
  std::span<const std::uint32_t> words;
};

class References {
 public:
  /// `free` is the shared memory that Kind::Shared buffers may use.
  References(Device& device, std::vector<Range> free, ClientData client = {})
      : device_(device), free_(std::move(free)), client_(std::move(client)) {}

  /// Registers a buffer, or replaces the description of a known one; with empty `words` a new one is zero and a known one of
  /// the same kind and count keeps its contents. Throws UsageError (wrong size, out of shared memory).
  void put(const BufferSpec& spec, std::span<const std::uint32_t> words) { take(spec, Block(std::as_bytes(words))); }
  /// The same, with words that need not be copied.
  void take(const BufferSpec& spec, Block words);
  /// Throws UsageError for an unknown id.
  void remove(std::uint32_t id);
  bool knows(std::uint32_t id) const { return buffers_.contains(id); }
  const BufferSpec& spec(std::uint32_t id) const;
  std::vector<std::uint32_t> contents(std::uint32_t id);
  /// The same, to where they are to be: as many as the buffer has.
  void read(std::uint32_t id, std::span<std::uint32_t> words);
  /// What a core is told of it; `home` is 0 unless the core reaches it itself.
  epy_external external(std::uint32_t id) const;
  /// The client's id behind a core's reference; nothing when it is stale.
  std::optional<std::uint32_t> id_of(std::uint32_t reference) const;

  /// Transfers for a core; empty = done.
  std::optional<ErrorCode> load(std::uint32_t reference, std::uint32_t first, std::span<std::uint32_t> words, int core = -1);
  std::optional<ErrorCode> store(std::uint32_t reference, std::uint32_t first, std::span<const std::uint32_t> words, int core = -1);

  /// What cores have stored into host buffers since the last call, in ascending id. Valid until the next call of anything here.
  std::vector<Update> take_updates();

 private:
  struct Buffer {
    BufferSpec spec;
    std::uint32_t reference = 0;
    Block data;   // Kind::Host
    Range range;  // Kind::Shared
    std::uint32_t dirty_begin = 0, dirty_end = 0;

    std::span<const std::uint32_t> words() const { return {reinterpret_cast<const std::uint32_t*>(data.data()), data.size() / 4}; }
    std::span<std::uint32_t> words() { return {reinterpret_cast<std::uint32_t*>(data.data()), data.size() / 4}; }
  };
  Buffer* find(std::uint32_t reference);
  const Buffer& known(std::uint32_t id) const;
  std::optional<ErrorCode> check(const Buffer* buffer, std::uint32_t first, std::size_t count) const;
  Range allocate(std::uint32_t bytes);
  void release(Range range);

  Device& device_;
  std::vector<Range> free_;
  ClientData client_;
  std::map<std::uint32_t, Buffer> buffers_;         // by the client's id
  std::map<std::uint32_t, std::uint32_t> by_slot_;  // slot -> client's id
  std::vector<std::uint32_t> generation_{0};        // per slot; slot 0 is never used
};

}  // namespace epysim::hostlink
