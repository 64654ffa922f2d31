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
  std::vector<std::byte> binary;
};

/// The stream is damaged: nothing that follows can be understood.
class FrameError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws FrameError when a part is larger than a frame may be.
std::vector<std::byte> encode(const Frame& frame);

/// Puts frames together from pieces of any size.
class FrameReader {
 public:
  void append(std::span<const std::byte> piece);
  /// The next complete frame. Throws FrameError (wrong magic, version, type, length, not a JSON object); the header is checked as soon
  /// as it is there, so a length that is not allowed never makes it wait or allocate.
  std::optional<Frame> next();
  /// Bytes of a frame that is not complete yet.
  std::size_t pending() const { return buffer_.size() - begin_; }

 private:
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;  // of the first frame not returned yet
};

}  // namespace epysim::hostlink
