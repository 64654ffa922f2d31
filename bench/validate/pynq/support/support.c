#include "support.h"

int linux_call(int a, int b, int c, int number);
#ifdef __riscv
enum { kWrite = 64, kProcessId = 172 };
#else
enum { kWrite = 4, kProcessId = 20 };
#endif

int core(void) { return linux_call(0, 0, 0, kProcessId) - 1; }

static char* put_number(char* to, word value) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) != 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

void report(const char* name, word value) {
  char line[80];
  char* to = put_number(line, (word)core());
  *to++ = ' ';
  while (*name) *to++ = *name++;
  *to++ = ' ';
  to = put_number(to, value);
  *to++ = '\n';
  linux_call(1, (int)line, to - line, kWrite);
}
