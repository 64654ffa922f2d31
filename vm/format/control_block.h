/* What host and cores share while a program runs: one control block in shared memory; per core a status in its local memory and a mailbox
 * where the other cores can store to it.
 *
 * Request handshake. The core fills `request` and `arguments`, then stores its next number to `request_sequence` (the doorbell, always
 * last). The host serves, fills `result` (and `text`, or a channel cell), then stores that number to `reply_sequence`, on which the core
 * polls. One request is outstanding per core. A kernel launch is such a reply: a core asks REQUEST_NEXT and gets a function to run.
 * Sequence numbers count from 1 and wrap; only equality is tested.
 *
 * Channel. Data by reference move through the 32 cells of a core's channel, and many transfers can be under way: each has a descriptor,
 * that of its first cell, and as many cells behind it as its elements take. The core fills the cells (of a write) and the descriptor, its
 * `state` last, then stores the same word, which has the transfer's number, to `channel_sequence`, a doorbell of its own. The host serves a
 * core's transfers in the order of their numbers, fills the cells (of a read), then stores the descriptor's `state`, which tells the core
 * that the cells are its own again. Cell 0 takes no transfers: it is where a list's elements arrive in messages between cores whose
 * memories are private. Cell 1 is for transfers that the core waits for at once; the others are given to chunks when a kernel starts, and
 * the host sees to it that there are enough.
 *
 * Waiting. When a core has to wait for the host, for the reply to a request or for the state of a descriptor, it stores the address of the
 * word that it looks at to `awaited`, a third doorbell; there is nothing to serve then.
 *
 * The Epiphany ABI aligns arrays and structures of 8 bytes and more to 8 bytes: padding keeps every one of them there, so that all
 * compilers agree on the layout (the assertions at the end, and in value.h).
 */
#ifndef EPYSIM_VM_FORMAT_CONTROL_BLOCK_H
#define EPYSIM_VM_FORMAT_CONTROL_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "vm/format/value.h"

#define EPY_CONTROL_MAGIC 0x4b4c4245u /* "EBLK" */
#define EPY_CONTROL_VERSION 5u
#define EPY_MAX_CORES 64
#define EPY_TEXT_BYTES 256
#define EPY_MAX_LAUNCH_ARGUMENTS 15
#define EPY_CELL_BYTES 1024
#define EPY_CELLS 32

enum epy_request {
  EPY_REQUEST_PRINT = 1, /* arguments: count, address of the words, address of the tags: one line */
  EPY_REQUEST_INPUT =
      2, /* arguments: 1 if there is a prompt, its string address; result: tag, word (a string: text holds it, word = bytes) */
  EPY_REQUEST_ERROR = 3, /* arguments: errors.def code, byte code offset of the failing instruction, detail word; the core stops after it */
  EPY_REQUEST_FORMAT = 4, /* arguments: tag, word: text holds its str(), result: bytes */
  EPY_REQUEST_MATHS =
      5, /* arguments: operation (natives.def math; 32 pow; 33 real from the text of a string; of reals 34, 35 remainder with the sign of
            dividend or divisor, 36 floor of the quotient), tag, word, tag, word;
            result: tag, word (tag EPY_UNSET: error VALUE) */
  EPY_REQUEST_NEXT = 6,   /* worker: arguments: tag, word of the finished kernel's result (EPY_UNSET at first);
                             result: 1 = run struct epy_launch, 0 = stop */
  EPY_REQUEST_END = 7,    /* the program is over on this core */
  EPY_REQUEST_NOTICE = 10 /* arguments: enum epy_notice, bytes: something the user should know; once per core and kind */
};

enum epy_notice {
  EPY_NOTICE_CODE_SHARED = 1,  /* byte code runs from shared memory; detail: its bytes */
  EPY_NOTICE_STACK_SHARED = 2, /* the stack has spilled to shared memory */
  EPY_NOTICE_HEAP_SHARED = 3   /* the heap has spilled to shared memory */
};

/* What a core moves the words of its cells and of chunks with (vm/device/engines.h). */
enum epy_engine { EPY_ENGINE_BYTES = 0, EPY_ENGINE_WORDS = 1, EPY_ENGINE_DMA = 2 };

/* What a descriptor's state says; the number of the transfer, or of one that has failed the errors.def code, is in bits 31:2. */
enum epy_transfer_state {
  EPY_TRANSFER_DONE = 0,
  EPY_TRANSFER_READ = 1,  /* asked for: elements of the reference into the cells */
  EPY_TRANSFER_WRITE = 2, /* and from the cells into them */
  EPY_TRANSFER_ASKED = 3  /* either */
};
#define EPY_BLOCKING_CELL 1
#define EPY_FIRST_CHUNK_CELL 2
/* Local memory that an argument by reference takes: on demand; with prefetch, and for each chunk beside its elements. */
#define EPY_EXTERNAL_BYTES 60
#define EPY_RING_BYTES 72
#define EPY_CHUNK_BYTES 32

struct epy_transfer {
  uint32_t state; /* the core asks, the host answers */
  uint32_t reference;
  uint32_t position; /* of the first element */
  uint32_t count;    /* elements */
};

/* One per core, in shared memory. */
struct epy_channel {
  struct epy_transfer transfer[EPY_CELLS];
  uint32_t cell[EPY_CELLS][EPY_CELL_BYTES / 4];
};

/* A virtual core that is the client's own (epy_control.worker) does not run the program: it executes native calls. */
#define EPY_WORKER_OF_CLIENT 2u
#define EPY_LAUNCH_NATIVE 0x80000000u /* flag in `function`: the rest is an id of natives.def */

struct epy_launch_argument {
  uint32_t tag;                                 /* EPY_INT, EPY_REAL, EPY_BOOL, EPY_NONE, EPY_FUNCTION; or EPY_EXTERNAL */
  uint32_t word;                                /* of an external: bytes it takes of the core's memory */
  uint32_t transfer;                            /* of an external: address of its own descriptor; 0: the core reaches the data itself */
  uint32_t chunks, chunk_bytes, transfer_bytes; /* of prefetch: their number, distance in local memory, distance of their descriptors */
  struct epy_external data;
};

struct epy_launch {
  uint32_t function;
  uint32_t argument_count;
  struct epy_launch_argument arguments[EPY_MAX_LAUNCH_ARGUMENTS];
};

/* One per core, in shared memory. Lines that the core writes and lines that the host writes are kept apart. */
struct epy_core_block {
  /* written by the core */
  uint32_t request_sequence; /* doorbell */
  uint32_t request;
  uint32_t arguments[6];
  uint32_t channel_sequence, awaited; /* more doorbells */
  uint32_t padding[6];
  /* written by the host */
  uint32_t reply_sequence;
  uint32_t text_bytes;
  uint32_t result[4];
  uint32_t padding_of_host[2];
  char text[EPY_TEXT_BYTES];
  struct epy_launch launch;
};

/* Placement of one core's memory; the host decides it (options --code, --data ...), the core obeys. Addresses as the core uses them; 0
 * bytes = none. */
struct epy_core_layout {
  uint32_t id;                 /* absolute core id, what coreid() gives */
  uint32_t window;             /* base of this core's local memory in the address space of all cores */
  uint32_t status;             /* local address of this core's struct epy_status, and of a struct epy_partner per partner behind it */
  uint32_t mailbox;            /* this core's struct epy_mailbox, as it addresses it */
  uint32_t partner_mailbox;    /* the same, as all other cores address it */
  uint32_t code;               /* where the resident section is to run: local, or == image for "stay in shared memory" */
  uint32_t stack, stack_bytes; /* local */
  uint32_t heap, heap_bytes;   /* local */
  uint32_t shared_stack, shared_stack_bytes; /* overflow */
  uint32_t shared_heap, shared_heap_bytes;   /* overflow */
  uint32_t channel;                          /* struct epy_channel in shared memory */
  uint32_t reachable;                        /* 1: the other cores can store into this one's local memory, from `window` on */
};

struct epy_control {
  uint32_t magic, version;
  uint32_t core_count; /* participating cores; ranks 0 .. core_count-1 in ascending id */
  uint32_t seed;
  uint32_t image, image_bytes; /* the resident section's master copy in shared memory */
  uint32_t partners;           /* ranks that messages can go to: the participating cores, and others behind them */
  uint32_t worker;             /* 1: after the module's top level ask for kernels (REQUEST_NEXT); 0: end (REQUEST_END) */
  uint32_t stop; /* set by the host: every core leaves its waiting loop and its program (checked at backward jumps, calls and while polling
                    a mailbox or reply) */
  uint32_t pace; /* for a paced image: turns of an empty loop before every instruction */
  uint32_t engine; /* enum epy_engine */
  uint32_t padding;
  struct epy_core_layout layout[EPY_MAX_CORES];
  struct epy_core_block block[EPY_MAX_CORES];
};

/* One slot per possible partner, in the owner's mailbox; index = the partner's rank. The partner writes value and message into the owner's
 * slot, and `taken` when it has taken what the owner sent. Nobody loads from another one's slot. */
struct epy_slot {
  uint32_t value;
  uint32_t message; /* its tag (bits 15:0) and the number of messages the partner has sent to the owner (31:16); stored last */
  uint32_t taken;   /* number of the owner's messages that the partner has taken */
  uint32_t landing; /* where the partner wants the elements of the owner's list (messages.c) */
};

/* What a core knows of each partner; in its local memory, behind its status, index = the partner's rank. The core itself fills it in. */
struct epy_partner {
  uint32_t mailbox;    /* the partner's, as this core stores to it */
  uint16_t id;         /* the partner's core id */
  uint8_t sent, taken; /* low bytes of the numbers in the slots: at most one message is on its way */
};

/* What a core is doing, for the monitor's deadlock report; in the core's local memory, read by the host, never charged. */
enum epy_activity { EPY_RUNNING = 0, EPY_WAIT_RECV = 1, EPY_WAIT_SEND = 2, EPY_WAIT_BARRIER = 3, EPY_WAIT_HOST = 4, EPY_ENDED = 5 };

struct epy_status {
  uint32_t activity; /* enum epy_activity */
  uint32_t partner;  /* rank it waits for */
  uint32_t where;    /* byte code offset of the waiting instruction */
  uint32_t progress; /* counts up whenever a wait ends */
  uint32_t stop;     /* the host sets it (with epy_control.stop) so that polling costs no off-chip load */
  uint32_t padding;
};

/* In local memory where the cores can store into each other's, otherwise in shared memory. */
struct epy_mailbox {
  uint32_t barrier_arrived[6];          /* number of the latest barrier in which the partner of round k has reached this core */
  __extension__ struct epy_slot slot[]; /* core_count of them */
};

/* The loader writes this record at the image's symbol `epython_boot` before it starts the core. */
struct epy_boot {
  uint32_t control; /* address of struct epy_control */
  uint32_t rank;    /* this core's index into layout[] and block[] */
};

#ifdef __cplusplus
#define EPY_LAYOUT(condition) static_assert(condition, "layout shared with the device")
#else
#define EPY_LAYOUT(condition) _Static_assert(condition, "layout shared with the device")
#endif
EPY_LAYOUT(sizeof(struct epy_launch) == 728);
EPY_LAYOUT(sizeof(struct epy_core_block) == 1080);
EPY_LAYOUT(sizeof(struct epy_core_layout) == 64);
EPY_LAYOUT(sizeof(struct epy_control) == 48 + EPY_MAX_CORES * (sizeof(struct epy_core_layout) + sizeof(struct epy_core_block)));
EPY_LAYOUT(sizeof(struct epy_transfer) == 16);
EPY_LAYOUT(sizeof(struct epy_channel) == EPY_CELLS * (sizeof(struct epy_transfer) + EPY_CELL_BYTES));
EPY_LAYOUT(sizeof(struct epy_slot) == 16);
EPY_LAYOUT(sizeof(struct epy_partner) == 8);
EPY_LAYOUT(sizeof(struct epy_status) == 24);
EPY_LAYOUT(sizeof(struct epy_mailbox) == 24);
EPY_LAYOUT(sizeof(struct epy_boot) == 8);
/* An external begins like a list, as far as these go, and all sequences with their length. */
EPY_LAYOUT(offsetof(struct epy_external, length) == 0 && offsetof(struct epy_list, length) == 0 && offsetof(struct epy_string, bytes) == 0);
EPY_LAYOUT(offsetof(struct epy_external, element_tag) == offsetof(struct epy_list, element_tag));
EPY_LAYOUT(offsetof(struct epy_external, dimensions) == offsetof(struct epy_list, dimensions));

#endif
