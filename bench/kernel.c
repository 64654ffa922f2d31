/* Calls, FPU arithmetic, bytes and doubles in and out of local memory: the second loop of `epysim bench`, an endless filter over a signal whose
 * samples are packed bytes. Rebuild:
 *   epiphany-elf-gcc -O2 -mfp-mode=round-nearest -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,__start,-Ttext=0x100,-Tdata=0x4000 kernel.c -o epiphany/kernel.elf && epiphany-elf-strip epiphany/kernel.elf
 *   microblazeel-elf-gcc -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-e,_start,-Ttext=0x100,-Tdata=0x4000 kernel.c -o microblaze/kernel.elf -lgcc && microblazeel-elf-strip microblaze/kernel.elf
 *   riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,_start,-Ttext=0x100,-Tdata=0x4000 kernel.c -o picorv32/kernel.elf -lgcc && riscv64-unknown-elf-strip picorv32/kernel.elf
 * and the second with -mhard-float for microblaze/kernel-fpu.elf. */
#define SAMPLES 128

static unsigned char packed[SAMPLES] = {1};
static float signal[SAMPLES + 4] = {1};

__attribute__((noinline)) static float weigh(const float *at) { return at[0] * 0.5f + at[1] * 0.25f + at[2] * 0.125f + at[3] * 0.125f; }

__attribute__((noinline)) static unsigned mix(unsigned seed) { return seed * 1664525u + 1013904223u; }

int _start(void) {
  unsigned seed = 1;
  for (;;) {
    for (int i = 0; i < SAMPLES; i++) {
      seed = mix(seed);
      packed[i] = (unsigned char)(seed >> 24);
    }
    for (int i = 0; i < SAMPLES; i++) signal[i] = (float)packed[i];
    for (int i = 0; i < SAMPLES; i++) signal[i] = weigh(&signal[i]);
  }
}
