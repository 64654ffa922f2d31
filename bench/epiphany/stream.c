/* Every core copies a block of its memory word by word into that of its eastern neighbour, round the row, without end: what `epysim bench`
 * measures the mesh with. Rebuild:
 *   epiphany-elf-gcc -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,__start,-Ttext=0x100 stream.c -o stream.elf && epiphany-elf-strip stream.elf */
#define WORDS 256
#define FROM 0x2000
#define TO 0x4000

int _start(void) {
  unsigned id;
  __asm__("movfs %0, coreid" : "=r"(id));
  const unsigned column = ((id & 3u) + 1u) & 3u;
  volatile unsigned *const to = (volatile unsigned *)(((id & ~3u) | column) << 20 | TO);
  const unsigned *const from = (const unsigned *)FROM;
  for (;;)
    for (unsigned i = 0; i < WORDS; i++) to[i] = from[i];
}
