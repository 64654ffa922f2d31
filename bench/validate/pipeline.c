// Branches, FPU latency, pairing and copies on one core, in assembly (pipeline.s). Differences of two lengths leave out what starts and
// ends a loop.
#include "support/support.h"

float data[16] BANK1;
dword source[128] BANK2;
dword target[128] BANK3;

int empty(void), hardware_loop(int turns), software_loop(int turns), butterflies(void), multiply_then_subtract(void), multiply_alone(void),
    multiply_add_loop(int turns), copy_hardware(int turns), copy_software(int turns);

int main(void) {
  clock_on();
  clock_set();
  const int nothing = empty();
  const int hardware = hardware_loop(1000) - hardware_loop(500);
  const int software = software_loop(1000) - software_loop(500);
  const int transform = butterflies() - nothing;
  const int distance = multiply_then_subtract() - multiply_alone();
  const int fused = multiply_add_loop(200) - multiply_add_loop(100);
  const int by_hardware = copy_hardware(20) - copy_hardware(10);
  const int by_software = copy_software(20) - copy_software(10);
  report("empty", nothing);
  report("hardware_loop", hardware);
  report("software_loop", software);
  report("butterflies", transform);
  report("multiply_then_subtract", distance);
  report("multiply_add", fused);
  report("copy_hardware", by_hardware);
  report("copy_software", by_software);
  return 0;
}
