/* An ordinary newlib program, larger than a scratchpad. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void) {
  printf("integer %d, real %.3f, text %s\n", 42, 3.14159, "epiphany");
  FILE* out = fopen("written.txt", "w");
  if (out == NULL) return 1;
  fprintf(out, "%d lines\n", 1);
  fclose(out);
  struct stat status;
  if (stat("written.txt", &status) != 0) return 2;
  printf("wrote %ld bytes\n", (long)status.st_size);
  char line[80];
  while (fgets(line, sizeof line, stdin) != NULL) printf("read: %s", line);
  if (fopen("missing.txt", "r") != NULL) return 3;
  fprintf(stderr, "missing.txt: %s\n", strerror(errno));
  return 7;
}
