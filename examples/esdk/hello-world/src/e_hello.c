/* Says hello in the region that the host calls "hello". */
#include <e-lib.h>
#include <stdio.h>

int main(void) {
  e_memseg_t line;
  char text[64];
  if (e_shm_attach(&line, "hello") != E_OK) return 1;
  const int bytes = siprintf(text, "hello, I am core 0x%03x", e_get_coreid());
  e_write(&line, text, 0, 0, 0, (size_t)bytes + 1);
  return 0;
}
