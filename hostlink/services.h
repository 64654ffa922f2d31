#pragma once
// What a core can ask of the host, one function per request; services/ has a file for each group.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hostlink/device.h"
#include "hostlink/output.h"
#include "hostlink/placement.h"
#include "hostlink/program.h"
#include "hostlink/references.h"
#include "hostlink/services/random.h"
#include "hostlink/text.h"
#include "sim/core/error.h"

namespace epysim::hostlink {

/// A request as the core wrote it.
struct Request {
  std::size_t rank = 0;
  int core = 0;
  Address window = 0;
  std::uint32_t kind = 0;
  std::array<std::uint32_t, 6> arguments{};
  double seconds = 0;  // device time of the doorbell
};

/// What goes back, and what serving it made the host copy.
struct Reply {
  std::array<std::uint32_t, 3> result{};
  std::string text;
  host::ServiceCost cost;
};

/// What becomes of a transfer.
struct TransferReply {
  std::uint32_t state = 0;  // for its descriptor
  host::ServiceCost cost;
};

/// input() found nothing to read.
class EndOfInput : public ProgramError {
 public:
  EndOfInput() : ProgramError("input() is at the end of the input") {}
};

/// What services work with; all of it outlives them.
struct Services {
  Device& device;
  const Program& program;
  const Layout& layout;
  References& references;
  OutputSink& output;
  InputSource& input;
  Formatter formatter;
  std::vector<Random> random;  // by rank

  /// "device 3", or "host 0" for the first virtual core: how lines and prompts of a core begin.
  std::string speaker(const Request& request) const;

  Reply print(const Request& request);
  Reply read_input(const Request& request);
  Reply format(const Request& request);
  Reply maths(const Request& request);
  /// Elements of a buffer to or from the cells of the core's channel from `cell` on.
  TransferReply transfer(std::size_t rank, std::uint32_t cell, const epy_transfer& asked);
  Reply notice(const Request& request);
};

}  // namespace epysim::hostlink
