// Epiphany-III as a core type of a board: "chip.core": "epiphany". Reads the sections "chip" and "dma" of the configuration.

#include "sim/core/core_type.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sim/core/config.h"
#include "sim/core/engine_choice.h"
#include "sim/core/error.h"
#include "sim/epiphany/disassemble.h"
#include "sim/epiphany/fast_engine.h"
#include "sim/epiphany/scheduler.h"
#include "sim/mesh/interconnect.h"

namespace epysim::epiphany {
Scheduler::Shape Scheduler::read_shape(const core::Config& config) {
  Shape shape{};
  constexpr int kMesh = 64;
  shape.rows = static_cast<int>(config.integer("chip.rows", 1, kMesh));
  shape.columns = static_cast<int>(config.integer("chip.columns", 1, kMesh));
  shape.first_row = static_cast<int>(config.integer("chip.first_row", 0, kMesh - shape.rows));
  shape.first_column = static_cast<int>(config.integer("chip.first_column", 0, kMesh - shape.columns));
  if (shape.first_row == 0 && shape.first_column == 0) {
    throw UsageError("chip.first_row and chip.first_column are both 0: mesh node 0 has no global address");
  }
  shape.local_bytes = static_cast<std::uint32_t>(config.integer("chip.local_bytes", 4096, 524288));
  if ((shape.local_bytes & (shape.local_bytes - 1)) != 0) throw UsageError("chip.local_bytes must be a power of two");
  shape.quantum = static_cast<Cycle>(config.integer("chip.quantum", 1, 1'000'000));
  shape.clock_hz = static_cast<double>(config.integer("chip.clock_hz", 1'000'000, 10'000'000'000));
  shape.block_visits = core::block_visits(config, FastEngine::kVisits);
  const auto thousandths = [&config](const char* key) {
    return static_cast<std::uint64_t>(std::llround(config.real(key, 1, 100'000) * 1000));
  };
  shape.dma.descriptor = static_cast<Cycle>(config.integer("dma.descriptor_cycles", 0, 1'000'000));
  shape.dma.inject_gap = thousandths("dma.inject_gap");
  shape.dma.read_window = static_cast<unsigned>(config.integer("dma.read_window", 1, 1024));
  shape.dma.off_chip_read_gap = static_cast<std::uint64_t>(std::llround(config.real("dma.off_chip_read_cycles", 0, 100'000) * 1000));
  shape.dma.off_chip_read_slots = config.real("dma.off_chip_read_slots", 0, 100'000);
  shape.dma.off_chip_read_window = static_cast<unsigned>(config.integer("dma.off_chip_read_window", 1, 1024));
  return shape;
}

namespace {

struct Networks {
  explicit Networks(const core::Config& config) : interconnect(config) {}
  mesh::Interconnect interconnect;
};

/// The cores and the networks between them.
class Epiphany : private Networks, public Scheduler {
 public:
  Epiphany(const core::Config& config, core::OffChip& off_chip, core::MulticoreOptions options)
      : Networks(config), Scheduler(read_shape(config), interconnect, off_chip, std::move(options)) {}
};

std::unique_ptr<core::Multicore> build(const core::Config& config, core::OffChip& off_chip, core::MulticoreOptions options) {
  return std::make_unique<Epiphany>(config, off_chip, std::move(options));
}

core::ListedInstruction list(std::uint32_t word, std::uint32_t, Address pc, const core::AddressNamer& namer) {
  const Instruction insn = decode(word);
  return {listed_bytes(insn), disassemble(insn, pc, namer)};
}

const core::CoreType kEpiphany{.name = "epiphany",
                               .title = "Epiphany",
                               .elf_machine = 0x1223,  // EM_ADAPTEVA_EPIPHANY
                               .compiler = "epiphany-elf-gcc",
                               .elf_format = "elf32-epiphany",
                               .more_memory = "A program linked for the compiler's default layout runs with --ram 0x80000000:32M",
                               .listing_chunk = 2,
                               .build = build,
                               .list = list};
const core::CoreType::Registration kRegistration(kEpiphany);

}  // namespace
}  // namespace epysim::epiphany
