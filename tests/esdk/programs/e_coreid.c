/* Who is who, in whatever group the program runs; addresses, neighbours, registers, copies. */
#include "device.h"

static unsigned word;
static volatile unsigned from_others[2];

static int neighbour(e_coreid_wrap_t dir, e_coreid_wrap_t wrap, unsigned row, unsigned col) {
  unsigned r = 99, c = 99;
  e_neighbor_id(dir, wrap, &r, &c);
  return r == row && c == col;
}

int main(void) {
  const unsigned row = e_group_config.core_row, col = e_group_config.core_col, rows = e_group_config.group_rows,
                 cols = e_group_config.group_cols;
  const unsigned id = e_get_coreid(), count = rows * cols, self = number();
  unsigned r, c;
  CHECK(id == e_coreid_from_coords(row, col));
  e_coords_from_coreid(id, &r, &c);
  CHECK(r == row && c == col);
  CHECK(e_get_global_address(E_SELF, E_SELF, &word) == (void*)(id << 20 | (unsigned)&word));
  CHECK(e_get_global_address(0, 1, (void*)0x6000) == (void*)((e_group_config.group_id + 1) << 20 | 0x6000));
  CHECK(e_get_global_address(0, 1, (void*)0x8e000010) == (void*)0x8e000010);
  CHECK(e_is_on_core(&word) && e_is_on_core((void*)(id << 20 | 0x100)) && !e_is_on_core((void*)0x8f000000));
  CHECK(neighbour(E_NEXT_CORE, E_ROW_WRAP, row, (col + 1) % cols));
  CHECK(neighbour(E_PREV_CORE, E_ROW_WRAP, row, (col + cols - 1) % cols));
  CHECK(neighbour(E_NEXT_CORE, E_COL_WRAP, (row + 1) % rows, col));
  CHECK(neighbour(E_PREV_CORE, E_COL_WRAP, (row + rows - 1) % rows, col));
  CHECK(neighbour(E_NEXT_CORE, E_GROUP_WRAP, (self + 1) % count / cols, (self + 1) % cols));
  CHECK(neighbour(E_PREV_CORE, E_GROUP_WRAP, (self + count - 1) % count / cols, (self + count - 1) % cols));
  CHECK(e_reg_read(E_REG_COREID) == id);
  e_reg_write(E_REG_IRET, 0x123456);
  CHECK(e_reg_read(E_REG_IRET) == 0x123456);
  /* Each core stores to the next one's memory, and reads it back. */
  const unsigned next = (self + 1) % count;
  unsigned value = 1000 + self, back = 0;
  e_write(&e_group_config, &value, next / cols, next % cols, (void*)from_others, sizeof value);
  for (unsigned tries = 0; tries < 100000 && from_others[0] == 0; ++tries) continue;
  CHECK(from_others[0] == 1000 + (self + count - 1) % count);
  e_read(&e_group_config, &back, next / cols, next % cols, (void*)from_others, sizeof back);
  CHECK(back == value);
  void* const there = e_write(&e_emem_config, &value, 0, 0, (void*)(0x00400000 + self * 4), sizeof value);
  CHECK(there == (void*)(0x8e400000 + self * 4));
  for (unsigned tries = 0; tries < 100000 && *(volatile unsigned*)there != value; ++tries) continue;
  back = 0;
  e_read(&e_emem_config, &back, 0, 0, (void*)(0x00400000 + self * 4), sizeof back);
  CHECK(back == value);
  return done();
}
