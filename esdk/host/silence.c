#include "silence.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "message.h"

#define LOOK_NS 250000000
#define PATIENCE_NS 2000000000 /* of the processor's time, without a call */

static atomic_bool begun, watching;
static atomic_uint calls;

/* That this process has used. */
static uint64_t processor_time(void) {
  struct timespec time = {0, 0};
  syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void* watch(void* unused) {
  (void)unused;
  unsigned seen = atomic_load(&calls);
  for (uint64_t since = processor_time();; message_sleep(LOOK_NS)) {
    const unsigned now = atomic_load(&calls);
    if (now != seen || !atomic_load(&watching)) {
      seen = now;
      since = processor_time();
    } else if (processor_time() - since > PATIENCE_NS) {
      message_warning(
          "this program has been busy for a while without a call that lets time pass on the board: if it waits for a word that it reads "
          "through a pointer, it waits for ever; with `epysim board --export --time boost` (or free) the board goes on meanwhile");
      break;
    }
  }
  return NULL;
}

void silence_watch(void) {
  pthread_t thread;
  atomic_store(&watching, true);
  if (atomic_exchange(&begun, true)) return; /* one thread, however many boards there have been */
  if (pthread_create(&thread, NULL, watch, NULL) == 0) pthread_detach(thread);
}

void silence_ends(void) { atomic_fetch_add(&calls, 1); }
void silence_forget(void) { atomic_store(&watching, false); }
