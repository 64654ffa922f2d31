// Image filters on 16 cores with the image in the shared memory, one word per pixel, after the filter experiment of myParallella (2016):
// each core has a strip of whole lines; core 0's timer runs until all have met at a barrier. Compiled without optimisation, as there.
#include "support/support.h"

#include "filters.h"

int main(void) {
  static const char* const names[] = {"invert", "sobel_reread", "sobel_lines"};
  static word cycles[2][3];
  static const int sizes[] = {128, 512};
  for (int size = 0; size < 2; ++size) {
    for (int filter = 0; filter < 3; ++filter) {
      barrier();
      if (core() == 0) {
        timer_set(0, kTimerMax);
        timer_start(0, kClock);
      }
      const int width = sizes[size], lines = width / kCores;
      word* const strip = (word*)kImage + (word)core() * (word)(lines << (size == 0 ? 7 : 9));
      word* const result = strip + (kResult - kImage) / (int)sizeof(word);
      if (filter == 0) invert(strip, lines << (size == 0 ? 7 : 9));
      if (filter == 1) sobel_reread((int*)strip, result, width, lines << (size == 0 ? 7 : 9));
      if (filter == 2) sobel_lines((int*)strip, result, width, lines);
      barrier();
      if (core() == 0) cycles[size][filter] = kTimerMax - timer_stop(0);
    }
    if (core() == 0)
      for (int filter = 0; filter < 3; ++filter) report_nth(names[filter], sizes[size], (int)cycles[size][filter]);
  }
  return 0;
}
