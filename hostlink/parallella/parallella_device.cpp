#include "hostlink/parallella/parallella_device.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "hostlink/parallella/soft_reset.h"
#include "sim/core/core_type.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"
#include "sim/core/hex.h"

namespace epysim::hostlink {
namespace {

using Register = CoreRegister;

constexpr std::uint32_t kSync = 1;    // ILAT
constexpr std::uint32_t kHalted = 1;  // DEBUGSTATUS
constexpr std::uint32_t kActive = 1;  // STATUS
constexpr std::chrono::microseconds kPoll(50);
constexpr std::chrono::seconds kStart(5);

}  // namespace

ParallellaDevice::ParallellaDevice(const std::filesystem::path& file, const core::Config& config)
    : MappedDevice(std::make_unique<MappedMemory>(file, config, MappedMemory::Cores{parallella_windows(config), true}),
                   core::CoreType::named("epiphany")),
      registers_(memory()) {}

void ParallellaDevice::reset(int core) { soft_reset(memory(), registers_, core); }

void ParallellaDevice::release(int core) {
  registers_.write(core, Register::ILATST, kSync);
  // Until it has left its reset vector it looks like one that has ended.
  const auto end = std::chrono::steady_clock::now() + kStart;
  while (registers_.read(core, Register::PC) == 0) {
    if (std::chrono::steady_clock::now() > end) throw ProgramError("core " + std::to_string(core) + " does not start: reset the board");
    memory().pass(kPoll);
  }
}

bool ParallellaDevice::all_stopped(const std::vector<int>& watched) const {
  return std::all_of(watched.begin(), watched.end(), [this](int core) {
    return (registers_.read(core, Register::DEBUGSTATUS) & kHalted) != 0 || (registers_.read(core, Register::STATUS) & kActive) == 0;
  });
}

CoreStatus ParallellaDevice::status(int core) const {
  const std::uint32_t pc = registers_.read(core, Register::PC);
  CoreStatus status;
  status.stopped = (registers_.read(core, Register::DEBUGSTATUS) & kHalted) != 0;
  status.where = image() != nullptr ? image()->symbolise(pc) : "";
  if (status.where.empty()) {
    status.where = "pc " + core::hex(pc);
  } else if (const std::string line = image()->source_line(pc); !line.empty()) {
    status.where += " (" + line + ")";
  }
  return status;
}

nlohmann::ordered_json ParallellaDevice::show(int core) const {
  const bool halted = (registers_.read(core, Register::DEBUGSTATUS) & kHalted) != 0;
  const bool active = (registers_.read(core, Register::STATUS) & kActive) != 0;
  return {{"state", halted ? "halted" : active ? "running" : "idle"}, {"pc", registers_.read(core, Register::PC)}};
}

}  // namespace epysim::hostlink
