/* A small program whose ELF the tests take apart. Rebuild (any change moves the addresses that the tests expect):
 *   epiphany-elf-gcc -O1 -g -fdebug-prefix-map=$PWD=. -nostdlib -nostartfiles -Wl,-n,-e,__start,-Ttext=0x100,-Tdata=0x2000 \
 *       calls.c -o calls.elf */
int table[3] = {1, 2, 3};
int zeroed[4];

static int __attribute__((noinline)) twice(int x) { return 2 * x; }

int _start(void) {
  zeroed[1] = twice(table[1]);
  return zeroed[1];
}
