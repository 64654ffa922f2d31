#include "sim/board/board.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "sim/board/address_sanitizer.h"
#include "sim/board/chip.h"
#include "sim/board/energy.h"
#include "sim/board/hardware_faults.h"
#include "sim/board/memory_map.h"
#include "sim/core/cause.h"
#include "sim/core/config.h"
#include "sim/core/core_type.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"
#include "sim/mesh/dram.h"

namespace epysim::board {
namespace {

constexpr std::array<const char*, 5> kStateNames{"reset", "running", "idle", "halted", "exited"};

void check_machine(const core::ElfImage& image, const core::CoreType& type, bool big_endian) {
  if (image.machine() != type.elf_machine)
    throw UsageError(image.file().string() + ": this ELF is for " + core::machine_name(image.machine()) + ", this board has " +
                     std::string(type.title) + " cores; build it with " + std::string(type.compiler));
  if (image.big_endian() != big_endian) {
    const std::string theirs = big_endian ? "little" : "big", ours = big_endian ? "big" : "little";
    throw UsageError(image.file().string() + ": this ELF is " + theirs + "-endian, the cores of this board are " + ours +
                     "-endian; compile it with -m" + ours + "-endian");
  }
}

void check_ram(const std::vector<core::RamWindow>& windows, Address local_end) {
  for (const core::RamWindow& window : windows) {
    const std::string text = "--ram " + hex(window.base) + ":" + std::to_string(window.bytes);
    if (window.bytes == 0) throw UsageError(text + ": the size must not be zero");
    if (window.base < local_end) throw UsageError(text + ": addresses below " + hex(local_end) + " are each core's own memory");
    if (std::uint64_t{window.base} + window.bytes > 0x1'0000'0000) throw UsageError(text + ": ends beyond the last 32-bit address");
    for (const core::RamWindow& other : windows)
      if (&other != &window && other.base < std::uint64_t{window.base} + window.bytes &&
          window.base < std::uint64_t{other.base} + other.bytes)
        throw UsageError(text + ": overlaps another --ram");
  }
}

std::array<bool, core::kMisuseNames.size()> silenced(const std::vector<std::string>& names) {
  std::array<bool, core::kMisuseNames.size()> silent{};
  for (const std::string& name : names) {
    const auto known = std::find(core::kMisuseNames.begin(), core::kMisuseNames.end(), name);
    if (known == core::kMisuseNames.end() && name != "all") {
      std::string list;
      for (const std::string_view kind : core::kMisuseNames) list += " " + std::string(kind);
      throw UsageError("--silence " + name + ": there is no such kind of diagnostic; kinds are: all" + list);
    }
    if (name == "all")
      silent.fill(true);
    else
      silent[static_cast<std::size_t>(known - core::kMisuseNames.begin())] = true;
  }
  return silent;
}

// SystemC's own notice would be the first line of every program's output.
const char* quiet(const char* module_name) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  return module_name;
}

}  // namespace

struct Board::Impl {
  Impl(const core::Config& config, Options given);

  core::MulticoreOptions chip_options();
  void report(const core::Diagnostic& diagnostic);
  const core::ElfImage* image_of(int core) const { return images[static_cast<std::size_t>(core)].get(); }
  std::shared_ptr<const core::ElfImage> names_of(const std::filesystem::path& file);
  /// The address of `core`'s program that names and lines are known for.
  Address in_image(int core, Address address) const;
  std::string symbol(int core, Address address) const;
  std::string source(int core, Address address) const;
  void check_core(int core) const;
  /// Debug write as `core` addresses memory: below 1 MB it is its own.
  void store(int core, Address address, std::span<const std::byte> bytes);

  Options options;
  std::string name;
  nlohmann::ordered_json effective;
  EnergyModel energy;
  mesh::Dram dram;
  Chip chip;
  core::Multicore& cores = chip.cores();
  HardwareFaults faults;
  MemoryMap memory;  // by device address
  std::array<bool, core::kMisuseNames.size()> silent{};
  std::array<int, core::kMisuseNames.size()> reported{};
  std::vector<std::shared_ptr<const core::ElfImage>> images;  // what each core runs
};

Board::Impl::Impl(const core::Config& config, Options given)
    : options(std::move(given)),
      name(config.board()),
      energy(config),
      dram(quiet("dram"), config, options.memory),
      chip("chip", config, chip_options()),
      faults(config, cores, dram.base(), dram.bytes(),
             [this](const std::string& text) {
               if (options.diagnostics) options.diagnostics(text);
             }),
      images(static_cast<std::size_t>(cores.core_count())) {
  check_ram(options.ram, cores.local_end());
  for (const core::RamWindow& window : options.ram) memory.add({"RAM of --ram", window.base, window.bytes});
  for (int core = 0; core < cores.core_count(); ++core) {
    if (cores.window(core) < std::uint64_t{dram.base()} + dram.bytes() &&
        dram.base() < std::uint64_t{cores.window(core)} + cores.local_end())
      throw UsageError("dram.base: the memory from " + hex(dram.base()) + " on overlaps core " + std::to_string(core) + " at " +
                       hex(cores.window(core)));
    memory.add({"local memory of core " + std::to_string(core), cores.window(core), cores.local_bytes()});
  }
  memory.add({"DRAM", dram.base(), dram.bytes()});
  chip.off_chip.bind(dram.socket);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  restore_sanitizer_stack();
}

core::MulticoreOptions Board::Impl::chip_options() {
  core::MulticoreOptions chip_options;
  for (const core::RamWindow& window : options.ram) chip_options.ram.push_back({window.base, window.bytes});
  chip_options.trace = options.trace;
  chip_options.arguments = options.arguments;
  chip_options.services = options.services;
  chip_options.memory = options.memory;
  chip_options.diagnostics = [this](const core::Diagnostic& diagnostic) { report(diagnostic); };
  return chip_options;
}

void Board::Impl::report(const core::Diagnostic& diagnostic) {
  const std::size_t kind = static_cast<std::size_t>(diagnostic.kind);
  if (silent[kind]) return;
  ++reported[kind];
  if (!options.diagnostics) return;
  std::string where = hex(diagnostic.pc);
  if (const std::string label = symbol(diagnostic.core, diagnostic.pc); !label.empty()) where += " <" + label + ">";
  if (const std::string line = source(diagnostic.core, diagnostic.pc); !line.empty()) where += " " + line;
  options.diagnostics("core " + std::to_string(diagnostic.core) + ", cycle " + std::to_string(diagnostic.cycle) + ", pc " + where + ": " +
                      diagnostic.text + " [--silence " + std::string(core::name_of(diagnostic.kind)) + "]");
}

std::shared_ptr<const core::ElfImage> Board::Impl::names_of(const std::filesystem::path& file) {
  for (const auto& image : images)
    if (image && image->file() == file) return image;
  return std::make_shared<const core::ElfImage>(file);
}

Address Board::Impl::in_image(int core, Address address) const {
  const Address window = cores.window(core);
  const bool own = address >= window && address - window < cores.local_end();
  return own && image_of(core)->symbolise(address).empty() ? address - window : address;
}

std::string Board::Impl::symbol(int core, Address address) const {
  return image_of(core) == nullptr ? "" : image_of(core)->symbolise(in_image(core, address));
}

std::string Board::Impl::source(int core, Address address) const {
  return image_of(core) == nullptr ? "" : image_of(core)->source_line(in_image(core, address));
}

void Board::Impl::store(int core, Address address, std::span<const std::byte> bytes) {
  if (bytes.empty() || cores.debug_write(address, bytes, core)) return;
  throw UsageError("nothing can be written at " + hex(address) + " (" + std::to_string(bytes.size()) +
                   " bytes); memory is at: " + memory.text());
}

void Board::Impl::check_core(int core) const {
  if (core < 0 || core >= cores.core_count())
    throw UsageError("there is no core " + std::to_string(core) + "; this board has cores 0 to " + std::to_string(cores.core_count() - 1));
}

Board::Board(const core::Config& config, Options options) {
  if (sc_core::sc_get_status() != sc_core::SC_ELABORATION)
    throw UsageError("a process builds one board, and in this one another was begun before: start, or connect, anew");
  impl_ = std::make_unique<Impl>(config, std::move(options));
  impl_->effective = config.effective();
  impl_->silent = silenced(impl_->options.silence);
}

Board::~Board() = default;

const std::string& Board::name() const { return impl_->name; }
int Board::core_count() const { return impl_->cores.core_count(); }
double Board::clock_hz() const { return impl_->cores.clock_hz(); }
Address Board::window(int core) const {
  impl_->check_core(core);
  return impl_->cores.window(core);
}
bool Board::cores_reach_each_other() const { return impl_->cores.cores_reach_each_other(); }
std::uint32_t Board::local_bytes() const { return impl_->cores.local_bytes(); }
Address Board::shared_base() const { return impl_->dram.base(); }
std::uint32_t Board::shared_bytes() const { return impl_->dram.bytes(); }

void Board::read(Address address, std::span<std::byte> to) const {
  if (to.empty()) return;
  if (address < impl_->cores.local_end() || !impl_->cores.debug_read(address, to, -1))
    throw UsageError("nothing can be read at " + hex(address) + " (" + std::to_string(to.size()) +
                     " bytes); memory is at: " + impl_->memory.text());
}

void Board::write(Address address, std::span<const std::byte> from) {
  if (from.empty()) return;
  if (address < impl_->cores.local_end() || !impl_->cores.debug_write(address, from, -1))
    throw UsageError("nothing can be written at " + hex(address) + " (" + std::to_string(from.size()) +
                     " bytes); memory is at: " + impl_->memory.text());
}

void Board::memory_changed(int core, Address offset, std::uint32_t bytes) {
  impl_->check_core(core);
  impl_->cores.memory_changed(core, offset, bytes);
}

std::vector<core::HostRegister> Board::host_registers() const { return impl_->cores.host_registers(); }

void Board::load(int core, const core::ElfImage& image) {
  impl_->check_core(core);
  check_machine(image, impl_->chip.type(), impl_->cores.big_endian());
  const MemoryMap::Range local{"the core's own memory", 0, local_bytes()};
  for (const core::ElfImage::Segment& segment : image.segments()) {
    const std::uint64_t length = std::max<std::uint64_t>(segment.memory_bytes, segment.bytes.size());
    const bool exists =
        segment.address < impl_->cores.local_end() ? local.covers(segment.address, length) : impl_->memory.covers(segment.address, length);
    if (!exists)
      throw UsageError(image.file().string() + ": a segment of " + std::to_string(length) + " bytes at " + hex(segment.address) +
                       " lies outside memory. Memory is at: " + local.text() + ", " + impl_->memory.text() + ". " +
                       std::string(impl_->chip.type().more_memory));
  }
  for (const core::ElfImage::Segment& segment : image.segments()) {
    impl_->store(core, segment.address, segment.bytes);
    static constexpr std::array<std::byte, 65536> kZeros{};
    for (std::uint64_t at = segment.bytes.size(); at < segment.memory_bytes; at += kZeros.size())
      impl_->store(core, static_cast<Address>(segment.address + at),
                   std::span(kZeros).first(std::min<std::uint64_t>(kZeros.size(), segment.memory_bytes - at)));
  }
  impl_->images[static_cast<std::size_t>(core)] = impl_->names_of(image.file());
}

void Board::reset(int core) {
  impl_->check_core(core);
  impl_->cores.reset(core);
}

void Board::start(int core, std::optional<Address> entry) {
  impl_->check_core(core);
  if (const core::ElfImage* image = impl_->image_of(core); image != nullptr && !entry) {
    const auto& segments = image->segments();
    const bool vectored = std::any_of(segments.begin(), segments.end(),
                                      [](const auto& segment) { return segment.address == 0 && segment.bytes.size() >= 4; });
    if (!vectored) entry = image->entry();
  }
  impl_->cores.start(core, entry);
}

void Board::halt(int core) {
  impl_->check_core(core);
  impl_->cores.halt(core);
}

Cycle Board::now() const { return impl_->cores.now(); }

Stop Board::run(Cycle deadline) {
  const Cycle limit = impl_->options.max_cycles;
  if (now() >= limit) return Stop::CycleLimit;
  core::RunStop stop;
  for (;;) {
    impl_->faults.happen(now());
    const Cycle until = std::min(deadline, limit);
    stop = impl_->chip.run(std::min(until, impl_->faults.next()));
    restore_sanitizer_stack();
    if (stop != core::RunStop::Deadline || now() >= until) break;
  }
  switch (stop) {
    case core::RunStop::Doorbell:
      return Stop::Doorbell;
    case core::RunStop::AllStopped:
      return Stop::AllStopped;
    case core::RunStop::Interrupted:
      return Stop::Interrupted;
    case core::RunStop::Deadline:
      break;
  }
  return now() >= limit ? Stop::CycleLimit : Stop::Deadline;
}

void Board::request_stop() { impl_->cores.request_stop(); }
void Board::watch(std::span<const Address> words) { impl_->cores.watch(words); }

std::vector<Doorbell> Board::rung() {
  std::vector<Doorbell> bells;
  for (const core::Ring& ring : impl_->cores.take_rings()) bells.push_back({ring.address, ring.core, ring.at});
  return bells;
}

void Board::write_at(Cycle at, Address address, std::uint32_t value) { impl_->cores.write_at(at, address, 4, value); }

void Board::host_wait_begins(int core) {
  impl_->check_core(core);
  impl_->cores.host_wait_begins(core);
}

void Board::host_wait_ends(int core) {
  impl_->check_core(core);
  impl_->cores.host_wait_ends(core);
}

core::CauseAccount Board::account(int core) const {
  impl_->check_core(core);
  return impl_->cores.snapshot(core).causes;
}

void Board::observe(std::vector<Address> places, core::Observer& observer) { impl_->chip.observe(std::move(places), observer); }

std::vector<std::pair<std::string, int>> Board::diagnosed() const {
  std::vector<std::pair<std::string, int>> kinds;
  for (std::size_t kind = 0; kind < impl_->reported.size(); ++kind)
    if (impl_->reported[kind] != 0) kinds.emplace_back(core::kMisuseNames[kind], impl_->reported[kind]);
  return kinds;
}

CoreView Board::view(int core) const {
  impl_->check_core(core);
  const core::CoreSnapshot snapshot = impl_->cores.snapshot(core);
  CoreView view;
  view.id = core;
  view.state = snapshot.state;
  view.pc = snapshot.pc;
  view.symbol = impl_->symbol(core, snapshot.pc);
  view.source = impl_->source(core, snapshot.pc);
  view.cycle = snapshot.cycle;
  view.instructions = snapshot.instructions;
  view.exit_code = snapshot.exit_code;
  return view;
}

nlohmann::ordered_json Board::statistics() const {
  nlohmann::ordered_json cores = nlohmann::ordered_json::array();
  std::uint64_t instructions = 0;
  std::vector<core::CoreSnapshot> snapshots;
  for (int core = 0; core < core_count(); ++core) {
    const core::CoreSnapshot& snapshot = snapshots.emplace_back(impl_->cores.snapshot(core));
    instructions += snapshot.instructions;
    nlohmann::ordered_json causes;
    for (std::size_t cause = 0; cause < core::kCauseCount; ++cause)
      causes[std::string(core::kCauseNames[cause])] = snapshot.causes[static_cast<core::Cause>(cause)];
    nlohmann::ordered_json entry{{"id", core},
                                 {"state", kStateNames[static_cast<std::size_t>(snapshot.state)]},
                                 {"cycles", snapshot.cycle},
                                 {"instructions", snapshot.instructions},
                                 {"dual_issues", snapshot.dual_issues},
                                 {"diagnostics", snapshot.diagnostics},
                                 {"causes", std::move(causes)}};
    if (snapshot.exit_code) entry["exit_code"] = *snapshot.exit_code;
    cores.push_back(std::move(entry));
  }
  const double seconds = static_cast<double>(now()) / clock_hz();
  nlohmann::ordered_json links = impl_->cores.links();
  nlohmann::ordered_json energy = impl_->energy.account(seconds, snapshots, links);
  nlohmann::ordered_json document{{"board", name()},           {"clock_hz", clock_hz()},       {"cycles", now()},
                                  {"seconds", seconds},        {"instructions", instructions}, {"cores", std::move(cores)},
                                  {"links", std::move(links)}, {"energy", std::move(energy)},  {"config", impl_->effective}};
  impl_->faults.log().add_to(document);
  return document;
}

}  // namespace epysim::board
