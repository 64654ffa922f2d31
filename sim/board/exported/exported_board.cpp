#include "sim/board/exported/exported_board.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>

#include "sim/core/error.h"

namespace epysim::board {
namespace {

constexpr Cycle kSlice = 6000;                     // in free time, between two exchanges: 10 microseconds of a chip at 600 MHz
constexpr long kIdleNanoseconds = 500'000;         // when nothing runs
constexpr long kCommandNanoseconds = 100'000'000;  // until stop() is noticed
constexpr long kSilenceNanoseconds = 2'000'000;    // of the host, until time passes by itself (EPX_BOOST)

void wait_while(const std::uint32_t& word, std::uint32_t value, long nanoseconds) {
  const timespec time{0, nanoseconds};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, value, &time, nullptr, 0);
}
void wake(const std::uint32_t& word) { ::syscall(SYS_futex, &word, FUTEX_WAKE, INT32_MAX, nullptr, nullptr, 0); }

/// Opens the file, and locks it for as long as this process lives, whatever becomes of it; then empties it.
int open_control(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  struct flock alive {};
  alive.l_type = F_WRLCK;
  alive.l_whence = SEEK_SET;
  if (descriptor >= 0 && ::fcntl(descriptor, F_SETLK, &alive) != 0) {
    ::close(descriptor);
    throw UsageError("--export " + file.parent_path().string() + ": another board is exported there");
  }
  if (descriptor < 0 || ::ftruncate(descriptor, 0) != 0 || ::ftruncate(descriptor, EPX_CONTROL_BYTES) != 0)
    throw UsageError(file.string() + " cannot be made: " + std::strerror(errno));
  return descriptor;
}

epx_control* map_control(int descriptor) {
  void* const memory = ::mmap(nullptr, EPX_CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) throw UsageError(std::string("the file `control` cannot be mapped: ") + std::strerror(errno));
  return static_cast<epx_control*>(memory);
}

std::filesystem::path made(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw UsageError("--export " + folder.string() + ": the folder cannot be made: " + failure.message());
  return folder;
}

}  // namespace

ExportedBoard::ExportedBoard(const std::filesystem::path& folder, const core::Config& config, epx_time time, std::uint32_t access_cycles)
    : folder_(made(folder)),
      control_file_(open_control(folder_ / "control")),
      control_(map_control(control_file_)),
      memory_(folder_ / "memory", config) {
  control_->version = EPX_VERSION;
  control_->time = time;
  control_->access_cycles = access_cycles;
}

ExportedBoard::~ExportedBoard() {
  std::atomic_ref(control_->board).store(0, std::memory_order_release);
  wake(control_->done);  // whoever waits for a command that nobody will carry out
  ::munmap(control_, EPX_CONTROL_BYTES);
  ::close(control_file_);
  std::error_code ignored;
  std::filesystem::remove(folder_ / "memory", ignored);
  std::filesystem::remove(folder_ / "control", ignored);
}

std::span<std::byte> ExportedBoard::memory(Address base, std::size_t bytes) { return memories_[base] = memory_.map(base, bytes); }

void ExportedBoard::attach(Board& board) {
  board_ = &board;
  for (int core = 0; core < board.core_count(); ++core) {
    scratchpads_.emplace_back(board, core, memories_.at(board.window(core)).first(board.local_bytes()));
  }
  registers_ = std::make_unique<ExportedRegisters>(board, memory_);
  registers_->publish();
  control_->clock_hz = static_cast<std::uint64_t>(std::llround(board.clock_hz()));
  control_->board = static_cast<std::uint32_t>(::getpid());
  control_->all_stopped = 1;
  std::atomic_ref(control_->magic).store(EPX_MAGIC, std::memory_order_release);
}

/// Memory before registers: what starts a core comes after its program.
void ExportedBoard::take_stores() {
  for (ExportedScratchpad& scratchpad : scratchpads_) scratchpad.take_stores();
  registers_->take_stores();
}

void ExportedBoard::exchange() {
  take_stores();
  registers_->publish();
}

Stop ExportedBoard::run(Cycle cycles) {
  take_stores();
  const Stop why = board_->run(board_->now() + cycles);
  registers_->publish();
  std::atomic_ref(control_->now).store(board_->now(), std::memory_order_release);
  std::atomic_ref(control_->all_stopped).store(why == Stop::AllStopped ? 1 : 0, std::memory_order_release);
  return why;
}

/// One command of the host. False when there is none.
bool ExportedBoard::carry_out() {
  const std::uint32_t requested = std::atomic_ref(control_->requested).load(std::memory_order_acquire);
  if (requested == control_->done) return false;
  const bool pass = control_->command == EPX_ADVANCE && control_->time != EPX_FREE;
  if (pass) {
    run(control_->cycles);
  } else {
    exchange();
  }
  if (control_->command == EPX_RESET) {
    for (int core = 0; core < board_->core_count(); ++core) board_->reset(core);
    exchange();
  }
  // What was known of the cores is no longer: whoever waits for them has to see a run that began after the command.
  if (!pass) std::atomic_ref(control_->all_stopped).store(0, std::memory_order_release);
  std::atomic_ref(control_->done).store(requested, std::memory_order_release);
  wake(control_->done);
  return true;
}

Stop ExportedBoard::serve() {
  Stop why = Stop::AllStopped;
  bool by_itself = control_->time == EPX_FREE;
  while (!stopping_) {
    if (carry_out()) {
      by_itself = control_->time == EPX_FREE;
      continue;
    }
    if (!by_itself) {
      const bool boost = control_->time == EPX_BOOST;
      wait_while(control_->requested, control_->done, boost ? kSilenceNanoseconds : kCommandNanoseconds);
      by_itself = boost;  // unless there is a command now
      continue;
    }
    why = run(kSlice);
    if (why == Stop::CycleLimit) return why;
    if (why == Stop::AllStopped) wait_while(control_->requested, control_->done, kIdleNanoseconds);
  }
  return why;
}

void ExportedBoard::stop() {
  stopping_ = true;
  if (board_ != nullptr) board_->request_stop();
}

}  // namespace epysim::board
