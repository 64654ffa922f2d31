// Copying by the core's own DMA channel 1 in the steps of the SDK's library: fill a descriptor, wait until the channel is idle, start it,
// wait until it is idle again. Elements are as large as the alignment of everything allows.
#pragma once

int dma_copy(void* to, const void* from, word bytes);

/// Its two halves.
int dma_start(void* to, const void* from, word bytes);
void dma_wait(void);
