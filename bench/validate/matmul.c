// Two 512 x 512 matrices in the shared memory multiplied by 16 cores, after Adapteva's matmul-16 example: the product in 16 blocks of 128 x
// 128, of which each core has 32 x 32. Four times for each block, one core at a time reads its blocks of both factors by DMA, a token goes
// around; then, four times, each core multiplies what it has and sends it on, A to the west and B to the north. At last it writes its
// block of the product. The 16 blocks take the same time; this does one of them.
#include "support/support.h"

#include "support/dma.h"
#include "support/registers.h"

enum { kMatrix = 512, kBlock = 128, kSide = 32 };

typedef float Block[kSide * kSide];

void multiply_add(const float* a, const float* b, float* c);

static Block a[2] BANK1;
static Block b[2] BANK2;
static Block c BANK3;
static volatile word token;  // of every core: its turns at the shared memory so far

static float* const kA = (float*)kDram;
static float* const kB = (float*)(kDram + 0x100000);
static float* const kC = (float*)(kDram + 0x200000);

static struct Descriptor descriptor __attribute__((aligned(8)));

// A block between matrices of so many columns, double words at a time.
static void copy(float* to, int columns_there, const float* from, int columns_here) {
  dma_wait(0);
  descriptor.config = kDmaMessage | 3 << 5 | kDmaMaster | kDmaEnable;
  descriptor.inner_stride = 0x80008;
  descriptor.count = kSide << 16 | kSide / 2;
  descriptor.outer_stride = (word)((columns_there - kSide) * 4 + 8) << 16 | (word)((columns_here - kSide) * 4 + 8);
  descriptor.from = from;
  descriptor.to = to;
  dma_start(&descriptor, 0);
  dma_wait(0);
}

static word turns;
static void take_token(void) {
  ++turns;
  while (token != turns) {
  }
}
static void pass_token(void) {
  const int next = (core() + 1) % kCores;
  *(volatile word*)at(next, &token) = next == 0 ? turns + 1 : turns;
}

static void multiply_block(void) {
  const int me = core(), my_row = row(), my_column = column();
  const int west = my_row * kColumns + (my_column + kColumns - 1) % kColumns;
  const int north = (my_row + kRows - 1) % kRows * kColumns + my_column;
  const int skewed = (my_row + my_column) % kColumns * kSide;
  int now = 0;
  if (me == 0) token = 1;
  for (int n = 0; n < kSide * kSide; ++n) c[n] = 0;
  for (int k = 0; k < kMatrix; k += kBlock) {
    take_token();
    copy(a[now], kSide, kA + my_row * kSide * kMatrix + k + skewed, kMatrix);
    copy(b[now], kSide, kB + (k + skewed) * kMatrix + my_column * kSide, kMatrix);
    pass_token();
    for (int step = 0; step < kColumns; ++step) {
      multiply_add(a[now], b[now], c);
      copy(at(west, a[1 - now]), kSide, a[now], kSide);
      copy(at(north, b[1 - now]), kSide, b[now], kSide);
      now = 1 - now;
      barrier();
    }
  }
  take_token();
  copy(kC + my_row * kSide * kMatrix + my_column * kSide, kMatrix, c, kSide);
  pass_token();
}

int main(void) {
  const int me = core();
  if (me == 0) {
    kA[100 * kMatrix + 200] = 3;
    kB[200 * kMatrix + 30] = 5;
    kA[17 * kMatrix + 500] = 2;
    kB[500 * kMatrix + 125] = 7;
  }
  timer_start(0, kClock);
  barrier();
  timer_set(0, kTimerMax);
  multiply_block();
  barrier();
  const word cycles = kTimerMax - timer_get(0);
  if (me != 0) return 0;
  timer_set(0, kTimerMax);
  multiply_add(a[0], b[0], c);
  report("kernel", (int)(kTimerMax - timer_get(0)));
  report("cycles", (int)cycles);
  report("product", (int)(kC[100 * kMatrix + 30] + 100 * kC[17 * kMatrix + 125]));
  return 0;
}
