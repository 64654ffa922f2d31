#include "e_mutex.h"

#include "e_coreid.h"

/* TESTSET stores the value where there was 0, and tells what was there. */
static unsigned test_and_set(volatile e_mutex_t* mutex, unsigned value) {
  const unsigned offset = 0;
  __asm__ volatile("testset %0, [%1, %2]" : "+r"(value) : "r"(mutex), "r"(offset) : "memory");
  return value;
}

void e_mutex_init(unsigned row, unsigned col, e_mutex_t* mutex, e_mutexattr_t* attr) {
  (void)row, (void)col, (void)mutex, (void)attr; /* clearing it would race with a core that is faster */
}

void e_mutex_lock(unsigned row, unsigned col, e_mutex_t* mutex) {
  volatile e_mutex_t* const there = e_get_global_address(row, col, mutex);
  const e_coreid_t self = e_get_coreid();
  while (test_and_set(there, self) != 0) continue;
}

unsigned e_mutex_trylock(unsigned row, unsigned col, e_mutex_t* mutex) {
  return test_and_set(e_get_global_address(row, col, mutex), e_get_coreid());
}

void e_mutex_unlock(unsigned row, unsigned col, e_mutex_t* mutex) {
  __asm__ volatile("" : : : "memory");
  *(volatile e_mutex_t*)e_get_global_address(row, col, mutex) = 0;
}
