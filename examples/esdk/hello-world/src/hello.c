/* Loads a program into cores one after the other, each time another, and prints what each of them writes to shared memory. */
#include <e-hal.h>
#include <e-loader.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_BYTES 64

int main(int argc, char* argv[]) {
  if (argc != 2) {
    fprintf(stderr, "usage: %s DEVICE_PROGRAM\n", argv[0]);
    return 2;
  }
  e_platform_t platform;
  e_mem_t line;
  if (e_init(NULL) != E_OK || e_reset_system() != E_OK || e_get_platform_info(&platform) != E_OK) return 1;
  if (e_shm_alloc(&line, "hello", LINE_BYTES) != E_OK) return 1;
  for (unsigned row = 0; row < platform.rows; ++row) {
    const unsigned col = (3 * row + 1) % platform.cols;
    e_epiphany_t core;
    char text[LINE_BYTES] = "";
    if (e_open(&core, row, col, 1, 1) != E_OK || e_write(&line, 0, 0, 0, text, sizeof text) < 0) return 1;
    if (e_load(argv[1], &core, 0, 0, E_TRUE) != E_OK) return 1;
    usleep(10000);
    if (e_read(&line, 0, 0, 0, text, sizeof text) < 0) return 1;
    printf("core (%u,%u): %s\n", row, col, text);
    e_close(&core);
  }
  e_shm_release("hello");
  e_finalize();
  return 0;
}
