// libFuzzer on the decoder of the link's frames: any bytes, in any pieces. Built and run by run.sh; needs clang.
//
// The first byte says how long the pieces are. What can be decoded has to encode to something that decodes to the same.

#include <cstdint>
#include <cstdlib>
#include <span>

#include "hostlink/protocol.h"

using namespace epysim::hostlink;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0];
  const std::span stream = std::as_bytes(std::span(data + 1, size - 1));
  FrameReader reader;
  try {
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.append(stream.subspan(at, std::min(piece, stream.size() - at)));
      while (const std::optional<Frame> frame = reader.next()) {
        FrameReader again;
        again.append(encode(*frame));
        const std::optional<Frame> same = again.next();
        if (!same || same->type != frame->type || same->request != frame->request || same->body != frame->body || same->binary != frame->binary ||
            again.pending() != 0)
          std::abort();
      }
      if (reader.pending() > stream.size()) std::abort();
    }
  } catch (const FrameError&) {
    return 0;  // what a damaged stream is to give
  }
  return 0;
}
