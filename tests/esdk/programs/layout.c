/* The three linker scripts: where a program's code, its data, the C library, stack and heap are. */
#include "check.h"

struct range {
  unsigned from, to;
};

static void check(char* argv[], const char* name, struct range user, struct range library, struct range stack_use, unsigned stack,
                  unsigned heap_bytes) {
  CHECK_EQUAL(e_load(device(argv, name), &all, 0, 0, E_TRUE), E_OK);
  await(0, 0, RESULT, DONE);
  unsigned found[15];
  for (unsigned i = 0; i < 15; ++i) found[i] = word_of(0, 0, (off_t)(RESULT + 4 * i));
  printf("%s: main 0x%08x, data 0x%08x, zeros 0x%08x, stack 0x%08x, library 0x%08x\n", name, found[1], found[2], found[3], found[4],
         found[5]);
  for (int i = 1; i <= 3; ++i) CHECK(found[i] >= user.from && found[i] < user.to);
  CHECK(found[4] >= stack_use.from && found[4] < stack_use.to);
  CHECK(found[5] >= library.from && found[5] < library.to);
  CHECK_EQUAL(found[6], stack);
  CHECK_EQUAL(found[7], 0x8f000000u);
  CHECK_EQUAL(found[8], 0x8f000000u + heap_bytes - 4);
  CHECK_EQUAL(found[9], 0x8e000000u);
  CHECK_EQUAL(found[10], 0x28);
  CHECK_EQUAL(found[11], 0x50);
  CHECK(found[12] >= 0x8f000000u && found[12] < 0x8f000000u + heap_bytes);
  CHECK_EQUAL(found[13], 1);
  CHECK_EQUAL(found[14], 0x808);
}

int main(int argc, char* argv[]) {
  const struct range scratchpad = {0x100, 0x8000}, slice = {0x8e000000u, 0x8e100000u}, slice_end = {0x8e0fff00u, 0x8e100000u};
  const struct range local_stack = {0x7f00, 0x8000};
  CHECK_EQUAL(argc, 2);
  begin();
  check(argv, "layout_internal", scratchpad, scratchpad, local_stack, 0x7ff0, 0x800);
  check(argv, "layout_fast", scratchpad, slice, local_stack, 0x7ff0, 0x80000);
  check(argv, "layout_legacy", slice, slice, slice_end, 0x8e0ffff0u, 0x80000);
  return end();
}
