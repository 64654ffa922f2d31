// Data by reference: elements of a buffer to and from a cell of the core's channel.

#include <vector>

#include "hostlink/memory.h"
#include "hostlink/services.h"

namespace epysim::hostlink {
namespace {

std::uint32_t result_of(std::optional<ErrorCode> error) { return error ? static_cast<std::uint32_t>(*error) + 1 : 0; }

/// Address of a cell, or nothing when the request does not stay inside it.
std::optional<Address> cell_of(const Layout& layout, const Request& request) {
  const std::uint32_t count = request.arguments[2], cell = request.arguments[3];
  if (cell >= EPY_CELLS || count > EPY_CELL_BYTES / 4) return std::nullopt;
  return layout.core[request.rank].channel + cell * EPY_CELL_BYTES;
}

}  // namespace

Reply Services::read_reference(const Request& request) {
  Reply reply;
  const std::optional<Address> cell = cell_of(layout, request);
  if (!cell) {
    reply.result[0] = result_of(ErrorCode::VALUE);
    return reply;
  }
  std::vector<std::uint32_t> words(request.arguments[2]);
  const auto error = references.load(request.arguments[0], request.arguments[1], words);
  reply.result[0] = result_of(error);
  if (!error) {
    device.write(*cell, std::as_bytes(std::span(words)));
    reply.cost.bytes_written += words.size() * 4;
    reply.cost.data_bytes += words.size() * 4;
  }
  return reply;
}

Reply Services::write_reference(const Request& request) {
  Reply reply;
  const std::optional<Address> cell = cell_of(layout, request);
  if (!cell) {
    reply.result[0] = result_of(ErrorCode::VALUE);
    return reply;
  }
  std::vector<std::uint32_t> words(request.arguments[2]);
  device.read(*cell, std::as_writable_bytes(std::span(words)));
  reply.cost.bytes_read += words.size() * 4;
  reply.cost.data_bytes += words.size() * 4;
  reply.result[0] = result_of(references.store(request.arguments[0], request.arguments[1], words));
  return reply;
}

}  // namespace epysim::hostlink
