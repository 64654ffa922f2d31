// What the validation programs for soft cores share: time, which core this is, results.
//
// A result is a line "CORE NAME VALUE" on standard output, written when all measuring is over.
#pragma once

typedef unsigned word;

enum { kDdr = 0x20000000, kCores = 8 };

static inline void start_clock(void) {}  // start-up code has
/// Cycles since the start of the program: counter 0 of the AXI timer beside the core.
static inline word now(void) { return *(volatile word*)0x41c00008; }

/// 0 to 7.
int core(void);

void report(const char* name, word value);
