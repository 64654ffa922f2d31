#include "hostlink/parallella/parallella_device.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "hostlink/parallella/soft_reset.h"
#include "sim/core/elf_image.h"
#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

using Register = CoreRegister;

constexpr std::uint32_t kSync = 1;           // ILAT
constexpr std::uint32_t kHalted = 1;         // DEBUGSTATUS
constexpr std::uint32_t kActive = 1;         // STATUS
constexpr std::uint16_t kEpiphany = 0x1223;  // EM_ADAPTEVA_EPIPHANY
constexpr Address kOwn = 0x100000;           // below, an address is a core's own
// Polling is what a host can do. It looks again at once while there is much to do, and less often when there is not.
constexpr std::chrono::microseconds kBusy(200), kPoll(50), kStateCheck(20000);
constexpr std::chrono::seconds kStart(5);

}  // namespace

ParallellaDevice::ParallellaDevice(std::unique_ptr<MappedBoard> board) : board_(std::move(board)) {}

ParallellaDevice::~ParallellaDevice() = default;

void ParallellaDevice::load(int core, const std::filesystem::path& elf) {
  if (!image_ || image_->file() != elf) image_ = std::make_unique<core::ElfImage>(elf);
  if (image_->machine() != kEpiphany) {
    throw UsageError(elf.string() + ": this ELF is for " + core::machine_name(image_->machine()) + ", the board has Epiphany cores");
  }
  soft_reset(*board_, core);
  const Address window = description().windows[static_cast<std::size_t>(core)];
  for (const core::ElfImage::Segment& segment : image_->segments())
    board_->write(segment.address < kOwn ? window + segment.address : segment.address, segment.bytes);
}

void ParallellaDevice::start(int core) {
  for (Bell& bell : bells_)
    if (bell.core == core) bell.last = board_->read_word(bell.word);  // as the loader has left it
  board_->write(core, Register::ILATST, kSync);
  // Until it has left its reset vector it looks like one that has ended.
  const auto end = Clock::now() + kStart;
  while (board_->read(core, Register::PC) == 0) {
    if (Clock::now() > end) throw ProgramError("core " + std::to_string(core) + " does not start: reset the board");
    std::this_thread::sleep_for(kPoll);
  }
}
void ParallellaDevice::halt(int core) { board_->write(core, Register::DEBUGCMD, 1); }

void ParallellaDevice::watch(std::span<const Doorbells> doorbells) {
  bells_.clear();
  for (std::size_t core = 0; core < doorbells.size(); ++core) {
    if (doorbells[core].request == 0) continue;
    bells_.push_back({static_cast<int>(core), true, doorbells[core].channel, 0});
    bells_.push_back({static_cast<int>(core), false, doorbells[core].request, 0});
  }
}

std::optional<ParallellaDevice::Bell> ParallellaDevice::rung() {
  for (std::size_t i = 0; i < bells_.size(); ++i) {
    const std::size_t place = (next_ + i) % bells_.size();
    Bell& bell = bells_[place];
    const std::uint32_t value = board_->read_word(bell.word);
    if (value == bell.last) continue;
    bell.last = value;
    next_ = place + 1;
    return bell;
  }
  return std::nullopt;
}

bool ParallellaDevice::all_stopped() const {
  return std::all_of(bells_.begin(), bells_.end(), [this](const Bell& bell) {
    return status(bell.core).stopped || (board_->read(bell.core, Register::STATUS) & kActive) == 0;
  });
}

Notice ParallellaDevice::wait(double seconds) {
  const auto begin = Clock::now();
  const double latest = 1e9;  // a time that a clock can hold
  const auto deadline =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::clamp(seconds, 0.0, latest)));
  auto look = begin + kStateCheck;
  while (true) {
    if (interrupted_.exchange(false)) return {Wake::Interrupted, -1, this->seconds()};
    if (const std::optional<Bell> bell = rung()) {
      ++requests_;
      return {Wake::Doorbell, bell->core, this->seconds(), bell->channel};
    }
    const auto now = Clock::now();
    if (now >= deadline) return {Wake::TimeOut, -1, this->seconds()};
    if (now >= look) {
      look = now + kStateCheck;
      if (all_stopped()) {
        const std::optional<Bell> last = rung();  // before it fell asleep
        if (!last) return {Wake::AllStopped, -1, this->seconds()};
        ++requests_;
        return {Wake::Doorbell, last->core, this->seconds(), last->channel};
      }
    }
    if (now > begin + kBusy) std::this_thread::sleep_for(kPoll);
  }
}

double ParallellaDevice::seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

CoreStatus ParallellaDevice::status(int core) const {
  const std::uint32_t pc = board_->read(core, Register::PC);
  CoreStatus status;
  status.stopped = (board_->read(core, Register::DEBUGSTATUS) & kHalted) != 0;
  status.where = image_ ? image_->symbolise(pc) : "";
  if (!status.where.empty()) {
    if (const std::string line = image_->source_line(pc); !line.empty()) status.where += " (" + line + ")";
    return status;
  }
  char text[24];
  std::snprintf(text, sizeof text, "pc 0x%08x", static_cast<unsigned>(pc));
  status.where = text;
  return status;
}

nlohmann::ordered_json ParallellaDevice::statistics() const {
  nlohmann::ordered_json cores = nlohmann::ordered_json::array();
  for (int core = 0; core < description().core_count; ++core) {
    const bool active = (board_->read(core, Register::STATUS) & kActive) != 0;
    cores.push_back({{"id", core},
                     {"state", status(core).stopped ? "halted"
                               : active             ? "running"
                                                    : "idle"},
                     {"pc", board_->read(core, Register::PC)}});
  }
  return {{"board", description().board},
          {"clock_hz", description().clock_hz},
          {"seconds", seconds()},
          {"requests", requests_},
          {"cores", std::move(cores)}};
}

}  // namespace epysim::hostlink
