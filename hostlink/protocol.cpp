#include "hostlink/protocol.h"

#include <algorithm>
#include <cstring>

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
    case FrameType::Error:
      return true;
    default:
      break;
  }
  const unsigned request = type & ~static_cast<unsigned>(FrameType::Reply);
  return request >= static_cast<unsigned>(FrameType::Hello) && request <= static_cast<unsigned>(FrameType::Supply);
}

void check(const Header& header) {
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
}

}  // namespace

std::vector<std::byte> encode(const Frame& frame) {
  // Text from the device may be any bytes; what is not UTF-8 is replaced.
  const std::string json = frame.body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (json.size() > kMaxJsonBytes || frame.binary.size() > kMaxBinaryBytes) throw FrameError("the answer is too large for a frame");
  const Header header{kFrameMagic,
                      kProtocolVersion,
                      static_cast<std::uint16_t>(frame.type),
                      frame.request,
                      static_cast<std::uint32_t>(json.size()),
                      static_cast<std::uint32_t>(frame.binary.size())};
  std::vector<std::byte> bytes(kHeaderBytes + json.size() + frame.binary.size());
  std::memcpy(bytes.data(), &header, kHeaderBytes);
  std::memcpy(bytes.data() + kHeaderBytes, json.data(), json.size());
  std::copy(frame.binary.begin(), frame.binary.end(), bytes.begin() + static_cast<std::ptrdiff_t>(kHeaderBytes + json.size()));
  return bytes;
}

void FrameReader::append(std::span<const std::byte> piece) {
  if (begin_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
  buffer_.insert(buffer_.end(), piece.begin(), piece.end());
}

std::optional<Frame> FrameReader::next() {
  if (pending() < kHeaderBytes) return std::nullopt;
  Header header;
  std::memcpy(&header, buffer_.data() + begin_, kHeaderBytes);
  check(header);
  const std::size_t total = kHeaderBytes + header.json_bytes + header.binary_bytes;
  if (pending() < total) return std::nullopt;

  Frame frame;
  frame.type = static_cast<FrameType>(header.type);
  frame.request = header.request;
  const char* const json = reinterpret_cast<const char*>(buffer_.data() + begin_ + kHeaderBytes);
  if (header.json_bytes > 0) {
    frame.body = nlohmann::json::parse(json, json + header.json_bytes, nullptr, /*allow_exceptions=*/false);
    if (!frame.body.is_object()) throw FrameError("a frame's text is not a JSON object");
  }
  const auto binary = buffer_.begin() + static_cast<std::ptrdiff_t>(begin_ + kHeaderBytes + header.json_bytes);
  frame.binary.assign(binary, binary + header.binary_bytes);
  begin_ += total;
  return frame;
}

}  // namespace epysim::hostlink
