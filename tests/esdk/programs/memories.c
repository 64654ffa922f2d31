/* A platform with two memories (EPIPHANY_HDF): 4 MB at 0x8e400000, 8 MB at 0x8f000000. */
#include "check.h"

int main(void) {
  e_mem_t memory, none;
  begin();
  CHECK_EQUAL(platform.num_emems, 2);
  static const struct {
    unsigned address;
    e_bool_t is;
  } edges[] = {{0x8e3fffff, E_FALSE}, {0x8e400000, E_TRUE}, {0x8e7fffff, E_TRUE}, {0x8e800000, E_FALSE},
               {0x8effffff, E_FALSE}, {0x8f000000, E_TRUE}, {0x8f7fffff, E_TRUE}, {0x8f800000, E_FALSE}};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; ++i) {
    CHECK_EQUAL(e_is_addr_in_emem(edges[i].address), edges[i].is);
    const unsigned word = edges[i].address & ~3u;
    CHECK_EQUAL(ee_write_abs(word, (int)i + 1), edges[i].is ? 4 : E_ERR);
    CHECK_EQUAL(ee_read_abs(word), edges[i].is ? (int)i + 1 : E_ERR);
  }

  CHECK_EQUAL(e_alloc(&memory, 0x3ffffc, 4), E_OK); /* the first one's last word */
  CHECK_EQUAL((unsigned)memory.ephy_base, 0x8e7ffffcu);
  CHECK_EQUAL(ee_mread_word(&memory, 0), 3);
  CHECK_EQUAL(e_alloc(&none, 0x3ffffc, 5), E_ERR);
  CHECK_EQUAL(e_alloc(&none, 0xc00000, 4), E_ERR);     /* where the second is */
  CHECK_EQUAL(e_shm_alloc(&none, "region", 4), E_ERR); /* the table would be 16 MB on */
  CHECK_EQUAL(e_free(&memory), E_OK);
  return end();
}
