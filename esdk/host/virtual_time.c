/* The host's clock on a board whose time is virtual: sleeping lets the board's time pass, and clocks show it. An exported board in free
 * time runs by itself, but more slowly than silicon: sleeping waits until it has come that far. On other boards, and before e_init, all is
 * the system's own. A host program gets these instead of the C library's by linking with libe-hal. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "board.h"
#include "control.h"
#include "poll.h"

#define SECOND 1000000000u

static int pass(uint64_t nanoseconds) {
  if (control_is_open()) {
    board_pass(nanoseconds);
    return 0;
  }
  const struct timespec time = {(time_t)(nanoseconds / SECOND), (long)(nanoseconds % SECOND)};
  return (int)syscall(SYS_nanosleep, &time, NULL);
}

#pragma GCC visibility push(default)

int usleep(useconds_t microseconds) { return pass((uint64_t)microseconds * 1000); }
unsigned sleep(unsigned seconds) { return pass((uint64_t)seconds * SECOND) == 0 ? 0 : seconds; }

int nanosleep(const struct timespec* time, struct timespec* left) {
  if (!control_is_open()) return (int)syscall(SYS_nanosleep, time, left);
  if (time->tv_sec < 0 || time->tv_nsec < 0 || time->tv_nsec >= (long)SECOND) {
    errno = EINVAL;
    return -1;
  }
  return pass((uint64_t)time->tv_sec * SECOND + (uint64_t)time->tv_nsec);
}

/* Real time when the program asked first, and from there on the board's. */
int clock_gettime(clockid_t clock, struct timespec* now) {
  static struct timespec begin[2];
  if (!board_has_virtual_time() || (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC))
    return (int)syscall(SYS_clock_gettime, clock, now);
  struct timespec* const first = &begin[clock == CLOCK_MONOTONIC];
  if (first->tv_sec == 0 && syscall(SYS_clock_gettime, clock, first) != 0) return -1;
  const uint64_t elapsed = board_elapsed() + (uint64_t)first->tv_nsec;
  now->tv_sec = first->tv_sec + (time_t)(elapsed / SECOND);
  now->tv_nsec = (long)(elapsed % SECOND);
  poll_clock();
  return 0;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  struct timespec time;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &time) != 0) return -1;
  now->tv_sec = time.tv_sec;
  now->tv_usec = (suseconds_t)(time.tv_nsec / 1000);
  return 0;
}

#pragma GCC visibility pop
