/* Timers: they count down, and stop at 0 with an interrupt. */
#ifndef E_CTIMERS_H
#define E_CTIMERS_H

#include "e_types.h"

#define E_CTIMER_MAX 0xffffffffu

typedef enum { E_CTIMER_0 = 0, E_CTIMER_1 = 1 } e_ctimer_id_t;

/* What is counted. */
typedef enum {
  E_CTIMER_OFF = 0x0,
  E_CTIMER_CLK = 0x1,
  E_CTIMER_IDLE = 0x2,
  E_CTIMER_IALU_INST = 0x4,
  E_CTIMER_FPU_INST = 0x5,
  E_CTIMER_DUAL_INST = 0x6,
  E_CTIMER_E1_STALLS = 0x7,
  E_CTIMER_RA_STALLS = 0x8,
  E_CTIMER_EXT_FETCH_STALLS = 0xc,
  E_CTIMER_EXT_LOAD_STALLS = 0xd
} e_ctimer_config_t;

/* All return the timer's value, e_ctimer_set the one that it was given. Setting stops a timer. */
unsigned e_ctimer_get(e_ctimer_id_t timer);
unsigned e_ctimer_set(e_ctimer_id_t timer, unsigned val);
unsigned e_ctimer_start(e_ctimer_id_t timer, e_ctimer_config_t config);
unsigned e_ctimer_stop(e_ctimer_id_t timer);
/* Waits for that many cycles. */
void e_wait(e_ctimer_id_t timer, unsigned clicks);

#endif
