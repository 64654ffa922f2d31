/* The barrier of all cores in hardware: interrupt 8 comes when the last has executed WAND, and its handler clears bit 3 of STATUS. */
#include "device.h"

#define WAND_INT ((e_irq_type_t)8)
#define ROUNDS 50u

volatile unsigned passed;
static volatile unsigned turn;

/* A handler in C would restore the flag together with the rest of STATUS. */
void arrived(void);
__asm__(
    ".balign 4\n_arrived:\n"
    "  strd r0,[sp,-1]\n  strd r2,[sp,-2]\n"
    "  mov r2,%low(_passed)\n  movt r2,%high(_passed)\n  ldr r3,[r2]\n  add r3,r3,1\n  str r3,[r2]\n"
    "  movfs r0,status\n  mov r1,8\n  orr r3,r0,r1\n  eor r3,r3,r1\n  movts status,r3\n"
    "  ldrd r2,[sp,-2]\n  ldrd r0,[sp,-1]\n  rti\n");

static void barrier(void) {
  const unsigned before = passed;
  e_irq_global_mask(E_TRUE);
  __asm__ volatile("wand" ::: "memory");
  while (passed == before) {
    __asm__ volatile(".balignw 8,0x01a2\n gie\n idle\n gid" ::: "memory");
  }
  e_irq_global_mask(E_FALSE);
}

int main(void) {
  unsigned row, col;
  e_neighbor_id(E_NEXT_CORE, E_GROUP_WRAP, &row, &col);
  volatile unsigned* const neighbour = e_get_global_address(row, col, (void*)&turn);
  e_irq_attach(WAND_INT, arrived);
  e_irq_mask(WAND_INT, E_FALSE);
  barrier();
  CHECK((e_reg_read(E_REG_STATUS) & 8) == 0 && (e_reg_read(E_REG_ILAT) & 1 << WAND_INT) == 0);
  for (unsigned i = 1; i <= ROUNDS; ++i) {
    e_wait(E_CTIMER_0, 100 + (number() * 7 + i) % 16 * 50);
    turn = i;
    barrier();
    CHECK(*neighbour == i);
    CHECK(passed == 2 * i);
    barrier();
  }
  return done();
}
