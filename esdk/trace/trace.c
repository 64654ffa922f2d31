#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e-trace.h"

#define EVENTS (TRACE_BYTES / sizeof(unsigned long long))
#define STEP_US 1000

static e_mem_t region; /* E_NULL: not open */

static bool is_there(const e_shmtable_t* table) {
  for (int i = 0; i < MAX_SHM_REGIONS; ++i)
    if (table->regions[i].valid == 1 && strcmp(table->regions[i].shm_seg.name, TRACE_REGION) == 0) return true;
  return false;
}

int trace_init(void) {
  static const char nothing[TRACE_BYTES];
  const e_shmtable_t* const table = e_shm_get_shmtable();
  if (table == NULL) return E_ERR;
  if (is_there(table)) return e_shm_attach(&region, TRACE_REGION);
  if (e_shm_alloc(&region, TRACE_REGION, TRACE_BYTES) != E_OK) return E_ERR;
  return e_write(&region, 0, 0, 0, nothing, sizeof nothing) == (ssize_t)sizeof nothing ? E_OK : E_ERR;
}

void trace_finalize(void) {
  if (region.objtype == E_SHARED_MEM) e_shm_release(TRACE_REGION);
  region.objtype = E_NULL;
}

static unsigned cycles(unsigned long long event) { return ~(unsigned)event; }

static int earlier(const void* left, const void* right) {
  const unsigned long long *const a = *(unsigned long long*const*)left, *const b = *(unsigned long long*const*)right;
  if (cycles(*a) != cycles(*b)) return cycles(*a) < cycles(*b) ? -1 : 1;
  return a < b ? -1 : 1;
}

/* Where cores have written is not known but by what is there: no event has a half that is zero. */
int trace_read_n(unsigned long long* buffer, unsigned max_data) {
  static unsigned long long all[EVENTS];
  static unsigned long long* found[EVENTS];
  static const unsigned long long none = 0;
  unsigned count = 0;
  if (e_read(&region, 0, 0, 0, all, sizeof all) != (ssize_t)sizeof all) return E_ERR;
  for (unsigned i = 0; i < EVENTS; ++i)
    if (all[i] >> 32 != 0 && (unsigned)all[i] != 0) found[count++] = &all[i];
  qsort(found, count, sizeof *found, earlier);
  if (count > max_data) count = max_data;
  for (unsigned i = 0; i < count; ++i) {
    buffer[i] = *found[i];
    if (e_write(&region, 0, 0, (off_t)((size_t)(found[i] - all) * sizeof none), &none, sizeof none) != (ssize_t)sizeof none) return E_ERR;
  }
  return (int)count;
}

unsigned long long trace_read(unsigned timeout_millis) {
  unsigned long long event = 0;
  for (unsigned waited = 0; trace_read_n(&event, 1) == 0 && waited < timeout_millis; waited += STEP_US / 1000) usleep(STEP_US);
  return event;
}

int trace_event_to_struct(trace_event_t* e_struct, unsigned long long event) {
  const unsigned word = (unsigned)(event >> 32);
  *e_struct = (trace_event_t){.severity = word >> 30,
                              .eventId = word >> 24 & 0x3f,
                              .coreId = word >> 8 & 0xfff,
                              .breakpoint = word >> 20 & 0xf,
                              .data = word & 0xff,
                              .timestamp = cycles(event)};
  return E_OK;
}

int trace_event_to_string(char* buf, unsigned long long event) {
  static const char* const severities[] = {"error", "warning", "notice", "debug"};
  static const char* const names[] = {"PROGRAM_START", "PROGRAM_STOP", "PROCESSING_START", "PROCESSING_STOP", "WRITE_START", "WRITE_STOP",
                                      "READ_START",    "READ_STOP",    "USER1_START",      "USER1_END",       "MARKER1"};
  trace_event_t e;
  trace_event_to_struct(&e, event);
  const bool known = e.eventId < sizeof names / sizeof *names;
  char number[16];
  snprintf(number, sizeof number, "event %u", e.eventId);
  snprintf(buf, TRACE_TEXT_BYTES, "%10u core 0x%03x %s %s at %u: %u", e.timestamp, e.coreId, severities[e.severity],
           known ? names[e.eventId] : number, e.breakpoint, e.data);
  return E_OK;
}
