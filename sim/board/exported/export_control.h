/* The file `control` of an exported board: how a host program that knows it stands before a simulator lets simulated time pass. C11; host
 * libraries include it.
 *
 * In virtual time the board stands still until a command lets it go on, so that a run does not depend on how fast the host is. A host
 * stores `command` and `cycles`, then the next number to `requested` (and wakes its futex); the board has done it when `done` is that
 * number (and wakes that futex). Hosts take turns by a lock on the file (flock). Before a command is carried out the board takes over what
 * the host has stored to memory and registers, and after it shows what has become of them. A host that waits for a word which it reads
 * without a command waits for ever; with EPX_BOOST time passes by itself as long as there was none for a while.
 *
 * As long as the board's process lives it holds a record lock (fcntl) on the file: without one nobody will carry out a command.
 */
#ifndef EPYSIM_EXPORT_CONTROL_H
#define EPYSIM_EXPORT_CONTROL_H

#include <stdint.h>

#define EPX_MAGIC 0x58505045u /* "EPPX" */
#define EPX_VERSION 1u
#define EPX_CONTROL_BYTES 4096

enum epx_time { EPX_FREE = 0, EPX_VIRTUAL = 1, EPX_BOOST = 2 };

enum epx_command {
  EPX_EXCHANGE = 1, /* no time passes */
  EPX_ADVANCE = 2,  /* `cycles` pass; in free time none but what passes anyway */
  EPX_RESET = 3     /* all cores as after power-up; shared memory keeps its contents */
};

struct epx_control {
  uint32_t magic, version;
  uint32_t time;          /* enum epx_time */
  uint32_t board;         /* process id of the board; 0 once it has ended */
  uint64_t clock_hz;      /* of the cores */
  uint64_t now;           /* cycles so far */
  uint32_t all_stopped;   /* 1: no core can run any more by itself, as it was found since the last command but EPX_ADVANCE */
  uint32_t access_cycles; /* that a host's access to the board is to cost in virtual time */
  uint32_t command;       /* enum epx_command */
  uint32_t requested;     /* futex */
  uint64_t cycles;
  uint32_t done; /* futex */
  uint32_t padding;
};

#endif
