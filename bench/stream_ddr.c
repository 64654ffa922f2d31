/* Every core copies a block of DDR memory word by word to the one behind it, without end: what `epysim bench` measures the way to what soft
 * cores share with. Rebuild:
 *   microblazeel-elf-gcc -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-e,_start,-Ttext=0x100 stream_ddr.c -o microblaze/stream.elf && microblazeel-elf-strip microblaze/stream.elf
 *   riscv64-unknown-elf-gcc -march=rv32im -mabi=ilp32 -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,_start,-Ttext=0x100 stream_ddr.c -o picorv32/stream.elf && riscv64-unknown-elf-strip picorv32/stream.elf */
#define WORDS 256

int _start(void) {
  const volatile unsigned *const from = (const volatile unsigned *)0x20100000;
  volatile unsigned *const to = (volatile unsigned *)0x20200000;
  for (;;)
    for (unsigned i = 0; i < WORDS; i++) to[i] = from[i];
}
