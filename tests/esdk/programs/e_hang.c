/* Loads from where the board has nothing for a core: the answer never comes. */
#include "device.h"

int main(void) {
  done();
  return *(volatile int*)0x90000000;
}
