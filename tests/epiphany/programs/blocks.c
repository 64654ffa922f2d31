/* What an engine that executes blocks could get wrong: interrupts between any two instructions (a timer with an irregular period, whose handler
 * takes up STATUS and the place of return into a checksum), FPU modes that change on the way, hardware loops with short and long runs and with
 * calls, FPU exceptions, code that changes under way. Both engines have to print the same numbers. */
#include <stdio.h>

#include "epiphany.h"

volatile uint32_t checksum, ticks, exceptions;

/* A handler that takes STATUS, but for interrupts being disabled, and IRET into the checksum and sets the timer anew by it. */
void tick(void);
__asm__(".balign 4\n_tick:\n"
        "  strd r0,[sp,-1]\n"
        "  strd r2,[sp,-2]\n"
        "  movfs r0,status\n"
        "  movfs r1,iret\n"
        "  mov r2,%low(_checksum)\n"
        "  movt r2,%high(_checksum)\n"
        "  ldr r3,[r2]\n"
        "  eor r3,r3,r0\n"
        "  add r1,r1,r3\n"
        "  lsl r3,r1,5\n"
        "  lsr r1,r1,27\n"
        "  orr r3,r3,r1\n"
        "  str r3,[r2]\n"
        "  add r1,r1,29\n"
        "  movts ctimer0,r1\n"
        "  mov r2,%low(_ticks)\n"
        "  movt r2,%high(_ticks)\n"
        "  ldr r3,[r2]\n"
        "  add r3,r3,1\n"
        "  str r3,[r2]\n"
        "  movts status,r0\n"
        "  ldrd r2,[sp,-2]\n"
        "  ldrd r0,[sp,-1]\n"
        "  rti\n");

/* Counts, and clears EXCAUSE and the sticky flags. */
void failed(void);
__asm__(".balign 4\n_failed:\n"
        "  strd r0,[sp,-1]\n"
        "  strd r2,[sp,-2]\n"
        "  movfs r0,status\n"
        "  mov r1,0xe000\n"
        "  movt r1,0xf\n"
        "  orr r0,r0,r1\n"
        "  eor r0,r0,r1\n"
        "  mov r2,%low(_exceptions)\n"
        "  movt r2,%high(_exceptions)\n"
        "  ldr r3,[r2]\n"
        "  add r3,r3,1\n"
        "  str r3,[r2]\n"
        "  movts status,r0\n"
        "  ldrd r2,[sp,-2]\n"
        "  ldrd r0,[sp,-1]\n"
        "  rti\n");

static uint32_t table[64];

static uint32_t integers(uint32_t seed) {
  for (unsigned i = 0; i < 700; i++) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    table[seed & 63] += seed >> (i & 7);
    if (table[seed >> 26] > seed) table[seed >> 26] -= i * seed;
  }
  return seed;
}

static float floats(float x) {
  const uint32_t config = GET_REGISTER(config);
  for (unsigned i = 0; i < 200; i++) {
    if ((i & 3) == 0) {
      disable_interrupts();
      SET_REGISTER(config, GET_REGISTER(config) ^ 1u); /* round to nearest, truncate */
      enable_interrupts();
    }
    x = x * 1.0009765f + (float)(i & 15) * 0.3333333f;
    if (x > 1000.0f) x = x * 0.001f - 0.1f;
  }
  SET_REGISTER(config, config);
  return x;
}

/* Sums `count` words, and their number, by a hardware loop of eight instructions. */
static uint32_t loop(const uint32_t *words, uint32_t count) {
  uint32_t sum = 0, number = 0, word = 0;
  __asm__ volatile(
      "gid\n"
      "mov r20,%%low(1f)\n"
      "movt r20,%%high(1f)\n"
      "movts ls,r20\n"
      "mov r20,%%low(2f)\n"
      "movt r20,%%high(2f)\n"
      "movts le,r20\n"
      "movts lc,%4\n"
      ".balignw 8,0x01a2\n"
      "1: ldr.l %2,[%3],1\n"
      "add.l %1,%1,1\n"
      "add.l %0,%0,%2\n"
      "lsl.l %2,%2,3\n"
      "eor.l %0,%0,%2\n"
      "sub.l r20,%1,5\n"
      "movgt.l %2,%1\n"
      "2: add.l %0,%0,%2\n"
      "gie\n"
      : "+r"(sum), "+r"(number), "+r"(word), "+r"(words)
      : "r"(count)
      : "r20", "cc", "memory");
  return sum + number;
}

/* A function whose only instruction of interest is rewritten between calls. */
uint32_t changing(uint32_t value);
__asm__(".balign 8\n_changing:\n"
        "  add.l r0,r0,1\n"
        "  jr r14\n");

static uint32_t change(uint32_t value) {
  volatile uint16_t *const code = (volatile uint16_t *)(uint32_t)changing;
  const uint16_t add = code[0];
  for (unsigned i = 0; i < 40; i++) {
    if (i % 10 == 9) code[0] = add | (uint16_t)(i % 7) << 7; /* another immediate */
    value = changing(value) ^ i;
  }
  code[0] = add;
  return value;
}

static float invalid(void) {
  const uint32_t config = GET_REGISTER(config);
  volatile float zero = 0.0f, huge = 3e38f;
  float sum = 0;
  disable_interrupts();
  SET_REGISTER(config, config | 2u); /* enable the invalid exception */
  enable_interrupts();
  for (unsigned i = 0; i < 30; i++) {
    const float infinite = huge * huge;
    sum += i % 3 == 0 ? infinite * zero : 1.0f;
    if (i % 5 == 0) sum = 0;
  }
  SET_REGISTER(config, config);
  return sum;
}

int main(void) {
  attach(TIMER0, tick);
  attach(EXCEPTION, failed);
  unmask(TIMER0);
  unmask(EXCEPTION);
  SET_REGISTER(config, GET_REGISTER(config) | 1u << 4); /* timer 0 counts cycles */
  SET_REGISTER(ctimer0, 50);
  uint32_t sum = integers(1);
  const float value = floats(1.5f);
  for (uint32_t count = 1; count < 40; count++) sum += loop(table, count);
  sum = change(sum);
  const float left = invalid();
  disable_interrupts();
  iprintf("%lu ticks, checksum 0x%lx, %lu exceptions\n", (unsigned long)ticks, (unsigned long)checksum, (unsigned long)exceptions);
  iprintf("0x%lx %ld %ld\n", (unsigned long)sum, (long)(value * 1000), (long)left);
  return ticks < 500 || exceptions == 0;
}
