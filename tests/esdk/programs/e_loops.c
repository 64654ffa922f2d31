/* Loops that the core repeats by itself (LS, LE, LC) do what the same code does with branches. */
#include "device.h"

/* The sum of squares below `times`, and how often the body was executed. */
static unsigned hardware(unsigned times, unsigned* executed) {
  unsigned sum = 0, i = 0, count = 0, start, end;
  __asm__ volatile(
      "mov %[start],%%low(1f)\n movt %[start],%%high(1f)\n mov %[end],%%low(2f)\n movt %[end],%%high(2f)\n"
      "gid\n movts ls,%[start]\n movts le,%[end]\n movts lc,%[times]\n"
      ".balignw 8,0x01a2\n"
      "1: mov.l r16,0\n add.l r16,r16,%[i]\n add.l %[count],%[count],1\n add.l %[i],%[i],1\n"
      "   mov.l r17,r16\n imul.l r16,r16,r17\n add.l %[sum],%[sum],r16\n"
      "2: add.l %[count],%[count],0\n"
      "gie\n"
      : [sum] "+r"(sum), [i] "+r"(i), [count] "+r"(count), [start] "=&r"(start), [end] "=&r"(end)
      : [times] "r"(times)
      : "r16", "r17", "memory", "cc");
  *executed = count;
  return sum;
}

static unsigned software(unsigned times) {
  unsigned sum = 0;
  for (unsigned i = 0; i < times; ++i) sum += i * i;
  return sum;
}

int main(void) {
  e_irq_global_mask(E_TRUE);
  const unsigned config = e_reg_read(E_REG_CONFIG);
  e_reg_write(E_REG_CONFIG, (config & ~0xe0000u) | 0x80000u); /* integers for IMUL */
  for (unsigned times = 1; times <= 40; ++times) {
    unsigned executed;
    CHECK(hardware(times, &executed) == software(times));
    CHECK(executed == times);
  }
  e_reg_write(E_REG_CONFIG, config);
  return done();
}
