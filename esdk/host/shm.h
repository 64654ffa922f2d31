#ifndef ESDK_SHM_H
#define ESDK_SHM_H

/* The board goes away: the next call about shared memory looks at the table anew. */
void shm_forget(void);
/* Says so, once, when a program has overwritten the table that this process uses. */
void shm_look(const char* caller);

#endif
