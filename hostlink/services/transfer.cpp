// Data by reference: elements of a buffer to and from cells of the core's channel.

#include <vector>

#include "hostlink/memory.h"
#include "hostlink/services.h"

namespace epysim::hostlink {

TransferReply Services::transfer(std::size_t rank, std::uint32_t cell, const epy_transfer& asked) {
  TransferReply reply;
  const std::uint32_t count = asked.count;
  std::optional<ErrorCode> error;
  if (count > (EPY_CELLS - cell) * (EPY_CELL_BYTES / 4)) {
    error = ErrorCode::VALUE;
  } else {
    const Address cells = layout.core[rank].channel + static_cast<Address>(offsetof(epy_channel, cell)) + cell * EPY_CELL_BYTES;
    std::vector<std::uint32_t> words(count);
    if ((asked.state & EPY_TRANSFER_ASKED) == EPY_TRANSFER_READ) {
      error = references.load(asked.reference, asked.position, words, layout.cores[rank]);
      if (!error) device.write(cells, std::as_bytes(std::span(words)));
      reply.cost.bytes_written += error ? 0 : words.size() * 4;
    } else {
      device.read(cells, std::as_writable_bytes(std::span(words)));
      error = references.store(asked.reference, asked.position, words, layout.cores[rank]);
      reply.cost.bytes_read += words.size() * 4;
    }
    reply.cost.data_bytes += error ? 0 : words.size() * 4;
  }
  reply.state = error ? static_cast<std::uint32_t>(*error) << 2 : std::uint32_t{EPY_TRANSFER_DONE};
  return reply;
}

}  // namespace epysim::hostlink
