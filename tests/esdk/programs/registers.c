/* Registers from the host: reading, writing, halting, interrupting, resetting; and what is no register and no memory. */
#include "check.h"

#define COUNT (RESULT + 4)
#define INTERRUPTS (RESULT + 8)

static void out_of_range(void) {
  unsigned char bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  e_mem_t memory;
  e_epiphany_t none;
  set_word(1, 1, 0x7ffc, 0xabcd);
  CHECK_EQUAL(e_write(&all, 1, 1, 0x7ffc, bytes, 8), E_ERR); /* over the end: nothing is written */
  CHECK_EQUAL(word_of(1, 1, 0x7ffc), 0xabcd);
  CHECK_EQUAL(e_read(&all, 1, 1, 0x8000, bytes, 4), E_ERR);
  CHECK_EQUAL(e_write(&all, 1, 1, 0xeffff, bytes, 4), E_ERR);
  CHECK_EQUAL(e_read(&all, 1, 1, 0xf1000, bytes, 4), E_ERR);
  CHECK_EQUAL(e_read(&all, 1, 1, -4, bytes, 4), E_ERR);
  CHECK_EQUAL(e_read(&all, 4, 0, 0, bytes, 4), E_ERR);
  CHECK_EQUAL(e_read(&all, 0, 4, 0, bytes, 4), E_ERR);
  CHECK_EQUAL(e_read(NULL, 0, 0, 0, bytes, 4), E_ERR);
  CHECK_EQUAL(e_open(&none, 0, 0, 5, 1), E_ERR);
  CHECK_EQUAL(e_open(&none, 3, 3, 1, 2), E_ERR);
  CHECK_EQUAL(e_open(&none, 0, 0, 0, 1), E_ERR);
  CHECK_EQUAL(e_alloc(&memory, 0, 0x02000001), E_ERR);
  CHECK_EQUAL(e_alloc(&memory, 0x02000000, 1), E_ERR);
  CHECK_EQUAL(e_alloc(&memory, 0x01fffff0, 16), E_OK);
  CHECK_EQUAL(e_write(&memory, 0, 0, 8, bytes, 8), 8);
  CHECK_EQUAL(e_write(&memory, 0, 0, 9, bytes, 8), E_ERR);
  CHECK_EQUAL(e_free(&memory), E_OK);
  CHECK_EQUAL(e_read(&memory, 0, 0, 0, bytes, 4), E_ERR);
  CHECK_EQUAL(e_load("/nowhere/program.elf", &all, 0, 0, E_TRUE), E_ERR);
  CHECK_EQUAL(e_start(&all, 0, 4), E_ERR);
}

int main(int argc, char* argv[]) {
  unsigned words[16] = {0x55}, r5 = 0;
  e_epiphany_t group;
  CHECK_EQUAL(argc, 2);
  begin();
  CHECK_EQUAL(e_open(&group, 1, 1, 2, 2), E_OK);
  CHECK_EQUAL(group.base_coreid, 0x849);
  CHECK_EQUAL(ee_read_reg(&group, 0, 0, E_REG_COREID), 0x849);
  CHECK_EQUAL(ee_read_abs(0x849f0704), 0x849);
  CHECK_EQUAL(ee_get_id_from_coords(&group, 1, 1), 0x88a);
  CHECK_EQUAL(ee_get_num_from_id(&group, 0x88a), 3);
  CHECK_EQUAL(e_is_addr_on_group(&group, (void*)0x88a00000u), E_TRUE);
  CHECK_EQUAL(e_is_addr_on_group(&group, (void*)0x80800000u), E_FALSE);
  CHECK_EQUAL(e_is_addr_on_chip((void*)0x80800000u), E_TRUE);
  CHECK_EQUAL(e_is_addr_on_chip((void*)0x90000000u), E_FALSE);
  CHECK_EQUAL(e_is_addr_in_emem(0x8fffffff), E_TRUE);
  CHECK_EQUAL(e_is_addr_in_emem(0x90000000), E_FALSE);
  out_of_range();

  /* A register takes and gives one word, whatever is asked for. */
  CHECK_EQUAL(e_halt(&group, 0, 0), E_OK);
  CHECK_EQUAL(e_write(&group, 0, 0, E_REG_R(5), words, 64), 4);
  CHECK_EQUAL(e_read(&group, 0, 0, E_REG_R(5), &r5, 4), 4);
  CHECK_EQUAL(r5, 0x55);
  CHECK_EQUAL(e_read(&group, 0, 0, E_REG_R(5), words + 8, 32), 4);
  CHECK_EQUAL(words[8], 0x55);

  /* A program that counts, and counts its interrupts. */
  CHECK_EQUAL(e_load_group(device(argv, "count"), &group, 0, 0, 2, 2, E_TRUE), E_OK);
  for (int i = 0; i < 4; ++i) await(1 + i / 2, 1 + i % 2, RESULT, DONE);
  CHECK_EQUAL(e_signal(&group, 1, 0), E_OK);
  await(2, 1, INTERRUPTS, 1);
  CHECK_EQUAL(e_signal(&group, 1, 0), E_OK);
  await(2, 1, INTERRUPTS, 2);
  CHECK_EQUAL(word_of(1, 1, INTERRUPTS), 0);
  CHECK_EQUAL(e_halt(&group, 1, 0), E_OK);
  CHECK_EQUAL(ee_read_reg(&group, 1, 0, E_REG_DEBUGSTATUS) & 1, 1);
  const unsigned halted = word_of(2, 1, COUNT), pc = (unsigned)ee_read_reg(&group, 1, 0, E_REG_PC), other = word_of(1, 1, COUNT);
  usleep(1000);
  CHECK_EQUAL(word_of(2, 1, COUNT), halted);
  CHECK_EQUAL(ee_read_reg(&group, 1, 0, E_REG_PC), pc);
  CHECK(word_of(1, 1, COUNT) != other);
  CHECK_EQUAL(e_resume(&group, 1, 0), E_OK);
  usleep(1000);
  CHECK(word_of(2, 1, COUNT) != halted);

  /* Resetting a group: its cores stand still at 0, the memory keeps what it has. */
  unsigned pattern = 0xfeedface;
  e_mem_t memory;
  CHECK_EQUAL(e_alloc(&memory, 0x00700000, 64), E_OK);
  CHECK_EQUAL(e_write(&memory, 0, 0, 4, &pattern, 4), 4);
  CHECK_EQUAL(e_reset_group(&group), E_OK);
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned before = word_of(1 + i / 2, 1 + i % 2, COUNT);
    usleep(100);
    CHECK_EQUAL(word_of(1 + i / 2, 1 + i % 2, COUNT), before);
    CHECK_EQUAL(ee_read_reg(&group, i / 2, i % 2, E_REG_PC), 0);
    CHECK_EQUAL(ee_read_reg(&group, i / 2, i % 2, E_REG_STATUS) & 1, 0);
    CHECK_EQUAL(ee_read_reg(&group, i / 2, i % 2, E_REG_IMASK), 0x3fe);
  }
  CHECK_EQUAL(e_reset_system(), E_OK);
  CHECK_EQUAL(ee_mread_word(&memory, 4), (int)pattern);

  /* Nothing that is opened again and again wears out. */
  for (int i = 0; i < 10000; ++i) {
    e_epiphany_t some;
    CHECK_EQUAL(e_open(&some, 0, 0, 4, 4), E_OK);
    CHECK_EQUAL(e_close(&some), E_OK);
    CHECK_EQUAL(e_alloc(&memory, 0, 0x01000000), E_OK);
    CHECK_EQUAL(e_free(&memory), E_OK);
  }
  CHECK_EQUAL(e_close(&group), E_OK);
  return end();
}
