// A MicroBlaze program beside QEMU's user mode: "qemu-microblazeel -singlestep -d cpu,nochain PROGRAM 2>&1 >/dev/null | lockstep PROGRAM
// ENGINE [MOST]", where ENGINE is "reference" or "eager" and MOST how many instructions are enough.
// QEMU writes its registers before each instruction; here the core executes the instruction before, and they are compared: r0 to r31, pc,
// the carry, FSR. Where QEMU 7.2 is known to depart from the manual, the core goes on with QEMU's result. What the program writes goes to
// standard output; the last line on standard error says how many instructions were compared, or shows the first that differs.
//
// The core starts with QEMU's registers, has everything that QEMU's has, and takes no exceptions. The program has to lie within the first
// megabyte.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "sim/core/elf_image.h"
#include "sim/microblaze/core.h"
#include "sim/microblaze/disassemble.h"

using namespace epysim;
using namespace epysim::microblaze;

namespace {

constexpr std::uint32_t kBytes = 1u << 20;

/// What a program finds that needs nothing but standard output.
class Console : public zynq::Surroundings {
 public:
  void load(zynq::SoftCore& core, Address, unsigned, Cycle at) override { core.complete(0, true, at); }
  void store(zynq::SoftCore& core, Address, unsigned, std::uint32_t, Cycle at) override { core.complete(0, true, at); }
  core::GuestServices::Reply system_call(zynq::SoftCore& core, core::GuestCall, std::span<const std::uint32_t, 3> arguments) override {
    if (std::uint64_t{arguments[1]} + arguments[2] > kBytes) return {-1, 14};
    std::fwrite(core.local().data() + arguments[1], 1, arguments[2], stdout);
    return {static_cast<std::int32_t>(arguments[2]), 0};
  }
  void changed(const zynq::SoftCore&) override {}
  void diagnose(const zynq::SoftCore&, core::Misuse, Address pc, Cycle, const std::string& text) override {
    std::fprintf(stderr, "%08x: %s\n", pc, text.c_str());
  }
};

struct Record {
  Address pc = 0;
  std::uint32_t fsr = 0;
  std::array<std::uint32_t, 32> r{};
};

std::uint32_t hex_behind(const std::string& line, const char* key) {
  const std::size_t at = line.find(key);
  return at == std::string::npos ? 0 : static_cast<std::uint32_t>(std::strtoul(line.c_str() + at + std::strlen(key), nullptr, 16));
}

/// What QEMU says next.
std::optional<Record> next_record() {
  Record record;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.starts_with("pc=")) {
      record.pc = hex_behind(line, "pc=");
    } else if (line.starts_with("esr=")) {
      record.fsr = hex_behind(line, "fsr=");
    } else if (line.size() > 4 && line[0] == 'r' && line[3] == '=') {
      unsigned number = static_cast<unsigned>(std::strtoul(line.c_str() + 1, nullptr, 10));
      for (std::size_t at = 4; at < line.size() && number < 32; at += 13) {  // "r03=12345678 "
        record.r[number++] = static_cast<std::uint32_t>(std::strtoul(line.c_str() + at, nullptr, 16));
      }
      if (number == 32) return record;
    }
  }
  return std::nullopt;
}

/// The first difference as text; empty when there is none.
std::string difference(const Record& theirs, const CpuState& ours) {
  char text[100];
  if (theirs.pc != ours.pc) {
    std::snprintf(text, sizeof text, "pc: QEMU %08x, core %08x", theirs.pc, ours.pc);
    return text;
  }
  for (unsigned i = 0; i < 32; ++i) {
    if (theirs.r[i] == ours.r[i]) continue;
    std::snprintf(text, sizeof text, "r%u: QEMU %08x, core %08x", i, theirs.r[i], ours.r[i]);
    return text;
  }
  if (theirs.fsr == ours.fsr) return {};
  std::snprintf(text, sizeof text, "FSR: QEMU %02x, core %02x", theirs.fsr, ours.fsr);
  return text;
}

bool denormal_or_nan(std::uint32_t bits) {
  const std::uint32_t exponent = bits >> 23 & 0xffu, fraction = bits & 0x7fffffu;
  return fraction != 0 && (exponent == 0 || exponent == 0xff);
}

/// Whether QEMU 7.2 is known not to do what the manual says: the comparisons by "or equal" take their operands the other way round, FINT
/// rounds to nearest, denormals and NaN are computed with, and FSR is left as it was. What getpid() gives is QEMU's business as well.
bool departs(const Instruction& insn, const std::array<std::uint32_t, 32>& before, const Record& theirs, const CpuState& ours) {
  constexpr std::uint32_t kProcessId = 20;
  if (insn.op == Op::brki && before[12] == kProcessId) return true;
  if (insn.op == Op::fcmp_le || insn.op == Op::fcmp_ge || insn.op == Op::fint) return true;
  if (info(insn.op).match >> 26 != 0x16) return false;  // not of the FPU
  return denormal_or_nan(before[insn.ra]) || denormal_or_nan(before[insn.rb]) || denormal_or_nan(theirs.r[insn.rd]) ||
         denormal_or_nan(ours.r[insn.rd]);
}

int compare(const char* file, const std::string& engine, std::uint64_t most) {
  const core::ElfImage image(file);
  Console console;
  Options options = Options::preset("mb-full");
  options.exceptions = {};
  options.linux_system_calls = true;
  Core core(0, kBytes, options, console);
  if (engine == "eager") core.use_fast_engine(1);
  for (const auto& segment : image.segments()) {
    if (segment.address > kBytes || segment.bytes.size() > kBytes - segment.address) return 2;
    std::memcpy(core.local().data() + segment.address, segment.bytes.data(), segment.bytes.size());
  }
  core.start(image.entry(), 0);

  std::optional<Record> record = next_record();
  if (!record) return 2;
  core.cpu().r = record->r;
  std::uint64_t instructions = 0, departures = 0;
  while (core.state() == core::CoreState::Running) {
    const Address pc = core.cpu().pc;
    const auto before = core.cpu().r;
    const auto code = core.local().load<std::uint32_t>(pc);
    core.run(core.now() + 1, kNever);
    ++instructions;
    record = next_record();
    if (!record) {
      if (core.state() == core::CoreState::Running)
        std::fprintf(stderr, "%08x, %s, is QEMU's last\n", pc, disassemble(decode(code), pc).c_str());
      break;
    }
    const std::string wrong = difference(*record, core.cpu());
    if (wrong.empty()) {
      if (instructions < most) continue;
      std::fprintf(stderr, "%llu instructions agree, %llu departures\n", static_cast<unsigned long long>(instructions),
                   static_cast<unsigned long long>(departures));
      return 0;
    }
    if (record->pc == core.cpu().pc && departs(decode(code), before, *record, core.cpu())) {
      ++departures;
      core.cpu().r = record->r;
      core.cpu().fsr = record->fsr;
      if (difference(*record, core.cpu()).empty()) continue;
    }
    std::fprintf(stderr, "instruction %llu, at %08x, %s: %s\n", static_cast<unsigned long long>(instructions), pc,
                 disassemble(decode(code), pc).c_str(), wrong.c_str());
    return 1;
  }
  std::fprintf(stderr, "%llu instructions agree, %llu departures\n", static_cast<unsigned long long>(instructions),
               static_cast<unsigned long long>(departures));
  return core.state() == core::CoreState::Exited && !next_record() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  std::ios::sync_with_stdio(false);
  if (count != 3 && count != 4) return 2;
  return compare(arguments[1], arguments[2], count == 4 ? std::strtoull(arguments[3], nullptr, 10) : UINT64_MAX);
}

// SystemC's library wants one; nobody enters it.
extern "C" int sc_main(int, char**);
extern "C" int sc_main(int, char**) { return 0; }
