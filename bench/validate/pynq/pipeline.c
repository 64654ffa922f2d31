// What instructions cost one after the other (pipeline.S). Needs a core with divider, multiplier and FPU.
#include <support/support.h>

word nothing(void), adds(void), loads_used(void), loads(void), branches(void), branches_with_slot(void), branches_not_taken(void);
word divisions(void), float_adds(void), float_adds_in_a_chain(void), one_add(void), products_used(void), loop(int turns);

static struct {
  const char* name;
  word (*run)(void);
  word cycles;
} lines[] = {
    {"nothing", nothing, 0},
    {"adds", adds, 0},
    {"loads_used", loads_used, 0},
    {"loads", loads, 0},
    {"branches", branches, 0},
    {"branches_with_slot", branches_with_slot, 0},
    {"branches_not_taken", branches_not_taken, 0},
    {"divisions", divisions, 0},
    {"float_adds", float_adds, 0},
    {"float_adds_in_a_chain", float_adds_in_a_chain, 0},
    {"one_add", one_add, 0},
    {"products_used", products_used, 0},
};

int main(void) {
  for (word i = 0; i < sizeof lines / sizeof *lines; ++i) lines[i].cycles = lines[i].run();
  const word loop_100 = loop(100), loop_200 = loop(200);
  for (word i = 0; i < sizeof lines / sizeof *lines; ++i) report(lines[i].name, lines[i].cycles);
  report("loop.100", loop_100);
  report("loop.200", loop_200);
  return 0;
}
