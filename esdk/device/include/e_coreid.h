/* Who a core is, and the addresses of others. Rows and columns are those in the group. */
#ifndef E_COREID_H
#define E_COREID_H

#include "e_types.h"

#define E_SELF (~0u) /* as row or column: the calling core */

/* Names that two kinds of argument of e_neighbor_id share a type for. */
typedef enum { E_PREV_CORE = 0, E_NEXT_CORE = 1, E_GROUP_WRAP = 0, E_ROW_WRAP = 1, E_COL_WRAP = 2 } e_coreid_wrap_t;

e_coreid_t e_get_coreid(void);
/* The address of a core's own object for all cores; one that is that already stays as it is. */
void* e_get_global_address(unsigned row, unsigned col, const void* ptr);
e_coreid_t e_coreid_from_coords(unsigned row, unsigned col);
void e_coords_from_coreid(e_coreid_t coreid, unsigned* row, unsigned* col);
e_bool_t e_is_on_core(const void* ptr);
/* The core before or after this one, in the group, its row or its column. Sizes have to be powers of two. */
void e_neighbor_id(e_coreid_wrap_t dir, e_coreid_wrap_t wrap, unsigned* row, unsigned* col);

#endif
