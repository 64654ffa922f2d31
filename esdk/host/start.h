#ifndef ESDK_START_H
#define ESDK_START_H

/* SYNC, to each of these cores. */
void start_cores(const unsigned* cores, unsigned count);

#endif
