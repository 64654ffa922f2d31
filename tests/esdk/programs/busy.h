/* What e_busy.c is to be busy with: the word at MODE. */
#define MODE 0x7100
enum { SPIN = 1, DMA, IN_HANDLER, ASLEEP, EXITED, SPIN_WITHOUT_INTERRUPTS, MODES };
