#include "hostlink/sim/machine.h"

#include "hostlink/program.h"
#include "sim/board/board.h"
#include "sim/board/core_list.h"
#include "sim/core/chrome_trace.h"
#include "sim/core/config.h"

namespace epysim::hostlink {

Machine::Machine(const MachineRequest& request, OutputSink& output) {
  const core::Config config = core::Config::load(request.board, request.overrides);
  if (!request.trace.empty()) {
    trace_ = std::make_unique<core::ChromeTrace>(request.trace, config.real("chip.clock_hz", 1, 1e12), config.board());
  }
  board::Options options;
  options.max_cycles = request.max_cycles;
  options.trace = trace_.get();
  options.silence = request.silence;
  options.diagnostics = [&output](std::string_view text) { output.notice(-1, std::string(text)); };
  host_ = std::make_unique<host::HostModel>(config, request.seed);
  const std::string image = config.text("vm.image");
  board_ = std::make_unique<board::Board>(config, std::move(options));
  config.reject_unknown();
  device_ = std::make_unique<SimDevice>(*board_, *host_, trace_.get());
  cores_ = board::parse_cores(request.cores.empty() ? "all" : request.cores, board_->core_count());
  vm_ = request.vm.empty() ? default_vm(image) : request.vm;
}

Machine::~Machine() = default;

core::TraceSink* Machine::trace() { return trace_.get(); }

void Machine::finish() {
  if (trace_) trace_->close();
}

}  // namespace epysim::hostlink
