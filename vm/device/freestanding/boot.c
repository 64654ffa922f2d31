/* The record that the loader fills in before it starts the core. It lies in a section of its own, which the start-up code leaves alone. */
#include "vm/device/port.h"

struct epy_boot epython_boot __asm__("epython_boot") __attribute__((section(".boot")));

struct epy_boot port_boot(void) {
  volatile struct epy_boot* record = &epython_boot;
  return (struct epy_boot){record->control, record->rank};
}
