/* A core in the middle of something, for the host to load another program over it. */
#include <stdlib.h>

#include "busy.h"
#include "device.h"

static e_dma_desc_t forever SECTION(".data_bank0");
static unsigned char from[64] ALIGN(8);

static void __attribute__((interrupt)) never_ends(void) {
  done();
  while (1) continue;
}

int main(void) {
  switch (*(volatile unsigned*)MODE) {
    case DMA: /* a chain of one descriptor that follows itself, to shared memory */
      e_dma_set_desc(E_DMA_0, E_DMA_ENABLE | E_DMA_MASTER | E_DMA_DWORD | E_DMA_CHAIN, &forever, 8, 8, 8, 1, 8, 8, from,
                     (void*)(0x8e700000 + number() * 64), &forever);
      e_dma_start(&forever, E_DMA_0);
      break;
    case IN_HANDLER:
      e_irq_attach(E_USER_INT, never_ends);
      e_irq_mask(E_USER_INT, E_FALSE);
      e_irq_global_mask(E_FALSE);
      e_irq_set(e_group_config.core_row, e_group_config.core_col, E_USER_INT);
      while (1) continue;
    case ASLEEP:
      done();
      while (1) __asm__ volatile("idle");
    case EXITED:
      done();
      exit(3);
    case SPIN_WITHOUT_INTERRUPTS:
      e_irq_global_mask(E_TRUE);
      break;
    default:
      break;
  }
  done();
  while (1) continue;
}
