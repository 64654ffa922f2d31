/* e-read [-v | -r] ROW [COL] ADDRESS [WORDS]: prints words; -r their values only. */
#include <string.h>

#include "words.h"

static int usage(void) {
  fputs("Usage: e-read [-v|-r] ROW [COL] ADDRESS [WORDS]   (row -1: shared memory, no COL; ADDRESS in hexadecimal)\n", stderr);
  return 2;
}

int main(int argc, char* argv[]) {
  int at = 1;
  bool bare = false;
  if (at < argc && (strcmp(argv[at], "-v") == 0 || strcmp(argv[at], "-r") == 0)) bare = argv[at++][1] == 'r';
  struct words words;
  long count = 1;
  if (!words_parse(&words, argc, argv, &at) || argc - at > 1 || (at < argc && (!number_of(argv[at], 10, &count) || count < 1)))
    return usage();
  if (!words_open(&words)) return 1;
  for (; count > 0; --count, words.at += 4) {
    uint32_t value;
    if (e_read(words_object(&words), words.row, words.col, (off_t)words.at, &value, sizeof value) != sizeof value) return 1;
    if (bare) {
      printf("0x%08x\n", value);
    } else {
      printf("[0x%08x] = 0x%08x\n", words_address(&words), value);
    }
  }
  words_close(&words);
  return 0;
}
