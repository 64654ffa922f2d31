/* Who the loader says that this core is: its id from the register, and the two structures. */
#include "device.h"

int main(void) {
  const unsigned *const group = (const unsigned*)&e_group_config, *const memory = (const unsigned*)&e_emem_config;
  RESULT[1] = e_get_coreid();
  for (int i = 0; i < 9; ++i) RESULT[2 + i] = ((const volatile unsigned*)group)[i];
  for (int i = 0; i < 2; ++i) RESULT[11 + i] = ((const volatile unsigned*)memory)[i];
  return done();
}
