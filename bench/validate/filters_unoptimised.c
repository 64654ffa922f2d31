// What is timed in filters.c; built with -O0.
#include "support/support.h"

#include "filters.h"

static int buffers[3][512 + 2] BANK2;

void invert(word* strip, int pixels) {
  int i;
  word* pixel;
  for (i = 0; i < pixels; i++) {
    pixel = strip + i;
    *pixel = 255 - *pixel;
  }
}

static int magnitude(int horizontal, int vertical) {
  if (horizontal < 0) horizontal = -horizontal;
  if (vertical < 0) vertical = -vertical;
  return horizontal + vertical > 255 ? 255 : horizontal + vertical;
}

void sobel_reread(const volatile int* strip, word* result, int width, int pixels) {
  int i, horizontal, vertical;
  const volatile int *above, *here, *below;
  for (i = 0; i < pixels; i++) {
    above = strip + i;
    here = above + width;
    below = here + width;
    horizontal = above[2] + here[2] + here[2] + below[2] - above[0] - here[0] - here[0] - below[0];
    vertical = below[0] + below[1] + below[1] + below[2];
    result[i] = magnitude(horizontal, vertical);
  }
}

static void take_line(int* to, const volatile int* from, int width) {
  int x;
  for (x = 0; x < width; x++) to[x] = from[x];
}

void sobel_lines(const volatile int* strip, word* result, int width, int lines) {
  int x, y, horizontal, vertical;
  int *above, *here, *below, *spare;
  above = buffers[0];
  here = buffers[1];
  below = buffers[2];
  take_line(above, strip, width);
  take_line(here, strip + width, width);
  strip = strip + width + width;
  for (y = 0; y < lines; y++) {
    take_line(below, strip, width);
    for (x = 0; x < width; x++) {
      horizontal = above[x + 2] + here[x + 2] + here[x + 2] + below[x + 2] - above[x] - here[x] - here[x] - below[x];
      vertical = below[x] + below[x + 1] + below[x + 1] + below[x + 2] - above[x] - above[x + 1] - above[x + 1] - above[x + 2];
      result[x] = magnitude(horizontal, vertical);
    }
    spare = above;
    above = here;
    here = below;
    below = spare;
    strip = strip + width;
    result = result + width;
  }
}
