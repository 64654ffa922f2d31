/* A newlib program that fits the 32 KB of a core. */
#include <stdio.h>
#include <stdlib.h>

static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

int main(void) {
  int* squares = malloc(10 * sizeof *squares);
  if (squares == NULL) return 1;
  for (int i = 0; i < 10; i++) squares[i] = i * i;
  iprintf("fib(15) = %d, 9 squared = %d\n", fib(15), squares[9]);
  return 5;
}
