// Words from DDR memory: as fast as the core can ask for them (ddr.S), and in a loop that adds them up. All cores that run this do both.
#include <support/support.h>

word ddr_loads(void);

enum { kWords = 1000 };

__attribute__((noinline)) static word sum(const volatile word* from, int words) {
  word total = 0;
  for (int i = 0; i < words; ++i) total += from[i];
  return total;
}

int main(void) {
  const volatile word* memory = (const volatile word*)(kDdr + 0x100000);
  const word row = ddr_loads();
  const word before = now();
  const word total = sum(memory, kWords);
  const word loop = now() - before;
  report("loads", row);
  report("loop", loop);
  return total != 0;
}
