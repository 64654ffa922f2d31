/* The platform that e_init has described. */
#ifndef ESDK_PLATFORM_H
#define ESDK_PLATFORM_H

#include <stdbool.h>

#include "e-hal-data.h"

/* NULL after a message, when e_init was not called. */
const e_platform_t* platform_of(const char* caller);
/* The same, with its board mapped and answering. */
const e_platform_t* platform_with_board(const char* caller);

/* Reads a description (HDF file) into `platform`; what it allocates there, platform_release frees. False after a message. */
bool hdf_read(const char* file, e_platform_t* platform);
/* What the chips are made of, and the box around them. False after a message. */
bool platform_complete(const char* file, e_platform_t* platform);
void platform_release(e_platform_t* platform);

#endif
