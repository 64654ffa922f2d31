#include "poll.h"

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "control.h"

#define PLACES 64  /* that a host may poll in turns */
#define PATIENCE 8 /* reads in a row of which none brought anything new */

static struct {
  const volatile void* place;
  uint64_t contents;
} known[PLACES];
static unsigned unchanged;

static uint64_t digest(const unsigned char* data, size_t bytes) {
  uint64_t value = 0xcbf29ce484222325u; /* FNV-1a */
  for (size_t i = 0; i < bytes; ++i) value = (value ^ data[i]) * 0x100000001b3u;
  return value;
}

static void again(bool same) {
  unchanged = same ? unchanged + 1 : 0;
  if (unchanged >= PATIENCE) control_boost();
}

void poll_read(const volatile void* place, const void* data, size_t bytes) {
  if (!board_has_virtual_time()) return;
  const uint64_t contents = digest(data, bytes);
  const unsigned slot = (unsigned)(((uintptr_t)place >> 2) * 0x9e3779b1u >> 8) % PLACES;
  const bool same = known[slot].place == place && known[slot].contents == contents;
  known[slot].place = place;
  known[slot].contents = contents;
  again(same);
}

void poll_clock(void) {
  if (board_has_virtual_time()) again(true);
}

void poll_ends(void) { unchanged = 0; }
