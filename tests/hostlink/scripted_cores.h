#pragma once
// A program whose cores do what a test says: requests are written into their blocks as the VM would write them.

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <vector>

#include "hostlink/device_format.h"
#include "hostlink/kernels.h"
#include "hostlink/memory.h"
#include "hostlink/monitor.h"
#include "hostlink/program_run.h"
#include "tests/hostlink/memory_device.h"
#include "vm/compiler/compile.h"

namespace epysim::hostlink::test {

class RecordedOutput final : public OutputSink {
 public:
  void line(int, const std::string& text) override { lines.push_back(text); }
  void notice(int, const std::string& text) override { notices.push_back(text); }
  std::vector<std::string> lines, notices;
};

inline compiler::Image compile_text(const std::string& text) {
  compiler::Options options;
  options.dialect = Dialect::kModern;
  options.export_all = true;
  options.built_in_modules = std::string(EPYSIM_SOURCE_DIR) + "/vm/modules";
  return compiler::compile({{{"kernel.py", 1, text}}}, options);
}

struct ScriptedCores {
  explicit ScriptedCores(int count = 2, bool worker = true)
      : device(count),
        program(compile_text("def kernel(a):\n    return a[9]\n"), std::string(EPYSIM_SOURCE_DIR) + "/vm/images/epython-epiphany.elf"),
        layout(compute_layout(device.description(), ids(count), program.vm_end(), program.resident_bytes(), {})),
        references(device, layout.free),
        monitor({device, program, layout, references, output, input, {0, worker}, nullptr}) {}

  static std::vector<int> ids(int count) {
    std::vector<int> all;
    for (int core = 0; core < count; ++core) all.push_back(core);
    return all;
  }

  /// The next thing that happens is a request of this core.
  void request(std::size_t rank, std::uint32_t kind, std::initializer_list<std::uint32_t> arguments) {
    device.script.push_back([this, rank, kind, words = std::vector<std::uint32_t>(arguments)] {
      const Address block = layout.block(rank);
      for (std::size_t i = 0; i < words.size(); ++i) {
        device.poke(block + static_cast<Address>(offsetof(epy_core_block, arguments) + 4 * i), words[i]);
      }
      device.poke(block + static_cast<Address>(offsetof(epy_core_block, request)), kind);
      const Address sequence = block + static_cast<Address>(offsetof(epy_core_block, request_sequence));
      device.poke(sequence, device.peek(sequence) + 1);
      return Notice{Wake::Doorbell, layout.cores[rank]};
    });
  }
  /// The same with a transfer through the channel.
  void transfer(std::size_t rank, std::uint32_t cell, std::uint32_t state, std::uint32_t reference, std::uint32_t position,
                std::uint32_t count) {
    device.script.push_back([=, this] {
      const std::uint32_t number = ++transfers;
      write_as(device, layout.core[rank].channel + cell * 16, epy_transfer{number << 2 | state, reference, position, count});
      device.poke(layout.block(rank) + static_cast<Address>(offsetof(epy_core_block, channel_sequence)), number << 2 | state);
      Notice notice{Wake::Doorbell, layout.cores[rank]};
      notice.channel = true;
      return notice;
    });
  }
  void happens(Wake wake) {
    device.script.push_back([wake] { return Notice{wake}; });
  }
  void next(std::size_t rank, std::uint32_t tag = EPY_UNSET, std::uint32_t word = 0) { request(rank, EPY_REQUEST_NEXT, {tag, word}); }
  void all_ready() {
    for (std::size_t rank = 0; rank < layout.cores.size(); ++rank) next(rank);
  }
  void waits(std::size_t rank, std::uint32_t activity, std::uint32_t partner) {
    device.poke(layout.status(rank) + static_cast<Address>(offsetof(epy_status, activity)), activity);
    device.poke(layout.status(rank) + static_cast<Address>(offsetof(epy_status, partner)), partner);
    device.poke(layout.status(rank) + static_cast<Address>(offsetof(epy_status, where)), fault());
  }
  /// Offset of an instruction in line 2 of the program, in kernel.
  std::uint32_t fault() const {
    const compiler::Image& image = program.image();
    for (std::uint32_t offset = 0; offset < 200; ++offset) {
      const auto* line = image.line_at(offset);
      if (line != nullptr && line->line == 2 && image.function_at(offset) == image.exports.at("kernel")) return offset;
    }
    throw std::logic_error("line 2 has no code");
  }
  std::uint32_t reply(std::size_t rank) {
    return device.peek(layout.block(rank) + static_cast<Address>(offsetof(epy_core_block, reply_sequence)));
  }
  epy_launch launched(std::size_t rank) {
    return read_as<epy_launch>(device, layout.block(rank) + static_cast<Address>(offsetof(epy_core_block, launch)));
  }

  std::uint32_t transfers = 0;  // of one core
  MemoryDevice device;
  Program program;
  Layout layout;
  References references;
  RecordedOutput output;
  NoInput input;
  Monitor monitor;
};

}  // namespace epysim::hostlink::test
