// MicroBlaze as a core type of a board: "chip.core": "microblaze", in a cluster on a Zynq. Reads the section "microblaze" of the
// configuration, and what the cluster reads.

#include "sim/core/core_type.h"

#include <memory>
#include <string>
#include <utility>

#include "sim/core/config.h"
#include "sim/core/engine_choice.h"
#include "sim/core/error.h"
#include "sim/microblaze/core.h"
#include "sim/microblaze/disassemble.h"
#include "sim/microblaze/fast_engine.h"
#include "sim/zynq/cluster.h"

namespace epysim::microblaze {
namespace {

/// Whether `key` says `yes`; otherwise it has to say `no`.
bool either(const core::Config& config, const std::string& key, const std::string& yes, const std::string& no) {
  const std::string value = config.text(key);
  if (value != yes && value != no) throw UsageError(key + ": there is no \"" + value + "\"; use \"" + yes + "\" or \"" + no + "\"");
  return value == yes;
}

Options read_options(const core::Config& config) {
  const auto number = [&config](const char* key, std::int64_t most) { return static_cast<unsigned>(config.integer(key, 0, most)); };
  Options options;
  const std::int64_t stages = config.integer("microblaze.stages", 3, 5);
  if (stages == 4) throw UsageError("microblaze.stages: there are pipelines of 3 and 5 stages");
  options.five_stages = stages == 5;
  options.big_endian = either(config, "microblaze.endianness", "big", "little");
  options.barrel = config.boolean("microblaze.barrel_shifter");
  options.multiplier = number("microblaze.multiplier", 2);
  options.divider = config.boolean("microblaze.divider");
  options.fpu = number("microblaze.fpu", 2);
  options.pattern = config.boolean("microblaze.pattern_compare");
  options.msr = config.boolean("microblaze.msr_instructions");
  options.reorder = config.boolean("microblaze.reorder_instructions");
  options.streams = number("microblaze.stream_links", 16);
  if (config.boolean("microblaze.exceptions")) options.exceptions = {true, true, false, true, true, options.fpu > 0};
  options.pvr = number("microblaze.version_registers", 2);
  options.shared_port_cycles = number("microblaze.shared_port_cycles", 1);
  options.undefined_is_nop = either(config, "microblaze.undefined", "nop", "halt");
  options.linux_system_calls = either(config, "microblaze.system_calls", "linux", "none");
  return options;
}

std::unique_ptr<core::Multicore> build(const core::Config& config, core::OffChip& off_chip, core::MulticoreOptions options) {
  const unsigned visits = core::block_visits(config, FastEngine::kVisits);
  const auto make = [built = read_options(config), visits](int id, std::uint32_t local_bytes, zynq::Surroundings& surroundings) {
    auto core = std::make_unique<Core>(id, local_bytes, built, surroundings);
    if (visits != 0) core->use_fast_engine(visits);
    return core;
  };
  return std::make_unique<zynq::Cluster>(config, off_chip, std::move(options), make);
}

core::ListedInstruction list(std::uint32_t word, std::uint32_t before, Address pc, const core::AddressNamer& namer) {
  // objdump names an address only when a symbol stands there, not some distance before it.
  const auto exact = [&namer](Address address) {
    std::string name = namer ? namer(address) : std::string();
    return name.find_first_of("+-") == std::string::npos ? name : std::string();
  };
  const Instruction insn = decode(word), prefix = decode(before);
  return {4, disassemble(prefix.op == Op::imm ? with_prefix(insn, before & 0xffffu) : insn, pc, exact)};
}

const core::CoreType kMicroBlaze{.name = "microblaze",
                                 .title = "MicroBlaze",
                                 .elf_machine = 189,  // EM_MICROBLAZE
                                 .compiler = "microblazeel-elf-gcc",
                                 .elf_format = "elf32-microblazeel",
                                 .elf_format_big_endian = "elf32-microblaze",
                                 .more_memory = "--set chip.local_bytes=1M gives the cores more block RAM than the board has",
                                 .listing_chunk = 4,
                                 .build = build,
                                 .list = list};
const core::CoreType::Registration kRegistration(kMicroBlaze);

}  // namespace
}  // namespace epysim::microblaze
