#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "silence.h"

#define PATIENCE_NS 100000000 /* until it is looked whether the board's process is still there */
#define POLL_NS 50000
#define BOOST_CYCLES 6000 /* 10 microseconds at 600 MHz */

static struct {
  struct epx_control* page; /* NULL: not open */
  int file;
  uint64_t cycles; /* passed by this process */
} control = {.file = -1};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* the lock of the file is between processes */

bool control_open(const char* folder) {
  char file[4096];
  snprintf(file, sizeof file, "%s/control", folder);
  control.file = open(file, O_RDWR | O_CLOEXEC);
  void* page = MAP_FAILED;
  if (control.file >= 0) page = mmap(NULL, EPX_CONTROL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, control.file, 0);
  if (page == MAP_FAILED) {
    message_error("no board at %s: %s", file, strerror(errno));
    control_close();
    return false;
  }
  control.page = page;
  control.cycles = 0;
  if (__atomic_load_n(&control.page->magic, __ATOMIC_ACQUIRE) == EPX_MAGIC && control.page->version == EPX_VERSION) {
    if (control.page->time == EPX_VIRTUAL) silence_watch();
    return true;
  }
  message_error("%s is of another version, or its board is not ready", file);
  control_close();
  return false;
}

void control_close(void) {
  silence_forget();
  if (control.page != NULL) munmap(control.page, EPX_CONTROL_BYTES);
  if (control.file >= 0) close(control.file);
  control.page = NULL;
  control.file = -1;
}

bool control_is_open(void) { return control.page != NULL; }
bool control_is_virtual(void) { return control.page->time != EPX_FREE; }

bool control_answers(void) {
  if (__atomic_load_n(&control.page->board, __ATOMIC_ACQUIRE) == 0) return false;
  struct flock64 lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  return fcntl(control.file, F_GETLK64, &lock) != 0 || lock.l_type != F_UNLCK;
}

static bool carried_out(uint32_t number) {
  while (true) {
    const uint32_t done = __atomic_load_n(&control.page->done, __ATOMIC_ACQUIRE);
    if (done == number) return true;
    const struct timespec patience = {0, PATIENCE_NS};
    syscall(SYS_futex, &control.page->done, FUTEX_WAIT, done, &patience, NULL, 0);
    if (__atomic_load_n(&control.page->done, __ATOMIC_ACQUIRE) == done && !control_answers()) return false;
  }
}

bool control_command(enum epx_command command, uint64_t cycles) {
  if (!control_answers()) return false;
  silence_ends();
  pthread_mutex_lock(&turn);
  while (flock(control.file, LOCK_EX) != 0 && errno == EINTR) continue;
  const uint32_t number = control.page->requested + 1;
  control.page->command = (uint32_t)command;
  control.page->cycles = cycles;
  __atomic_store_n(&control.page->requested, number, __ATOMIC_RELEASE);
  syscall(SYS_futex, &control.page->requested, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
  const bool done = carried_out(number);
  if (done && command == EPX_ADVANCE) control.cycles += cycles;
  flock(control.file, LOCK_UN);
  pthread_mutex_unlock(&turn);
  return done;
}

void control_charge(void) {
  if (control.page->access_cycles != 0) control_command(EPX_ADVANCE, control.page->access_cycles);
}
void control_boost(void) { control_command(EPX_ADVANCE, BOOST_CYCLES); }

/* Cycles in a time and back, without overflow for years. */
static uint64_t scaled(uint64_t value, uint64_t to, uint64_t from) { return value / from * to + value % from * to / from; }

void control_pass(uint64_t nanoseconds) {
  const uint64_t cycles = scaled(nanoseconds, control.page->clock_hz, 1000000000);
  if (control_is_virtual()) {
    control_command(EPX_ADVANCE, cycles);
    return;
  }
  const uint64_t end = __atomic_load_n(&control.page->now, __ATOMIC_ACQUIRE) + cycles;
  if (!control_command(EPX_EXCHANGE, 0)) return;
  while (__atomic_load_n(&control.page->now, __ATOMIC_ACQUIRE) < end) {
    if (__atomic_load_n(&control.page->all_stopped, __ATOMIC_ACQUIRE) != 0 || !control_answers()) return;
    message_sleep(POLL_NS);
  }
}

uint64_t control_elapsed(void) { return control.page == NULL ? 0 : scaled(control.cycles, 1000000000, control.page->clock_hz); }
