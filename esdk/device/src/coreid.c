#include "e_coreid.h"

#include "special.h"

#define WINDOW 20 /* an address's upper bits: whose it is */

e_coreid_t e_get_coreid(void) { return GET_SPECIAL(coreid); }

e_coreid_t e_coreid_from_coords(unsigned row, unsigned col) { return e_group_config.group_id + (row << 6) + col; }

void* e_get_global_address(unsigned row, unsigned col, const void* ptr) {
  const uintptr_t address = (uintptr_t)ptr;
  if (address >> WINDOW != 0) return (void*)address;
  const e_coreid_t id = row == E_SELF || col == E_SELF ? e_get_coreid() : e_coreid_from_coords(row, col);
  return (void*)((uintptr_t)id << WINDOW | address);
}

void e_coords_from_coreid(e_coreid_t coreid, unsigned* row, unsigned* col) {
  const e_coreid_t relative = coreid - e_group_config.group_id;
  *row = relative >> 6 & 0x3f;
  *col = relative & 0x3f;
}

e_bool_t e_is_on_core(const void* ptr) {
  const e_coreid_t id = (uintptr_t)ptr >> WINDOW;
  return id == 0 || id == e_get_coreid() ? E_TRUE : E_FALSE;
}

void e_neighbor_id(e_coreid_wrap_t dir, e_coreid_wrap_t wrap, unsigned* row, unsigned* col) {
  const unsigned rows = e_group_config.group_rows, cols = e_group_config.group_cols, step = dir == E_PREV_CORE ? -1u : 1;
  unsigned r = e_group_config.core_row, c = e_group_config.core_col;
  if (wrap == E_COL_WRAP) {
    r = (r + step) & (rows - 1);
  } else {
    const unsigned before = c;
    c = (c + step) & (cols - 1);
    /* In the order of the whole group, the row changes at a row's end. */
    if (wrap == E_GROUP_WRAP && (dir == E_PREV_CORE ? c > before || cols == 1 : c < before || cols == 1)) r = (r + step) & (rows - 1);
  }
  *row = r;
  *col = c;
}
