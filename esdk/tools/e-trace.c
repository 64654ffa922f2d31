/* e-trace: makes the region for events, where there is none, and prints those that cores have traced, oldest first; they are then gone. */
#include <e-hal.h>
#include <e-trace.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  static unsigned long long events[TRACE_BYTES / sizeof(unsigned long long)];
  char line[TRACE_TEXT_BYTES];
  setenv("EHAL_FIX", "shm-contents", 1); /* those that are there are what this is for */
  if (e_init(NULL) != E_OK || trace_init() != E_OK) return 1;
  const int count = trace_read_n(events, sizeof events / sizeof *events);
  for (int i = 0; i < count; ++i) {
    trace_event_to_string(line, events[i]);
    puts(line);
  }
  e_finalize();
  return count < 0 ? 1 : 0;
}
