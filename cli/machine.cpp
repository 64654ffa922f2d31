#include "cli/machine.h"

namespace epysim::cli {

void MachineOptions::add_to(CLI::App& command) {
  const std::string group = "Placement";
  const CLI::IsMember places({"auto", "local", "shared"});
  command.add_option("--code", code, "Where the byte code goes: local memory, shared memory, or what fits [auto]")
      ->check(places)
      ->group(group);
  command.add_option("--data", data, "Where stack and heap go: local with overflow (auto), local only, or shared [auto]")
      ->check(places)
      ->group(group);
  command.add_option("--stack", stack, "Bytes of a core's local stack; 0 = it lies in shared memory [" + std::to_string(stack) + "]")
      ->check(CLI::Range(0, 1 << 20))
      ->option_text("BYTES")
      ->group(group);
  command.add_option("--heap", heap, "Bytes of a core's local heap, at most; 0 = it lies in shared memory [what is left]")
      ->check(CLI::Range(0, 1 << 20))
      ->option_text("BYTES")
      ->group(group);
  command.add_option("--device", device, "Drive a real board: its device file, or a folder of epysim board --export")->option_text("PATH");
  command.add_option("--record", record, "Keep what goes over the link between host and board (epysim replay repeats it)")
      ->option_text("FILE");
  command.add_flag("--profile", profile, "Put cycles by line of Python into the statistics document (epysim report shows them)");
  command.add_option("--vm", vm, "Device image to use instead of the one in vm/images")->option_text("FILE.elf")->group(group);
}

hostlink::MachineRequest MachineOptions::request(const CommonOptions& common) const {
  hostlink::MachineRequest request;
  request.board = common.board;
  request.overrides = common.overrides;
  request.cores = common.cores;
  request.seed = common.seed;
  request.max_cycles = common.max_cycles;
  request.trace = common.trace;
  request.silence = common.silence;
  request.placement.code = hostlink::parse_where("--code", code);
  request.placement.data = hostlink::parse_where("--data", data);
  request.placement.stack_bytes = stack;
  request.placement.heap_bytes = heap;
  request.vm = vm;
  request.device = device;
  request.record = record;
  request.profile = profile;
  return request;
}

}  // namespace epysim::cli
