/* libe-trace: what cores have traced (e_trace.h). Returns and errors as in e-hal.h. */
#ifndef E_TRACE_HOST_H
#define E_TRACE_HOST_H

#include "e-hal.h"
#include "e_trace_events.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct {
  unsigned severity;
  unsigned eventId;
  unsigned coreId;
  unsigned breakpoint;
  unsigned data;
  unsigned timestamp; /* cycles since trace_start */
} trace_event_t;

/* Finds the region, or makes it: before cores call trace_init. After e_init. */
int trace_init(void);
void trace_finalize(void);
/* The oldest events, which are then gone. The number of them; 0: there are none. */
int trace_read_n(unsigned long long* buffer, unsigned max_data);
/* The oldest; 0: there was none for so long. */
unsigned long long trace_read(unsigned timeout_millis);
int trace_event_to_struct(trace_event_t* e_struct, unsigned long long event);
/* At most TRACE_TEXT_BYTES characters with the end: "      1234 core 0x808 notice USER1_START at 3: 7". */
#define TRACE_TEXT_BYTES 80
int trace_event_to_string(char* buf, unsigned long long event);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
