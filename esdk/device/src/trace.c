#include "e_trace.h"

#include "e_coreid.h"
#include "e_ctimers.h"
#include "e_ic.h"
#include "e_shm.h"
#include "special.h"

#define WAND_INT ((e_irq_type_t)8)
#define WAND_FLAG 8u /* STATUS */

static volatile unsigned long long *first, *end, *next;
static volatile unsigned together;

static void __attribute__((interrupt)) time_is_over(void) {
  e_ctimer_set(E_CTIMER_1, E_CTIMER_MAX);
  e_ctimer_start(E_CTIMER_1, E_CTIMER_CLK);
}
static void __attribute__((interrupt)) all_are_here(void) { together = 1; }

int trace_init(void) {
  e_memseg_t region;
  if (e_shm_attach(&region, TRACE_REGION) != E_OK) return E_ERR;
  const unsigned cores = e_group_config.group_rows * e_group_config.group_cols;
  const unsigned events = region.size / sizeof *first / cores;
  first = (volatile unsigned long long*)region.ephy_base +
          events * (e_group_config.core_row * e_group_config.group_cols + e_group_config.core_col);
  end = first + events;
  next = first;
  e_irq_attach(E_TIMER1_INT, time_is_over);
  e_irq_mask(E_TIMER1_INT, E_FALSE);
  e_irq_global_mask(E_FALSE);
  e_ctimer_set(E_CTIMER_1, E_CTIMER_MAX);
  return E_OK;
}

int trace_start(void) {
  e_ctimer_start(E_CTIMER_1, E_CTIMER_CLK);
  return E_OK;
}

int trace_start_wait_all(void) {
  e_irq_global_mask(E_TRUE);
  together = 0;
  e_irq_attach(WAND_INT, all_are_here);
  e_irq_mask(WAND_INT, E_FALSE);
  __asm__ volatile("wand" : : : "memory");
  while (!together) __asm__ volatile(".balignw 8,0x01a2\n gie\n idle\n gid" : : : "memory"); /* in one line: no interrupt between the two */
  trace_start();
  e_irq_mask(WAND_INT, E_TRUE);
  SET_SPECIAL(status, GET_SPECIAL(status) & ~WAND_FLAG); /* the handler's end would have set it again */
  e_irq_global_mask(E_FALSE);
  return E_OK;
}

int trace_write(unsigned severity, unsigned event, unsigned breakpoint, unsigned data) {
  if (next == 0) return E_ERR;
  const unsigned what = severity | event | breakpoint | (unsigned)e_get_coreid() << 8 | (data & 0xff);
  *next++ = (unsigned long long)what << 32 | e_ctimer_get(E_CTIMER_1);
  if (next == end) next = first;
  return E_OK;
}

int trace_stop(void) {
  e_irq_mask(E_TIMER1_INT, E_TRUE);
  e_ctimer_stop(E_CTIMER_1);
  return E_OK;
}
