/* Handlers: masks, nesting, what other cores ask for by ILATST and take back by ILATCL. */
#include "device.h"

static volatile unsigned user, user_inside, messages, depth, deepest, asked;

static void __attribute__((interrupt)) on_message(void) {
  ++messages;
  deepest = ++depth > deepest ? depth : deepest;
  --depth;
}
static void __attribute__((interrupt)) on_user(void) {
  ++user;
  deepest = ++depth > deepest ? depth : deepest;
  e_irq_global_mask(E_FALSE); /* from here on, more urgent ones come in between */
  e_irq_set(e_group_config.core_row, e_group_config.core_col, E_MESSAGE_INT);
  for (volatile int i = 0; i < 50; ++i) continue;
  user_inside = messages;
  e_irq_global_mask(E_TRUE);
  --depth;
}
static void __attribute__((interrupt)) on_timer1(void) { ++asked; }

static void wait(volatile unsigned* count, unsigned value) {
  for (unsigned tries = 0; tries < 100000 && *count != value; ++tries) continue;
}

int main(void) {
  const unsigned row = e_group_config.core_row, col = e_group_config.core_col;
  e_irq_attach(E_USER_INT, on_user);
  e_irq_attach(E_MESSAGE_INT, on_message);
  e_irq_attach(E_TIMER1_INT, on_timer1);
  CHECK(*(volatile unsigned*)(4 * E_USER_INT) == (((unsigned)on_user - 4 * E_USER_INT) >> 1 << 8 | 0xe8));

  e_irq_set(row, col, E_USER_INT); /* masked */
  for (volatile int i = 0; i < 50; ++i) continue;
  CHECK(user == 0 && e_reg_read(E_REG_ILAT) >> E_USER_INT & 1);
  e_irq_clear(row, col, E_USER_INT);
  for (volatile int i = 0; i < 50; ++i) continue;
  CHECK((e_reg_read(E_REG_ILAT) >> E_USER_INT & 1) == 0);
  e_irq_mask(E_USER_INT, E_FALSE);
  e_irq_mask(E_MESSAGE_INT, E_FALSE);
  e_irq_global_mask(E_TRUE); /* all are off */
  e_irq_set(row, col, E_USER_INT);
  for (volatile int i = 0; i < 50; ++i) continue;
  CHECK(user == 0);
  e_irq_global_mask(E_FALSE);
  wait(&user, 1);
  CHECK(user == 1 && messages == 1 && user_inside == 1 && deepest == 2 && depth == 0);

  /* Each core asks its neighbour on the right, by another line. */
  e_irq_mask(E_TIMER1_INT, E_FALSE);
  e_irq_set(row, (col + 1) % e_group_config.group_cols, E_TIMER1_INT);
  wait(&asked, 1);
  CHECK(asked == 1);
  return done();
}
