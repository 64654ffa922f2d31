/* Core 0 is a debugger: it halts core 1 through DEBUGCMD, reads its registers, and lets it make single steps by a breakpoint instruction
 * behind the next one. Core 1 counts in r40. */
#include <stdio.h>

#include "epiphany.h"

enum { BKPT = 0x01c2, HALTED = 1 };

static volatile uint32_t *const command = (volatile uint32_t *)(0x80900000 | REG_DEBUGCMD);
static volatile uint32_t *const status = (volatile uint32_t *)(0x80900000 | REG_DEBUGSTATUS);
static volatile uint32_t *const pc = (volatile uint32_t *)(0x80900000 | REG_PC);

static void wait_until_halted(void) {
  while ((*status & HALTED) == 0) {
  }
}

/* The loop of core 1: four instructions of 16 bits. */
extern char again[] __asm__("again");
static uint32_t loop(void) { return (uint32_t)again; }
static uint32_t after(uint32_t place) { return place == loop() + 6 ? loop() : place + 2; }

/* Remote loads may overtake stores (reads and writes travel on different networks), so everything written is read back. */
static void put(volatile uint32_t *where, uint32_t value) {
  *where = value;
  while (*where != value) {
  }
}

static void step(void) {
  const uint32_t behind = after(*pc);
  volatile uint16_t *const next = ON_CORE(1, (volatile uint16_t *)behind);
  const uint16_t saved = *next;
  *next = BKPT;
  while (*next != BKPT) {
  }
  *command = 0;
  while ((*status & HALTED) == 0 || *pc != behind + 2) { /* the breakpoint has been passed */
  }
  *next = saved;
  while (*next != saved) {
  }
  put(pc, behind);
}

static volatile unsigned going;

int main(void) {
  if (core_number() == 1) {
    *ON_CORE(0, &going) = 1;
    __asm__ volatile(
        "  mov r4,#0\n"
        "again:\n"
        "  add r4,r4,#1\n"
        "  add r5,r4,#2\n"
        "  add r6,r4,#3\n"
        "  b again\n"
        :
        :
        : "r4", "r5", "r6", "cc");
    return 0;
  }
  volatile uint32_t *const r = word_of(1, REG_R0);
  while (!going) {
  }
  for (volatile int wait = 100; wait != 0; wait--) {
  }
  *command = 1;
  wait_until_halted();
  if (*pc - loop() > 6) return 1;
  while (*pc != loop()) step();
  for (unsigned i = 0; i < 5; i++) {
    const uint32_t place = *pc - loop();
    const int32_t r4 = r[4], r5 = r[5] - r4, r6 = r[6] - r4;
    step();
    const int32_t now = r[4];
    iprintf("again+%lu: r4 %+ld, r5 - r4 from %ld to %ld, r6 - r4 from %ld to %ld\n", (unsigned long)place, (long)(now - r4), (long)r5,
            (long)(r[5] - now), (long)r6, (long)(r[6] - now));
  }
  const uint32_t before = r[4];
  *command = 0;
  while ((*status & HALTED) != 0) {
  }
  for (volatile int wait = 100; wait != 0; wait--) {
  }
  *command = 1;
  wait_until_halted();
  iprintf("runs again: %s\n", r[4] - before > 50 ? "yes" : "no");
  put(pc, loop() + 8); /* out of the loop, to its end */
  *command = 0;
  return 0;
}
