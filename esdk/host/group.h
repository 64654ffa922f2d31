/* Cores of a group as the board counts them. */
#ifndef ESDK_GROUP_H
#define ESDK_GROUP_H

#include <stdbool.h>

#include "e-hal-data.h"

#define GROUP_MOST 4096 /* cores of a mesh */

/* False after a message: no board, no group, or no such core in it. */
bool group_core(const char* caller, const e_epiphany_t* dev, unsigned row, unsigned col, unsigned* number);
/* A rectangle of the group, row by row; all of it. */
bool group_part(const char* caller, const e_epiphany_t* dev, unsigned row, unsigned col, unsigned rows, unsigned cols,
                unsigned numbers[GROUP_MOST], unsigned* count);
bool group_cores(const char* caller, const e_epiphany_t* dev, unsigned numbers[GROUP_MOST], unsigned* count);

#endif
