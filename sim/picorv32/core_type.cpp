// PicoRV32 as a core type of a board: "chip.core": "picorv32", in a cluster on a Zynq. Reads the section "picorv32" of the configuration,
// and what the cluster reads.

#include "sim/core/core_type.h"

#include <memory>
#include <string>
#include <utility>

#include "sim/core/config.h"
#include "sim/core/error.h"
#include "sim/picorv32/core.h"
#include "sim/picorv32/disassemble.h"
#include "sim/zynq/cluster.h"

namespace epysim::picorv32 {
namespace {

Options read_options(const core::Config& config) {
  Options options;
  options.multiplier = config.boolean("picorv32.multiplier");
  options.divider = config.boolean("picorv32.divider");
  options.counters = config.boolean("picorv32.counters");
  options.interrupts = config.boolean("picorv32.interrupts");
  options.dual_port = config.boolean("picorv32.dual_port_registers");
  options.barrel_shifter = config.boolean("picorv32.barrel_shifter");
  options.memory_wait = static_cast<Cycle>(config.integer("picorv32.memory_wait_cycles", 0, 100));
  const std::string calls = config.text("picorv32.system_calls");
  if (calls != "linux" && calls != "none")
    throw UsageError(R"(picorv32.system_calls: there is no ")" + calls + R"("; use "linux" or "none")");
  options.linux_system_calls = calls == "linux";
  return options;
}

std::unique_ptr<core::Multicore> build(const core::Config& config, core::OffChip& off_chip, core::MulticoreOptions options) {
  const auto make = [built = read_options(config)](int id, std::uint32_t local_bytes, zynq::Surroundings& surroundings) {
    return std::make_unique<Core>(id, local_bytes, built, surroundings);
  };
  return std::make_unique<zynq::Cluster>(config, off_chip, std::move(options), make);
}

core::ListedInstruction list(std::uint32_t word, std::uint32_t /*before*/, Address pc, const core::AddressNamer& namer) {
  return {length(word), disassemble(decode(word), pc, namer)};
}

const core::CoreType kPicoRv32{.name = "picorv32",
                               .title = "PicoRV32",
                               .elf_machine = 243,  // EM_RISCV
                               .compiler = "riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32",
                               .elf_format = "elf32-littleriscv",
                               .more_memory = "--set chip.local_bytes=1M gives the cores more block RAM than the board has",
                               .listing_chunk = 0,
                               .listing_bytes = 8,
                               .build = build,
                               .list = list};
const core::CoreType::Registration kRegistration(kPicoRv32);

}  // namespace
}  // namespace epysim::picorv32
