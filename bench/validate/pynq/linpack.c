// LINPACK's problem: a system of linear equations of order kOrder, in single precision, the matrix by columns. It is solved by Gaussian
// elimination with partial pivoting (2/3 n^3 operations) and substitution (2 n^2); only that is measured. The right-hand side is made so
// that every unknown is 1. For cores of any board. With SOLVE=0 it is only made: what else the program executes.
#include <support/support.h>

#ifndef ORDER
#define ORDER 100
#endif
#ifndef SOLVE
#define SOLVE 1
#endif
enum { kOrder = ORDER };

static float matrix[kOrder * kOrder];
static float right[kOrder];
static int pivots[kOrder];

static float* column_of(int j) { return matrix + j * kOrder; }

static void make(void) {
  int value = 1325;
  for (int i = 0; i < kOrder; ++i) right[i] = 0;
  for (int j = 0; j < kOrder; ++j) {
    for (int i = 0; i < kOrder; ++i) {
      value = 3125 * value % 65536;
      column_of(j)[i] = (float)(value - 32768) / 16384.0f;
      right[i] += column_of(j)[i];
    }
  }
}

/// y += factor * x
__attribute__((noinline)) static void add_multiple(int n, float factor, const float* x, float* y) {
  if (factor == 0) return;
  for (int i = 0; i < n; ++i) y[i] += factor * x[i];
}

__attribute__((noinline)) static void scale(int n, float factor, float* x) {
  for (int i = 0; i < n; ++i) x[i] *= factor;
}

/// Which of them is largest in magnitude.
__attribute__((noinline)) static int largest(int n, const float* x) {
  int at = 0;
  for (int i = 1; i < n; ++i) {
    if (__builtin_fabsf(x[i]) > __builtin_fabsf(x[at])) at = i;
  }
  return at;
}

static void swap(float* a, float* b) {
  const float kept = *a;
  *a = *b;
  *b = kept;
}

__attribute__((noinline)) static void factor(void) {
  for (int k = 0; k < kOrder - 1; ++k) {
    float* const pivot_column = column_of(k);
    const int pivot = k + largest(kOrder - k, pivot_column + k);
    pivots[k] = pivot;
    swap(pivot_column + pivot, pivot_column + k);
    scale(kOrder - k - 1, -1.0f / pivot_column[k], pivot_column + k + 1);
    for (int j = k + 1; j < kOrder; ++j) {
      swap(column_of(j) + pivot, column_of(j) + k);
      add_multiple(kOrder - k - 1, column_of(j)[k], pivot_column + k + 1, column_of(j) + k + 1);
    }
  }
}

__attribute__((noinline)) static void substitute(void) {
  for (int k = 0; k < kOrder - 1; ++k) {
    swap(right + pivots[k], right + k);
    add_multiple(kOrder - k - 1, right[k], column_of(k) + k + 1, right + k + 1);
  }
  for (int k = kOrder - 1; k >= 0; --k) {
    right[k] /= column_of(k)[k];
    add_multiple(k, -right[k], column_of(k), right);
  }
}

int main(void) {
  start_clock();
  make();
  const word before = now();
  if (SOLVE) {
    factor();
    substitute();
  }
  const word cycles = now() - before;
  int wrong = 0;
  for (int i = 0; SOLVE && i < kOrder; ++i) wrong += !(__builtin_fabsf(right[i] - 1.0f) < 0.01f);
  report("linpack.cycles", cycles);
  report("linpack.wrong", (word)wrong);
  return wrong;
}
