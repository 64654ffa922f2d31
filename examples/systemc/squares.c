/* What every core runs in platform.cpp: the square of its number from 1 to 16, into a word of the platform's memory. Rebuild:
 *   epiphany-elf-gcc -Os -nostdlib -nostartfiles -Wl,-n,-Ttext=0,-e,_start squares.c -o squares.elf && epiphany-elf-strip squares.elf */
#define RESULTS ((volatile unsigned*)0x8e000000)

/* At vector 0, where the start by an interrupt leads; there is no stack and none is needed. */
__attribute__((noreturn, section(".text.start"))) void start(void) {
  unsigned id;
  __asm__ volatile("movfs %0, coreid" : "=r"(id));
  const unsigned number = (id >> 6 & 3) * 4 + (id & 3) + 1;
  unsigned square = 0;
  for (unsigned i = 0; i < number; i++) square += number;
  RESULTS[number - 1] = square;
  for (;;) __asm__ volatile("idle");
}
