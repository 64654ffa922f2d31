// libFuzzer on the decoder of the link's frames: any bytes, in any pieces. Built and run by run.sh; needs clang.
//
// The first byte says how long the pieces are, and by its highest bit whether frames may have no more than a hello. What can be decoded
// has to encode to something that decodes to the same.

#include <cstdint>
#include <cstdlib>
#include <span>

#include "hostlink/protocol.h"

using namespace epysim::hostlink;

namespace {

constexpr std::size_t kHelloBytes = 4096;

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_again(const Frame& frame) {
  FrameReader again;
  again.append(encode(frame));
  const std::optional<Frame> same = again.next();
  demand(same && same->type == frame.type && same->request == frame.request && same->body == frame.body && same->binary == frame.binary);
  demand(again.pending() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + (data[0] & 0x7f);
  const bool greeting = (data[0] & 0x80) != 0;
  const std::span stream = std::as_bytes(std::span(data + 1, size - 1));
  FrameReader reader;
  if (greeting) reader.limit(kHelloBytes);
  std::size_t taken = 0;
  try {
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::size_t bytes = std::min(piece, stream.size() - at);
      reader.append(stream.subspan(at, bytes));
      while (const std::optional<Frame> frame = reader.next()) {
        check_again(*frame);
        demand(!greeting || frame->binary.size() <= kHelloBytes);
        taken = at + bytes - reader.pending();
      }
      demand(reader.pending() == at + bytes - taken);  // every byte is in a frame that is there, or waits
    }
  } catch (const FrameError&) {
    return 0;  // what a damaged stream is to give
  }
  return 0;
}
