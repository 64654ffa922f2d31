/* Events with the time, for a host to read (e-trace). They use CTIMER1 and its interrupt, and interrupt 8. */
#ifndef E_TRACE_H
#define E_TRACE_H

#include "e_trace_events.h"

/* E_ERR: no host has made the region. */
int trace_init(void);
/* Time begins: now, or when all cores of the chip are here. */
int trace_start(void);
int trace_start_wait_all(void);
/* T_SEVERITY_..., T_EVENT_..., T_BP_...; `data`: 8 bits. The oldest events are written over where nobody has read them. */
int trace_write(unsigned severity, unsigned event, unsigned breakpoint, unsigned data);
int trace_stop(void);

#endif
