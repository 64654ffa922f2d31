/* e-write [-v] ROW [COL] ADDRESS [VALUE ...]: stores words; without values, those that it reads, up to an empty line. */
#include <string.h>

#include "words.h"

static int usage(void) {
  fputs("Usage: e-write [-v] ROW [COL] ADDRESS [VALUE ...]   (row -1: shared memory, no COL; all but ROW and COL in hexadecimal)\n",
        stderr);
  return 2;
}

static bool store(struct words* words, const char* text) {
  char* end;
  const uint32_t value = (uint32_t)strtoul(text, &end, 16);
  if (*text == '\0' || *end != '\0') {
    fprintf(stderr, "e-write: '%s' is no number\n", text);
    return false;
  }
  const bool stored = e_write(words_object(words), words->row, words->col, (off_t)words->at, &value, sizeof value) == sizeof value;
  words->at += 4;
  return stored;
}

static bool store_lines(struct words* words) {
  char line[64];
  while (true) {
    printf("[0x%08x] = ", words_address(words));
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) return true;
    line[strcspn(line, "\r\n")] = '\0';
    if (*line == '\0') return true;
    if (!store(words, line)) return false;
  }
}

int main(int argc, char* argv[]) {
  int at = 1;
  if (at < argc && strcmp(argv[at], "-v") == 0) ++at;
  struct words words;
  if (!words_parse(&words, argc, argv, &at)) return usage();
  if (!words_open(&words)) return 1;
  bool good = true;
  if (at == argc) good = store_lines(&words);
  for (; good && at < argc; ++at) good = store(&words, argv[at]);
  words_close(&words);
  return good ? 0 : 1;
}
