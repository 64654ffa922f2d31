/* Transfers between two cores, the left one (even column) and its neighbour on the right: by message (an interrupt comes with the last
 * word), and into a slave channel, word by word and in double words. The left core drives; WORD tells the neighbour what is ready. */
#include "device.h"

#define WORDS 128
static unsigned data[WORDS] ALIGN(8), received[2 * WORDS] ALIGN(8);
static e_dma_desc_t descriptor SECTION(".data_bank0");
static volatile unsigned stage; /* of the right core: how far it is */
static volatile unsigned messages, last_at_message, finished;

static void __attribute__((interrupt)) on_message(void) {
  ++messages;
  last_at_message = ((volatile unsigned*)received)[WORDS - 1];
}
static void __attribute__((interrupt)) on_dma0(void) { ++finished; }

static unsigned wrong(const volatile unsigned* words, unsigned step, unsigned factor) {
  unsigned count = 0;
  for (unsigned i = 0; i < WORDS; ++i) count += words[i * step] != i * factor + 1;
  return count;
}
static void fill(unsigned factor) {
  for (unsigned i = 0; i < WORDS; ++i) data[i] = i * factor + 1;
}

static void left(void) {
  const unsigned row = e_group_config.core_row, right = e_group_config.core_col + 1;
  volatile unsigned* const its_stage = e_get_global_address(row, right, (const void*)&stage);
  void* const its_words = e_get_global_address(row, right, received);
  volatile unsigned* const its_dma = e_get_global_address(row, right, (const void*)E_REG_DMA0AUTODMA0);
  CHECK(e_dma_start(&descriptor, (e_dma_id_t)2) == E_ERR);
  CHECK(e_dma_busy((e_dma_id_t)2) == -1 && e_dma_busy(E_DMA_0) == 0);
  while (*its_stage != 1) continue;
  fill(3);
  e_dma_set_desc(E_DMA_0, E_DMA_ENABLE | E_DMA_MASTER | E_DMA_WORD | E_DMA_MSGMODE, 0, 4, 4, WORDS, 1, 4, 4, data, its_words, &descriptor);
  CHECK(e_dma_start(&descriptor, E_DMA_0) == E_OK);
  CHECK(e_dma_busy(E_DMA_0) != 0);
  e_dma_wait(E_DMA_0);
  while (*its_stage != 2) continue;
  for (unsigned i = 0; i < WORDS; ++i) its_dma[0] = i * 5 + 1;
  while (*its_stage != 3) continue;
  for (unsigned i = 0; i < WORDS; i += 2) {
    its_dma[0] = i * 7 + 1;
    its_dma[1] = (i + 1) * 7 + 1;
  }
}

static void await(volatile unsigned* count, unsigned value) {
  for (unsigned tries = 0; tries < 100000 && *count != value; ++tries) continue;
}

static void right(void) {
  e_irq_attach(E_MESSAGE_INT, on_message);
  e_irq_attach(E_DMA0_INT, on_dma0);
  e_irq_mask(E_MESSAGE_INT, E_FALSE);
  e_irq_mask(E_DMA0_INT, E_FALSE);
  e_irq_global_mask(E_FALSE);
  stage = 1;
  await(&messages, 1);
  CHECK(messages == 1 && last_at_message == (WORDS - 1) * 3 + 1);
  CHECK(wrong(received, 1, 3) == 0);

  /* A slave: what is written to its AUTODMA register goes to every second word. */
  e_dma_set_desc(E_DMA_0, E_DMA_ENABLE | E_DMA_WORD | E_DMA_IRQEN, 0, 0, 8, WORDS, 1, 0, 8, 0, received, &descriptor);
  e_dma_start(&descriptor, E_DMA_0);
  CHECK(e_dma_busy(E_DMA_0) != 0);
  stage = 2;
  await(&finished, 1);
  CHECK(finished == 1 && e_dma_busy(E_DMA_0) == 0);
  CHECK(wrong(received, 2, 5) == 0);

  e_dma_set_desc(E_DMA_0, E_DMA_ENABLE | E_DMA_DWORD | E_DMA_IRQEN, 0, 0, 8, WORDS / 2, 1, 0, 8, 0, received, &descriptor);
  e_dma_start(&descriptor, E_DMA_0);
  stage = 3;
  await(&finished, 2);
  CHECK(finished == 2 && wrong(received, 1, 7) == 0);
}

int main(void) {
  if (e_group_config.core_col % 2 == 0) {
    left();
  } else {
    right();
  }
  return done();
}
