#pragma once
// Frames of the link (docs/protocol.md): how they are written, and read from a stream that is not trusted.

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "hostlink/block.h"

namespace epysim::hostlink {

inline constexpr std::uint32_t kFrameMagic = 0x4b4c5045;  // "EPLK"
inline constexpr std::uint16_t kProtocolVersion = 1;
inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::uint32_t kMaxJsonBytes = 16u << 20;
inline constexpr std::uint32_t kMaxBinaryBytes = 256u << 20;

enum class FrameType : std::uint16_t {
  Hello = 1,
  Open = 2,
  Program = 3,
  Launch = 4,
  Wait = 5,
  Test = 6,
  Data = 7,
  Fetch = 8,
  Forget = 9,
  HostTime = 10,
  Stats = 11,
  Close = 12,
  Message = 13,
  Supply = 14,
  Output = 0x4001,
  Notice = 0x4002,
  Ask = 0x4004,
  Heartbeat = 0x4003,
  Checksum = 0x4005,
  Reply = 0x8000,  // added to a request's type
  Error = 0x80ff
};

inline FrameType reply_to(FrameType request) {
  return static_cast<FrameType>(static_cast<unsigned>(request) + static_cast<unsigned>(FrameType::Reply));
}

struct Frame {
  FrameType type = FrameType::Hello;
  std::uint32_t request = 0;
  nlohmann::json body = nlohmann::json::object();
  Block binary;
};

/// The stream is damaged: nothing that follows can be understood.
class FrameError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A frame but for its binary data, which follow. Throws FrameError when a part is larger than a frame may be.
std::vector<std::byte> encode_head(const Frame& frame);
/// All of it.
std::vector<std::byte> encode(const Frame& frame);

/// The largest frame.
inline constexpr std::size_t kMaxFrameBytes = kHeaderBytes + kMaxJsonBytes + kMaxBinaryBytes;

/// Puts frames together from a stream that comes in pieces of any size: binary data are received where they stay. A header that is allowed
/// reserves addresses for its data, and memory is taken as they come.
class FrameReader {
 public:
  /// Of frames that are still to come; one that is larger is an error as soon as its header is there.
  void limit(std::size_t bytes) { limit_ = bytes; }

  /// Where the next bytes of the stream belong, at least 1 and at most `most`; valid until the next call of room(), append() or next().
  std::span<std::byte> room(std::size_t most = kPiece);
  /// So many bytes have come there.
  void arrived(std::size_t bytes);
  /// The same, for bytes that are somewhere already.
  void append(std::span<const std::byte> piece);
  /// The next complete frame. Throws FrameError (wrong magic, version, type, length, not a JSON object); the header is checked as soon
  /// as it is there, the text as soon as that is.
  std::optional<Frame> next();
  /// Bytes of what is not a complete frame yet.
  std::size_t pending() const { return head_bytes_ + frame_.binary.size() + stream_.size() - begin_; }

 private:
  static constexpr std::size_t kPiece = 1u << 18;

  bool begin_frame();

  std::size_t limit_ = kMaxFrameBytes;

  Block stream_;
  std::size_t begin_ = 0;                          // of what has not been understood yet
  Frame frame_;                                    // whose data are still coming
  std::size_t head_bytes_ = 0, binary_bytes_ = 0;  // of that; 0: there is none
};

}  // namespace epysim::hostlink
