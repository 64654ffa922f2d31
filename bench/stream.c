/* Every core streams words into the memory of its eastern neighbour, round the row, without end: what `epysim bench` measures the mesh with.
 * The target is in another bank than the program. Rebuild:
 *   epiphany-elf-gcc -O2 -nostdlib -nostartfiles -fno-builtin -Wl,-n,-e,__start,-Ttext=0x100 stream.c -o stream.elf && epiphany-elf-strip stream.elf */
#define WORDS 256
#define BUFFER 0x4000

int _start(void) {
  unsigned id;
  __asm__("movfs %0, coreid" : "=r"(id));
  unsigned column = (id & 3) + 1 & 3;
  volatile unsigned *to = (volatile unsigned *)(((id & ~3u) | column) << 20 | BUFFER);
  for (unsigned round = 0;; round++)
    for (unsigned i = 0; i < WORDS; i++) to[i] = round + i;
}
