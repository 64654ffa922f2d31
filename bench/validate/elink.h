// The copies of the EBSP memory benchmark with its timer calls around them: 24 cycles when there is nothing to copy (25 downwards).
#pragma once

void copy_up(dword* to, const dword* from, int n);
void copy_down(dword* to, const dword* from, int n);

void timer_restart(void);
word timer_elapsed(void);

word measure_up(dword* to, const dword* from, int n);
word measure_down(dword* to, const dword* from, int n);

/// By DMA, then a loop of 19 cycles until the channel is idle. That benchmark's driver has code of its own before it starts the channel,
/// which shows in reads of 1 double word (922 to 979 cycles), and before it first looks at the status: 1 to 8 double words written take
/// 479.
word measure_dma(void* to, const void* from, int n);
