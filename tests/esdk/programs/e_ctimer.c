/* Timers: down, to 0 and no further, with an interrupt; setting one stops it. */
#include "device.h"

static volatile unsigned expired[2];
static void __attribute__((interrupt)) on_timer0(void) { ++expired[0]; }
static void __attribute__((interrupt)) on_timer1(void) { ++expired[1]; }

static void spin(unsigned times) {
  for (volatile unsigned i = 0; i < times; ++i) continue;
}

static void check(e_ctimer_id_t timer, e_irq_type_t irq) {
  e_ctimer_stop(timer);
  CHECK(e_ctimer_set(timer, E_CTIMER_MAX) == E_CTIMER_MAX);
  CHECK(e_ctimer_get(timer) == E_CTIMER_MAX); /* does not run yet */
  CHECK(e_ctimer_start(timer, E_CTIMER_CLK) == E_CTIMER_MAX);
  const unsigned first = e_ctimer_get(timer);
  spin(10);
  const unsigned second = e_ctimer_get(timer);
  CHECK(second < first && first < E_CTIMER_MAX);
  const unsigned stopped = e_ctimer_stop(timer);
  CHECK(stopped < second);
  spin(10);
  CHECK(e_ctimer_get(timer) == stopped);

  /* To 0, where it stays. */
  e_irq_mask(irq, E_FALSE);
  e_irq_global_mask(E_FALSE);
  CHECK(expired[timer] == 0);
  e_ctimer_set(timer, 200);
  e_ctimer_start(timer, E_CTIMER_CLK);
  spin(100);
  CHECK(expired[timer] == 1 && expired[1 - timer] == (timer == E_CTIMER_1));
  CHECK(e_ctimer_get(timer) == 0);
  spin(100);
  CHECK(expired[timer] == 1 && e_ctimer_get(timer) == 0);

  /* Setting stops: it counts on only when it is started again. */
  e_ctimer_set(timer, 100000);
  e_ctimer_start(timer, E_CTIMER_CLK);
  spin(10);
  e_ctimer_set(timer, 50000);
  spin(10);
  CHECK(e_ctimer_get(timer) == 50000);
  e_ctimer_start(timer, E_CTIMER_CLK);
  spin(10);
  CHECK(e_ctimer_get(timer) < 50000);
  e_ctimer_stop(timer);

  e_irq_mask(irq, E_TRUE);
  const unsigned other = timer == E_CTIMER_0 ? E_CTIMER_1 : E_CTIMER_0;
  e_ctimer_set(other, E_CTIMER_MAX);
  e_ctimer_start(other, E_CTIMER_CLK);
  e_wait(timer, 5000);
  const unsigned waited = E_CTIMER_MAX - e_ctimer_stop(other);
  CHECK(waited >= 5000 && waited < 5200);
  e_reg_write(E_REG_ILATCL, 1u << irq);
}

int main(void) {
  e_irq_attach(E_TIMER0_INT, on_timer0);
  e_irq_attach(E_TIMER1_INT, on_timer1);
  check(E_CTIMER_0, E_TIMER0_INT);
  check(E_CTIMER_1, E_TIMER1_INT);
  return done();
}
