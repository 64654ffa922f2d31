#include "hostlink/mapped/export_control.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <utility>

#include "sim/core/error.h"

namespace epysim::hostlink {
namespace {

constexpr long kPatience = 100'000'000;  // nanoseconds until it is looked whether the board is still there

template <typename Word>
Word load(Word& word) {
  return std::atomic_ref(word).load(std::memory_order_acquire);
}

/// Hosts take turns.
class Turn {
 public:
  explicit Turn(int file) : file_(file) {
    while (::flock(file_, LOCK_EX) != 0 && errno == EINTR) continue;
  }
  ~Turn() { ::flock(file_, LOCK_UN); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int file_;
};

}  // namespace

ExportControl::ExportControl(std::filesystem::path file) : file_(std::move(file)) {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
  void* const page = descriptor_ < 0 ? MAP_FAILED : ::mmap(nullptr, EPX_CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (page == MAP_FAILED) {
    const std::string why = std::strerror(errno);
    if (descriptor_ >= 0) ::close(descriptor_);
    throw UsageError("no board at " + file_.string() + ": " + why + "; epysim board --export makes one");
  }
  page_ = static_cast<epx_control*>(page);
  const bool known = load(page_->magic) == EPX_MAGIC && page_->version == EPX_VERSION;
  if (known && answers()) return;
  ::munmap(page_, EPX_CONTROL_BYTES);
  ::close(descriptor_);
  throw UsageError("no board at " + file_.string() + ": " +
                   (known ? "the one that was exported there has ended" : "it is of another version, or its board is not ready"));
}

ExportControl::~ExportControl() {
  ::munmap(page_, EPX_CONTROL_BYTES);
  ::close(descriptor_);
}

Cycle ExportControl::now() const { return load(page_->now); }
bool ExportControl::all_stopped() const { return load(page_->all_stopped) != 0; }

bool ExportControl::answers() const {
  if (load(page_->board) == 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(descriptor_, F_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

void ExportControl::check() const {
  if (!answers()) throw ProgramError(file_.parent_path().string() + ": the exported board has ended");
}

void ExportControl::command(epx_command what, Cycle cycles) {
  const Turn turn(descriptor_);
  check();
  const std::uint32_t number = page_->requested + 1;
  page_->command = what;
  page_->cycles = cycles;
  std::atomic_ref(page_->requested).store(number, std::memory_order_release);
  ::syscall(SYS_futex, &page_->requested, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  for (std::uint32_t done = load(page_->done); done != number; done = load(page_->done)) {
    const timespec patience{0, kPatience};
    ::syscall(SYS_futex, &page_->done, FUTEX_WAIT, done, &patience, nullptr, 0);
    if (load(page_->done) == done) check();
  }
}

}  // namespace epysim::hostlink
