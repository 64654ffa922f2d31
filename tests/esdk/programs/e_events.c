/* What a timer counts, event by event: each happens in one piece of code, and as often as it should. */
#include "device.h"

static unsigned local_words[8];
SECTION("shared_dram") static volatile unsigned shared_words[8];

#define NOINLINE __attribute__((noinline, noclone))
#define TIMES "16"

static NOINLINE void nothing(void) { __asm__ volatile(""); }
static NOINLINE void integers(void) { __asm__ volatile(".rept " TIMES "\n add r0,r0,1\n .endr" ::: "r0", "cc"); }
static NOINLINE void floats(void) { __asm__ volatile(".rept " TIMES "\n fadd r0,r1,r2\n .endr" ::: "r0", "cc"); }
static NOINLINE void pairs(void) {
  __asm__ volatile(".balign 8\n.rept " TIMES "\n fadd r0,r1,r2\n add r3,r3,1\n .endr" ::: "r0", "r3", "cc");
}
static NOINLINE void chain(void) { __asm__ volatile(".rept " TIMES "\n fadd r0,r0,r0\n .endr" ::: "r0", "cc"); }
static NOINLINE void load_near(void) {
  for (unsigned i = 0; i < 8; ++i) ((volatile unsigned*)local_words)[i];
}
static NOINLINE void load_far(void) {
  for (unsigned i = 0; i < 8; ++i) shared_words[i];
}
SECTION("code_dram") static NOINLINE void far(void) { __asm__ volatile(".rept 8\n add r0,r0,1\n .endr" ::: "r0", "cc"); }

/* Less what the measurement itself counts. */
static unsigned raw(e_ctimer_id_t timer, e_ctimer_config_t event, void (*code)(void)) {
  e_ctimer_set(timer, E_CTIMER_MAX);
  e_ctimer_start(timer, event);
  code();
  return E_CTIMER_MAX - e_ctimer_stop(timer);
}
static int events(e_ctimer_id_t timer, e_ctimer_config_t event, void (*code)(void)) {
  code(); /* so that all is as it will be */
  return (int)(raw(timer, event, code) - raw(timer, event, nothing));
}

static void __attribute__((interrupt)) awake(void) {}

/* Asleep for `cycles`, until the other timer wakes it. */
static unsigned asleep(e_ctimer_id_t timer, unsigned cycles) {
  const e_ctimer_id_t other = timer == E_CTIMER_0 ? E_CTIMER_1 : E_CTIMER_0;
  e_irq_attach(E_TIMER0_INT, awake);
  e_irq_attach(E_TIMER1_INT, awake);
  e_irq_global_mask(E_TRUE);
  e_irq_mask(E_TIMER0_INT, other != E_CTIMER_0);
  e_irq_mask(E_TIMER1_INT, other != E_CTIMER_1);
  e_ctimer_set(timer, E_CTIMER_MAX);
  e_ctimer_set(other, cycles);
  e_ctimer_start(timer, E_CTIMER_IDLE);
  e_ctimer_start(other, E_CTIMER_CLK);
  __asm__ volatile(".balignw 8,0x01a2\n gie\n idle" ::: "memory");
  e_irq_mask(E_TIMER0_INT, E_TRUE);
  e_irq_mask(E_TIMER1_INT, E_TRUE);
  return E_CTIMER_MAX - e_ctimer_stop(timer);
}

static void check(e_ctimer_id_t timer) {
  CHECK(events(timer, E_CTIMER_CLK, integers) >= 8);
  CHECK(events(timer, E_CTIMER_OFF, integers) == 0);
  CHECK(events(timer, E_CTIMER_IALU_INST, integers) == 16);
  CHECK(events(timer, E_CTIMER_IALU_INST, floats) == 0);
  CHECK(events(timer, E_CTIMER_FPU_INST, floats) == 16);
  CHECK(events(timer, E_CTIMER_FPU_INST, integers) == 0);
  CHECK(events(timer, E_CTIMER_DUAL_INST, pairs) >= 15);
  CHECK(events(timer, E_CTIMER_DUAL_INST, integers) == 0);
  CHECK(events(timer, E_CTIMER_RA_STALLS, chain) + events(timer, E_CTIMER_E1_STALLS, chain) >= 15 * 4);
  CHECK(events(timer, E_CTIMER_RA_STALLS, integers) == 0);
  CHECK(events(timer, E_CTIMER_EXT_FETCH_STALLS, far) > 100);
  CHECK(events(timer, E_CTIMER_EXT_FETCH_STALLS, integers) == 0);
  CHECK(events(timer, E_CTIMER_EXT_LOAD_STALLS, load_far) > 8 * 100);
  CHECK(events(timer, E_CTIMER_EXT_LOAD_STALLS, load_near) == 0);
  CHECK(events(timer, E_CTIMER_IDLE, integers) == 0);
  const unsigned idle = asleep(timer, 5000);
  CHECK(idle > 4900 && idle <= 5000);
}

int main(void) {
  check(E_CTIMER_0);
  check(E_CTIMER_1);
  return done();
}
