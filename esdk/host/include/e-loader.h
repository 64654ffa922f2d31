/* Loading programs into cores: ELF of the Epiphany, or SREC. Errors as in e-hal.h. */
#ifndef E_LOADER_H
#define E_LOADER_H

#include "e-hal.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef enum { L_D0 = 0, L_D1 = 1, L_D2 = 2, L_D3 = 3, L_D4 = 40 } e_loader_diag_t;

int e_load(const char* executable, e_epiphany_t* dev, unsigned row, unsigned col, e_bool_t start);
/* Into each core of a rectangle of the group: resets it, clears its scratchpad, copies, tells it who it is, starts it if asked to. */
int e_load_group(const char* executable, e_epiphany_t* dev, unsigned row, unsigned col, unsigned rows, unsigned cols, e_bool_t start);
e_loader_diag_t e_set_loader_verbosity(e_loader_diag_t verbose);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
