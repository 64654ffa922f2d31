#include "e_dma.h"

#include "e_regs.h"

static e_dma_desc_t of_copy SECTION(".data_bank0"); /* descriptors are read from the scratchpad */

void e_dma_set_desc(e_dma_id_t chan, unsigned config, e_dma_desc_t* next_desc, unsigned stride_i_src, unsigned stride_i_dst,
                    unsigned count_i, unsigned count_o, unsigned stride_o_src, unsigned stride_o_dst, void* addr_src, void* addr_dst,
                    e_dma_desc_t* desc) {
  e_dma_wait(chan);
  desc->config = (unsigned)(uintptr_t)next_desc << 16 | config;
  desc->inner_stride = stride_i_dst << 16 | (stride_i_src & 0xffff);
  desc->count = count_o << 16 | (count_i & 0xffff);
  desc->outer_stride = stride_o_dst << 16 | (stride_o_src & 0xffff);
  desc->src_addr = addr_src;
  desc->dst_addr = addr_dst;
}

int e_dma_busy(e_dma_id_t chan) {
  if (chan == E_DMA_0) return (int)(e_reg_read(E_REG_DMA0STATUS) & 0xf);
  return chan == E_DMA_1 ? (int)(e_reg_read(E_REG_DMA1STATUS) & 0xf) : -1;
}

void e_dma_wait(e_dma_id_t chan) {
  while (e_dma_busy(chan) > 0) continue;
}

int e_dma_start(e_dma_desc_t* descriptor, e_dma_id_t chan) {
  if (chan != E_DMA_0 && chan != E_DMA_1) return E_ERR;
  e_dma_wait(chan);
  __asm__ volatile("" : : : "memory"); /* the descriptor is written before */
  e_reg_write(chan == E_DMA_0 ? E_REG_DMA0CONFIG : E_REG_DMA1CONFIG, (unsigned)(uintptr_t)descriptor << 16 | E_DMA_STARTUP);
  return E_OK;
}

int e_dma_copy(void* dst, void* src, size_t bytes) {
  const unsigned together = (unsigned)(uintptr_t)dst | (unsigned)(uintptr_t)src | bytes;
  const unsigned shift = together % 2 != 0 ? 0 : together % 4 != 0 ? 1 : together % 8 != 0 ? 2 : 3;
  if (bytes == 0) return E_OK;
  unsigned config = E_DMA_ENABLE | E_DMA_MASTER | shift << 5;
  if ((uintptr_t)dst >> 20 == 0) config |= E_DMA_MSGMODE;
  e_dma_set_desc(E_DMA_1, config, 0, 1u << shift, 1u << shift, bytes >> shift, 1, 1u << shift, 1u << shift, src, dst, &of_copy);
  e_dma_start(&of_copy, E_DMA_1);
  e_dma_wait(E_DMA_1);
  __asm__ volatile("" : : : "memory");
  return E_OK;
}
