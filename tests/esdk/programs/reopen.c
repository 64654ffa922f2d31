/* A host may begin and end as often as it wants to: nothing of it stays in the process. */
#include <dirent.h>

#include "check.h"

static int entries(const char* folder) {
  DIR* const all = opendir(folder);
  CHECK(all != NULL);
  int count = 0;
  while (readdir(all) != NULL) ++count;
  closedir(all);
  return count;
}

int main(void) {
  begin();
  const int threads = entries("/proc/self/task"), files = entries("/proc/self/fd");
  for (int i = 0; i < 20; ++i) {
    CHECK_EQUAL(e_close(&all), E_OK);
    CHECK_EQUAL(e_finalize(), E_OK);
    begin();
  }
  CHECK_EQUAL(entries("/proc/self/task"), threads);
  CHECK_EQUAL(entries("/proc/self/fd"), files);
  return end();
}
