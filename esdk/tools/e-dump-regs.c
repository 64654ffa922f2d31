/* e-dump-regs [-s] ROW COL: a core's registers; -s only those with names of their own. */
#include <e-hal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char* name;
  off_t at;
} registers[] = {{"CONFIG", E_REG_CONFIG},
                 {"STATUS", E_REG_STATUS},
                 {"PC", E_REG_PC},
                 {"DEBUGSTATUS", E_REG_DEBUGSTATUS},
                 {"LC", E_REG_LC},
                 {"LS", E_REG_LS},
                 {"LE", E_REG_LE},
                 {"IRET", E_REG_IRET},
                 {"IMASK", E_REG_IMASK},
                 {"ILAT", E_REG_ILAT},
                 {"IPEND", E_REG_IPEND},
                 {"CTIMER0", E_REG_CTIMER0},
                 {"CTIMER1", E_REG_CTIMER1},
                 {"DMA0CONFIG", E_REG_DMA0CONFIG},
                 {"DMA0STATUS", E_REG_DMA0STATUS},
                 {"DMA1CONFIG", E_REG_DMA1CONFIG},
                 {"DMA1STATUS", E_REG_DMA1STATUS},
                 {"MEMSTATUS", E_REG_MEMSTATUS},
                 {"MEMPROTECT", E_REG_MEMPROTECT},
                 {"MESHCONFIG", E_REG_MESHCONFIG},
                 {"COREID", E_REG_COREID}};

static int show(e_epiphany_t* core, const char* name, off_t at) {
  uint32_t value;
  if (e_read(core, 0, 0, at, &value, sizeof value) != sizeof value) return 1;
  printf("%-12s 0x%08x\n", name, value);
  return 0;
}

int main(int argc, char* argv[]) {
  const int special = argc > 1 && strcmp(argv[1], "-s") == 0;
  if (argc - special != 3) {
    fputs("Usage: e-dump-regs [-s] ROW COL\n", stderr);
    return 2;
  }
  e_epiphany_t core;
  const unsigned row = (unsigned)strtoul(argv[1 + special], NULL, 10), col = (unsigned)strtoul(argv[2 + special], NULL, 10);
  if (e_init(NULL) != E_OK || e_open(&core, row, col, 1, 1) != E_OK) return 1;
  int failed = 0;
  for (int i = 0; i < 64 && !special; ++i) {
    char name[8];
    snprintf(name, sizeof name, "R%d", i);
    failed |= show(&core, name, E_REG_R(i));
  }
  for (size_t i = 0; i < sizeof registers / sizeof *registers; ++i) failed |= show(&core, registers[i].name, registers[i].at);
  e_close(&core);
  e_finalize();
  return failed;
}
