/* Mutexes and barriers between the cores of a group, in their scratchpads. Zero is free: they have to be static, or zeroed. */
#ifndef E_MUTEX_H
#define E_MUTEX_H

#include "e_types.h"

typedef int e_mutex_t;
typedef int e_mutexattr_t;
typedef char e_barrier_t;

#define MUTEXATTR_NULL ((e_mutexattr_t*)0)

/* `mutex` is that of core (row, col). It holds the id of the core that has it. */
void e_mutex_init(unsigned row, unsigned col, e_mutex_t* mutex, e_mutexattr_t* attr)
    __attribute__((deprecated("a mutex is ready when it is zero; this does nothing")));
void e_mutex_lock(unsigned row, unsigned col, e_mutex_t* mutex);
/* 0: it is the caller's now; else whose it is. */
unsigned e_mutex_trylock(unsigned row, unsigned col, e_mutex_t* mutex);
void e_mutex_unlock(unsigned row, unsigned col, e_mutex_t* mutex);

/* Both arrays have an element per core of the group, at the same place in all of them. */
void e_barrier_init(volatile e_barrier_t bar_array[], volatile e_barrier_t* tgt_bar_array[]);
void e_barrier(volatile e_barrier_t bar_array[], volatile e_barrier_t* tgt_bar_array[]);

#endif
