/* In virtual time a board stands still unless the library is called: a host that reads a word through a pointer of its own until it
 * changes waits for ever. The library cannot see such reads; it notices that the program is busy and says nothing, and tells its user. */
#ifndef ESDK_SILENCE_H
#define ESDK_SILENCE_H

/* From now on. It is told once. */
void silence_watch(void);
/* The program has called. */
void silence_ends(void);
/* There is no board any more. */
void silence_forget(void);

#endif
