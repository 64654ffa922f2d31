#include "hostlink/protocol.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace epysim::hostlink {
namespace {

struct Header {
  std::uint32_t magic;
  std::uint16_t version;
  std::uint16_t type;
  std::uint32_t request;
  std::uint32_t json_bytes;
  std::uint32_t binary_bytes;
};
static_assert(sizeof(Header) == kHeaderBytes);

bool is_known(std::uint16_t type) {
  switch (static_cast<FrameType>(type)) {
    case FrameType::Output:
    case FrameType::Notice:
    case FrameType::Ask:
    case FrameType::Heartbeat:
    case FrameType::Checksum:
    case FrameType::Error:
      return true;
    default:
      break;
  }
  const unsigned request = type & ~static_cast<unsigned>(FrameType::Reply);
  return request >= static_cast<unsigned>(FrameType::Hello) && request <= static_cast<unsigned>(FrameType::Supply);
}

void check(const Header& header, std::size_t limit) {
  if (header.magic != kFrameMagic) throw FrameError("not a frame: it does not begin with EPLK");
  if (header.version != kProtocolVersion) {
    throw FrameError("frame of version " + std::to_string(header.version) + "; this side speaks version " +
                     std::to_string(kProtocolVersion));
  }
  if (!is_known(header.type)) throw FrameError("unknown frame type " + std::to_string(header.type));
  if (header.json_bytes > kMaxJsonBytes) {
    throw FrameError("frame with " + std::to_string(header.json_bytes) + " bytes of JSON; " + std::to_string(kMaxJsonBytes) +
                     " are allowed");
  }
  if (header.binary_bytes > kMaxBinaryBytes) {
    throw FrameError("frame with " + std::to_string(header.binary_bytes) + " bytes of data; " + std::to_string(kMaxBinaryBytes) +
                     " are allowed");
  }
  const std::size_t bytes = kHeaderBytes + header.json_bytes + header.binary_bytes;
  if (bytes > limit) throw FrameError("frame of " + std::to_string(bytes) + " bytes; " + std::to_string(limit) + " are allowed here");
}

}  // namespace

std::vector<std::byte> encode_head(const Frame& frame) {
  // Text from the device may be any bytes; what is not UTF-8 is replaced.
  const std::string json = frame.body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (json.size() > kMaxJsonBytes || frame.binary.size() > kMaxBinaryBytes) throw FrameError("the answer is too large for a frame");
  const Header header{kFrameMagic,
                      kProtocolVersion,
                      static_cast<std::uint16_t>(frame.type),
                      frame.request,
                      static_cast<std::uint32_t>(json.size()),
                      static_cast<std::uint32_t>(frame.binary.size())};
  std::vector<std::byte> bytes(kHeaderBytes + json.size());
  std::memcpy(bytes.data(), &header, kHeaderBytes);
  std::memcpy(bytes.data() + kHeaderBytes, json.data(), json.size());
  return bytes;
}

std::vector<std::byte> encode(const Frame& frame) {
  std::vector<std::byte> bytes = encode_head(frame);
  bytes.insert(bytes.end(), frame.binary.begin(), frame.binary.end());
  return bytes;
}

std::span<std::byte> FrameReader::room(std::size_t most) {
  const std::size_t missing = binary_bytes_ - frame_.binary.size();
  if (missing == 0) {
    stream_.drop_front(std::exchange(begin_, 0));
    if (stream_.spare().empty()) stream_.reserve(stream_.size() + std::max(stream_.size(), most));
    return stream_.spare().first(std::min(most, stream_.spare().size()));
  }
  Block& data = frame_.binary;
  return data.spare().first(std::min(most, missing));
}

void FrameReader::arrived(std::size_t bytes) { (frame_.binary.size() < binary_bytes_ ? frame_.binary : stream_).take(bytes); }

void FrameReader::append(std::span<const std::byte> piece) {
  while (!piece.empty()) {
    const std::span<std::byte> place = room(piece.size());
    std::memcpy(place.data(), piece.data(), place.size());
    arrived(place.size());
    piece = piece.subspan(place.size());
  }
}

bool FrameReader::begin_frame() {
  const std::span<const std::byte> stream = std::span<const std::byte>(stream_).subspan(begin_);
  if (stream.size() < kHeaderBytes) return false;
  Header header;
  std::memcpy(&header, stream.data(), kHeaderBytes);
  check(header, limit_);
  if (stream.size() - kHeaderBytes < header.json_bytes) return false;

  Frame frame;
  frame.type = static_cast<FrameType>(header.type);
  frame.request = header.request;
  if (header.json_bytes > 0) {
    const char* const json = reinterpret_cast<const char*>(stream.data() + kHeaderBytes);
    frame.body = nlohmann::json::parse(json, json + header.json_bytes, nullptr, /*allow_exceptions=*/false);
    if (!frame.body.is_object()) throw FrameError("a frame's text is not a JSON object");
  }
  frame_ = std::move(frame);
  head_bytes_ = kHeaderBytes + header.json_bytes;
  binary_bytes_ = header.binary_bytes;
  frame_.binary.reserve(binary_bytes_);
  const std::span<const std::byte> rest = stream.subspan(head_bytes_);
  frame_.binary.append(rest.first(std::min<std::size_t>(binary_bytes_, rest.size())));
  begin_ += head_bytes_ + frame_.binary.size();
  return true;
}

std::optional<Frame> FrameReader::next() {
  if (head_bytes_ == 0 && !begin_frame()) return std::nullopt;
  if (frame_.binary.size() < binary_bytes_) return std::nullopt;
  head_bytes_ = binary_bytes_ = 0;
  return std::exchange(frame_, {});
}

}  // namespace epysim::hostlink
