// run_program() of run.h: compile, load, serve, report.

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "hostlink/checks/checked_device.h"
#include "hostlink/faults/frame_faults.h"
#include "hostlink/machine.h"
#include "hostlink/program_run.h"
#include "hostlink/recording/record_run.h"
#include "hostlink/run.h"
#include "hostlink/sha256.h"
#include "hostlink/sizes.h"
#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/core/interrupt_guard.h"
#include "vm/compiler/compile.h"

namespace epysim::hostlink {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitInterrupted = 130;  // as a shell reports a program that Ctrl-C ended

bool is_image(const std::filesystem::path& file) {
  std::array<char, 4> magic{};
  std::ifstream(file, std::ios::binary).read(magic.data(), magic.size());
  return std::string_view(magic.data(), magic.size()) == "EPYB" || file.extension() == ".epb";
}

void tell_times(const ProgramResult& result, const std::vector<int>& cores, OutputSink& output) {
  for (std::size_t rank = 0; rank < cores.size(); ++rank) {
    if (result.core_seconds[rank] < 0) continue;
    char text[80];
    std::snprintf(text, sizeof text, "Core %d completed in %.6f seconds", cores[rank], result.core_seconds[rank]);
    output.line(cores[rank], text);
  }
}

/// Of a text without the ends of lines behind it: tells whether a file is still what was run.
std::string digest(std::string text) {
  text.resize(text.find_last_not_of("\r\n") + 1);
  return sha256(std::as_bytes(std::span(text)));
}

}  // namespace

compiler::Image image_of(const RunRequest& request) {
  if (!request.text && is_image(request.program)) return compiler::load_image(request.program.string());
  compiler::Options options;
  if (request.dialect) {
    options.dialect = *request.dialect;
    options.follow_first_line = false;
  }
  options.built_in_modules = (core::home() / "vm" / "modules").string();
  const std::string name = request.program.string();
  return compiler::compile(request.text ? compiler::Source{{{name, 1, *request.text}}} : compiler::read_source(name), options);
}

std::string sizes_of(const RunRequest& request) {
  ConsoleOutput output;
  Machine machine(request.machine, output);
  const DeviceDescription& device = machine.device().description();
  const Program program(image_of(request), machine.vm());
  return sizes(device, program,
               compute_layout(device, machine.cores(), program.vm_end(), program.resident_bytes(), request.machine.placement));
}

RunOutcome run_program(const RunRequest& request, OutputSink& output, InputSource& input, nlohmann::ordered_json* statistics) {
  const auto wall_begin = std::chrono::steady_clock::now();
  compiler::Image image = image_of(request);  // before the board is built: a mistake in the source shows at once
  Machine machine(request.machine, output);
  if (machine.frame_faults().possible())
    throw UsageError(
        "faults.frames go wrong between a server and its client, which run has not: give them to epysim serve or to the client");
  Device& device = machine.device();
  const Program program(std::move(image), machine.vm());
  ProgramResult result;
  {
    const core::InterruptGuard guard([&device] { device.interrupt(); });
    try {
      result = machine.recorder() == nullptr
                   ? run_on(machine, program, request.machine, request.keep_going, output, input)
                   : record_run(*machine.recorder(), machine, program, request.machine, request.keep_going, output, input);
    } catch (const LinkError& error) {
      std::fprintf(stderr, "epysim: %s\n", error.what());
      result.outcome.status = Status::Failed;
      result.core_seconds.assign(machine.cores().size(), -1.0);
    }
  }
  for (const std::string& line : report(result.outcome.failures)) std::fprintf(stderr, "epysim: %s\n", line.c_str());
  if (result.outcome.status == Status::Interrupted) std::fprintf(stderr, "epysim: interrupted\n");
  if (request.time) tell_times(result, machine.cores(), output);
  machine.finish();

  RunOutcome outcome;
  outcome.outcome = std::move(result.outcome);
  outcome.exit_code = outcome.outcome.status == Status::Done     ? 0
                      : outcome.outcome.status == Status::Failed ? kExitFailed
                                                                 : kExitInterrupted;
  outcome.diagnosed = machine.diagnosed();
  outcome.seconds = device.seconds();
  outcome.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_begin).count();
  if (statistics != nullptr) {
    *statistics = machine.statistics();
    (*statistics)["wall_seconds"] = outcome.wall_seconds;
    if (statistics->contains("profile"))
      for (const auto& [file, text] : program.image().sources) (*statistics)["profile"]["sources"][file] = digest(text);
  }
  return outcome;
}

}  // namespace epysim::hostlink
