/* Copies from and to elsewhere: `remote` is &e_group_config (then row, column, and an address as in a core), &e_emem_config or an
 * e_memseg_t (then an offset from its start). They return the address used. */
#ifndef E_MEM_H
#define E_MEM_H

#include "e_types.h"

void* e_read(const void* remote, void* dst, unsigned row, unsigned col, const void* src, size_t n);
void* e_write(const void* remote, const void* src, unsigned row, unsigned col, void* dst, size_t n);

#endif
