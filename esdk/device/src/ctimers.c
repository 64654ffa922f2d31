#include "e_ctimers.h"

#include "special.h"

/* CONFIG has 4 bits of mode per timer, from bit 4 on. */
static unsigned mode_shift(e_ctimer_id_t timer) { return timer == E_CTIMER_0 ? 4 : 8; }

static void set_mode(e_ctimer_id_t timer, unsigned mode) {
  const unsigned shift = mode_shift(timer);
  SET_SPECIAL(config, (GET_SPECIAL(config) & ~(0xfu << shift)) | mode << shift);
}

unsigned e_ctimer_get(e_ctimer_id_t timer) { return timer == E_CTIMER_0 ? GET_SPECIAL(ctimer0) : GET_SPECIAL(ctimer1); }

/* On the chip a store to the timer is said to stop it; programs that rely on it may. */
unsigned e_ctimer_set(e_ctimer_id_t timer, unsigned val) {
  set_mode(timer, E_CTIMER_OFF);
  if (timer == E_CTIMER_0) {
    SET_SPECIAL(ctimer0, val);
  } else {
    SET_SPECIAL(ctimer1, val);
  }
  return val;
}

unsigned e_ctimer_start(e_ctimer_id_t timer, e_ctimer_config_t config) {
  const unsigned value = e_ctimer_get(timer);
  set_mode(timer, config);
  return value;
}

unsigned e_ctimer_stop(e_ctimer_id_t timer) {
  set_mode(timer, E_CTIMER_OFF);
  return e_ctimer_get(timer);
}

void e_wait(e_ctimer_id_t timer, unsigned clicks) {
  e_ctimer_stop(timer);
  e_ctimer_set(timer, clicks);
  e_ctimer_start(timer, E_CTIMER_CLK);
  while (e_ctimer_get(timer) != 0) continue;
}
