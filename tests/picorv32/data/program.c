/* A program without a library: Linux's system calls, multiplication, division, shifts. */
static int call(int number, int a, int b, int c) {
  register int a0 __asm__("a0") = a, a1 __asm__("a1") = b, a2 __asm__("a2") = c, a7 __asm__("a7") = number;
  __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
  return a0;
}

unsigned seed = 1;

unsigned next(void) { return seed = seed * 1103515245u + 12345u; }

void write_number(unsigned value) {
  char text[11], *at = text + sizeof text;
  *--at = '\n';
  do *--at = (char)('0' + value % 10u);
  while (value /= 10u);
  call(64, 1, (int)at, (int)(text + sizeof text - at));
}

void run(void) {
  unsigned sum = 0;
  for (int i = 0; i < 100; ++i) sum ^= next() >> (i & 15);
  write_number(sum);
  call(93, 3, 0, 0);
}

__asm__(".section .text.start, \"ax\"\n.global _start\n_start: call run\nebreak\n.text");
