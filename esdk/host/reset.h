/* Resetting cores one by one, whatever they are doing: the board's memory stays, the other cores go on. */
#ifndef ESDK_RESET_H
#define ESDK_RESET_H

#include <stdbool.h>

/* Leaves each of these cores not running, as it waits for SYNC after power-up; its scratchpad has remains of the program that did it.
 * False after a message. */
bool reset_softly(const char* caller, const unsigned* cores, unsigned count);

#endif
