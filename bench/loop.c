/* The integer loop that `epysim bench` measures: an endless pseudo-random permutation of a table in local memory, with the loads,
 * stores, shifts, additions and branches of ordinary compiled code. Rebuild:
 *   epiphany-elf-gcc -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,__start,-Ttext=0x100 loop.c -o epiphany/loop.elf && epiphany-elf-strip epiphany/loop.elf
 *   microblazeel-elf-gcc -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-e,_start,-Ttext=0x100 loop.c -o microblaze/loop.elf -lgcc && microblazeel-elf-strip microblaze/loop.elf
 *   riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,_start,-Ttext=0x100 loop.c -o picorv32/loop.elf -lgcc && riscv64-unknown-elf-strip picorv32/loop.elf */
#define ENTRIES 256

static unsigned table[ENTRIES];

int _start(void) {
  unsigned seed = 1;
  for (unsigned i = 0; i < ENTRIES; i++) table[i] = i;
  for (;;) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    unsigned a = seed & (ENTRIES - 1);
    unsigned b = seed >> 8 & (ENTRIES - 1);
    unsigned old = table[a];
    if (old > table[b]) {
      table[a] = table[b];
      table[b] = old + (seed & 1);
    } else {
      table[b] -= old & 3;
    }
  }
}
