#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static e_hal_diag_t verbosity = H_D0;

static void say(const char* kind, const char* format, va_list values) {
  char line[1024];
  vsnprintf(line, sizeof line, format, values);
  fprintf(stderr, "e-hal: %s%s\n", kind, line);
}

void message_error(const char* format, ...) {
  va_list values;
  va_start(values, format);
  say("error: ", format, values);
  va_end(values);
}

void message_warning(const char* format, ...) {
  va_list values;
  va_start(values, format);
  say("warning: ", format, values);
  va_end(values);
}

void message_detail(e_hal_diag_t level, const char* format, ...) {
  if (verbosity < level) return;
  va_list values;
  va_start(values, format);
  say("", format, values);
  va_end(values);
}

/* Not nanosleep: on boards in virtual time that is this library's own (virtual_time.c). */
void message_sleep(uint64_t nanoseconds) {
  const struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
  syscall(SYS_nanosleep, &time, NULL);
}

e_hal_diag_t e_set_host_verbosity(e_hal_diag_t verbose) {
  const e_hal_diag_t before = verbosity;
  verbosity = verbose;
  return before;
}
