// The copies of the EBSP memory benchmark with its timer calls around them: 24 cycles when there is nothing to copy (25 downwards).
#pragma once

void copy_up(dword* to, const dword* from, int n);
void copy_down(dword* to, const dword* from, int n);

void timer_restart(void);
word timer_elapsed(void);

word measure_up(dword* to, const dword* from, int n);
word measure_down(dword* to, const dword* from, int n);
