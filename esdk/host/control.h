/* The page `control` of an exported board (sim/board/exported/export_control.h): commands, and how simulated time passes. */
#ifndef ESDK_CONTROL_H
#define ESDK_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "export_control.h"

bool control_open(const char* folder); /* false after a message */
void control_close(void);
bool control_is_open(void);
bool control_answers(void);
bool control_is_virtual(void); /* time passes by commands, if not only by them */

/* Returns when the board has carried it out; false when it has ended. */
bool control_command(enum epx_command command, uint64_t cycles);
/* In virtual time: what an access costs passes. */
void control_charge(void);
/* In virtual time: a host that polls, and sees the same again and again, gives the board time to change it. */
void control_boost(void);
void control_pass(uint64_t nanoseconds);
uint64_t control_elapsed(void); /* nanoseconds */

#endif
