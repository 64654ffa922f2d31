/* DMA: two channels per core, which take descriptors from its scratchpad. */
#ifndef E_DMA_H
#define E_DMA_H

#include "e_types.h"

typedef enum { E_DMA_0 = 0, E_DMA_1 = 1 } e_dma_id_t;

/* Of a descriptor's config; its upper half is the address of the next. */
typedef enum {
  E_DMA_ENABLE = 1 << 0,
  E_DMA_MASTER = 1 << 1,
  E_DMA_CHAIN = 1 << 2,
  E_DMA_STARTUP = 1 << 3,
  E_DMA_IRQEN = 1 << 4,
  E_DMA_BYTE = 0 << 5,
  E_DMA_HWORD = 1 << 5,
  E_DMA_WORD = 2 << 5,
  E_DMA_DWORD = 3 << 5,
  E_DMA_MSGMODE = 1 << 10,
  E_DMA_SHIFT_SRC_IN = 1 << 12,
  E_DMA_SHIFT_DST_IN = 1 << 13,
  E_DMA_SHIFT_SRC_OUT = 1 << 14,
  E_DMA_SHIFT_DST_OUT = 1 << 15
} e_dma_config_t;

typedef struct {
  unsigned config;
  unsigned inner_stride; /* bytes: destination << 16 | source */
  unsigned count;        /* elements: outer << 16 | inner */
  unsigned outer_stride; /* instead of the inner one after the last element of a row */
  void* src_addr;
  void* dst_addr;
} ALIGN(8) e_dma_desc_t;

/* Fills in `desc`, once the channel is idle. */
void e_dma_set_desc(e_dma_id_t chan, unsigned config, e_dma_desc_t* next_desc, unsigned stride_i_src, unsigned stride_i_dst,
                    unsigned count_i, unsigned count_o, unsigned stride_o_src, unsigned stride_o_dst, void* addr_src, void* addr_dst,
                    e_dma_desc_t* desc);
/* Once the channel is idle. 0, or E_ERR for a channel that there is not. */
int e_dma_start(e_dma_desc_t* descriptor, e_dma_id_t chan);
/* 0: idle; -1: there is no such channel. */
int e_dma_busy(e_dma_id_t chan);
void e_dma_wait(e_dma_id_t chan);
/* By channel 1, in the widest elements that addresses and `bytes` are multiples of. At most 65535 elements: more are cut off, as the
 * engine's count has 16 bits. */
int e_dma_copy(void* dst, void* src, size_t bytes);

#endif
