/* What the library tells its user, on standard error; and sleeping, by the system's clock. */
#ifndef ESDK_MESSAGE_H
#define ESDK_MESSAGE_H

#include <stdint.h>

#include "e-hal.h"

#define MESSAGE_FORMAT __attribute__((format(printf, 1, 2)))

void message_error(const char* format, ...) MESSAGE_FORMAT;
void message_warning(const char* format, ...) MESSAGE_FORMAT;
/* Shown from this verbosity on. */
void message_detail(e_hal_diag_t level, const char* format, ...) __attribute__((format(printf, 2, 3)));

void message_sleep(uint64_t nanoseconds);

#endif
