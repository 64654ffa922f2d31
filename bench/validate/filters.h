#pragma once

enum { kImage = 0x8e100000, kResult = 0x8e300000 };

/// In place: one load and one store per pixel.
void invert(word* strip, int pixels);
/// Twelve loads and one store per pixel. The strip begins a line above the pixels.
void sobel_reread(const volatile int* strip, word* result, int width, int pixels);
/// Three lines at a time in own memory: one load and one store per pixel.
void sobel_lines(const volatile int* strip, word* result, int width, int lines);
