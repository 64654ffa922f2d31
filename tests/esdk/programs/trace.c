/* Reads what all cores have traced. */
#include <e-trace.h>

#include "check.h"

#define EVENTS (TRACE_BYTES / 8 / 16) /* of a core */
#define CHECKS 9

static unsigned long long events[16 * EVENTS];

int main(int argc, char* argv[]) {
  trace_event_t event;
  char text[TRACE_TEXT_BYTES];
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(trace_init(), E_OK);
  CHECK_EQUAL(trace_read(2), 0);
  CHECK_EQUAL(e_load_group(device(argv, "trace"), &all, 0, 0, 4, 4, E_TRUE), E_OK);
  for (unsigned i = 0; i < 16; ++i) await_checks(i / 4, i % 4, CHECKS);

  CHECK_EQUAL(trace_read_n(events, 30), 30); /* those of the others are older than those of the last core */
  for (unsigned i = 0, last = 0; i < 30; ++i) {
    CHECK_EQUAL(trace_event_to_struct(&event, events[i]), E_OK);
    CHECK(event.timestamp >= last);
    last = event.timestamp;
    if (i < 15) { /* all at once, in any order */
      CHECK_EQUAL(event.severity, 2);
      CHECK_EQUAL(event.eventId, 0);
      CHECK_EQUAL(event.breakpoint, 0);
      CHECK_EQUAL(event.coreId, ee_get_id_from_num(&all, event.data));
      CHECK(event.timestamp < 500);
    } else {
      CHECK_EQUAL(event.coreId, ee_get_id_from_num(&all, i - 15));
      CHECK(event.timestamp >= 1000 * (i - 14) && event.timestamp < 1000 * (i - 14) + 1000);
      CHECK_EQUAL(trace_event_to_string(text, events[i]), E_OK);
      CHECK(strcmp(strchr(text, 'c') + 11, "debug USER1_START at 3: 254") == 0);
    }
  }

  CHECK_EQUAL(trace_read_n(events, 16 * EVENTS), EVENTS); /* and its first ones were written over */
  for (unsigned i = 0; i < EVENTS; ++i) {
    CHECK_EQUAL(trace_event_to_struct(&event, events[i]), E_OK);
    CHECK_EQUAL(event.eventId, 10);
    CHECK_EQUAL(event.severity, 1);
    CHECK_EQUAL(event.breakpoint, 15);
    CHECK_EQUAL(event.coreId, 0x8cb);
    CHECK_EQUAL(event.data, (i + 2) & 0xff);
  }
  CHECK_EQUAL(trace_read_n(events, 16 * EVENTS), 0);
  trace_finalize();
  return end();
}
