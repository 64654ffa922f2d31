/* What the programs here need of the machine: registers by name, interrupts, DMA descriptors, barriers. Freestanding C for one core.
 * Register names and numbers are those of binutils; MOVTS and MOVFS reach them directly, others use the core's global address. */
#ifndef EPIPHANY_H
#define EPIPHANY_H

#include <stddef.h>
#include <stdint.h>

/* -- special registers of the own core, through MOVTS and MOVFS */
#define SET_REGISTER(name, value) __asm__ volatile("movts " #name ", %0" : : "r"((uint32_t)(value)) : "memory")
#define GET_REGISTER(name)                                                      \
  ({                                                                            \
    uint32_t value_;                                                            \
    __asm__ volatile("movfs %0, " #name : "=r"(value_) : : "memory");           \
    value_;                                                                     \
  })

/* -- registers of any core, by address: offsets in a core's 1 MB window */
enum {
  REG_R0 = 0xf0000,
  REG_CONFIG = 0xf0400,
  REG_STATUS = 0xf0404,
  REG_PC = 0xf0408,
  REG_DEBUGSTATUS = 0xf040c,
  REG_IMASK = 0xf0424,
  REG_ILAT = 0xf0428,
  REG_ILATST = 0xf042c,
  REG_ILATCL = 0xf0430,
  REG_IPEND = 0xf0434,
  REG_CTIMER0 = 0xf0438,
  REG_CTIMER1 = 0xf043c,
  REG_FSTATUS = 0xf0440,
  REG_DEBUGCMD = 0xf0448,
  REG_DMA0 = 0xf0500, /* config, stride, count, source, destination, auto0, auto1, status */
  REG_DMA1 = 0xf0520,
  REG_MEMSTATUS = 0xf0604,
  REG_MEMPROTECT = 0xf0608,
  REG_MULTICAST = 0xf0708,
  REG_RESETCORE = 0xf070c
};

#define CORES 16
#define COLUMNS 4

/* -- where am I, where is that */
static inline uint32_t core_id(void) { return GET_REGISTER(coreid); }
static inline unsigned core_number(void) {
  const uint32_t id = core_id();
  return ((id >> 6) & 3u) * COLUMNS + (id & 3u);
}
static inline uint32_t window_of(unsigned number) { return ((32u + number / COLUMNS) << 26) | ((8u + number % COLUMNS) << 20); }
static inline volatile uint32_t *word_at(uint32_t address) { return (volatile uint32_t *)address; }
/* The same object, or the word at an offset, of another core. */
#define ON_CORE(number, pointer) ((__typeof__(&*(pointer)))(window_of(number) | (uint32_t)(pointer)))
static inline volatile uint32_t *word_of(unsigned number, uint32_t offset) { return word_at(window_of(number) | offset); }
static inline volatile uint32_t *own_register(uint32_t offset) { return word_at((core_id() << 20) | offset); }

/* -- interrupts */
enum { SYNC = 0, EXCEPTION, MEMORY_FAULT, TIMER0, TIMER1, MESSAGE, DMA0_DONE, DMA1_DONE, WAND, USER };

/* A 32-bit branch at vector `number`. */
static inline void attach(unsigned number, void (*handler)(void)) {
  volatile uint32_t *const vector = (volatile uint32_t *)(4u * number);
  *vector = ((((uint32_t)handler - 4u * number) >> 1) << 8) | 0xe8u;
}
static inline void unmask(unsigned number) { SET_REGISTER(imask, GET_REGISTER(imask) & ~(1u << number)); }
static inline void enable_interrupts(void) { __asm__ volatile("gie" : : : "memory"); }
static inline void disable_interrupts(void) { __asm__ volatile("gid" : : : "memory"); }
/* GIE and IDLE in one fetch line: an interrupt comes before both or wakes the core. Interrupts have to be disabled before. */
static inline void wait_for_interrupt(void) { __asm__ volatile(".balignw 8, 0x01a2\n gie\n idle" : : : "memory"); }
#define INTERRUPT_HANDLER __attribute__((interrupt))

/* -- DMA */
enum {
  DMA_ENABLE = 1 << 0,
  DMA_MASTER = 1 << 1,
  DMA_CHAIN = 1 << 2,
  DMA_STARTUP = 1 << 3,
  DMA_INTERRUPT = 1 << 4,
  DMA_BYTE = 0 << 5,
  DMA_HALF = 1 << 5,
  DMA_WORD = 2 << 5,
  DMA_DOUBLE = 3 << 5,
  DMA_MESSAGE = 1 << 10,
  DMA_SHIFT_SOURCE_INNER = 1 << 12,
  DMA_SHIFT_TARGET_INNER = 1 << 13
};

struct dma_descriptor {
  uint32_t config; /* next descriptor << 16 | mode */
  uint32_t inner_stride; /* destination << 16 | source, signed bytes */
  uint32_t count; /* outer << 16 | inner */
  uint32_t outer_stride;
  const volatile void *source;
  volatile void *destination;
} __attribute__((aligned(8)));

static inline uint32_t pair(uint32_t high, uint32_t low) { return high << 16 | (low & 0xffffu); }

static inline void dma_start(unsigned channel, const volatile struct dma_descriptor *descriptor) {
  const uint32_t start = (uint32_t)descriptor << 16 | DMA_STARTUP;
  if (channel == 0) {
    SET_REGISTER(dma0config, start);
  } else {
    SET_REGISTER(dma1config, start);
  }
}
static inline uint32_t dma_state(unsigned channel) {
  return (channel == 0 ? GET_REGISTER(dma0status) : GET_REGISTER(dma1status)) & 15u;
}
static inline void dma_wait(unsigned channel) {
  while (dma_state(channel) != 0) {
  }
}

/* A handler of the WAND interrupt: clears the flag, which one in C would restore together with the rest of STATUS. Counts in *counter. */
#define WAND_HANDLER(name, counter)             \
  void name(void);                              \
  __asm__(".balign 4\n_" #name ":\n"            \
          "  strd r0,[sp,-1]\n"                 \
          "  strd r2,[sp,-2]\n"                 \
          "  movfs r0,status\n"                 \
          "  mov r1,8\n"                        \
          "  mov r2,%low(_" #counter ")\n"      \
          "  movt r2,%high(_" #counter ")\n"    \
          "  ldr r3,[r2]\n"                     \
          "  add r3,r3,1\n"                     \
          "  str r3,[r2]\n"                     \
          "  orr r3,r0,r1\n"                    \
          "  eor r3,r3,r1\n"                    \
          "  movts status,r3\n"                 \
          "  ldrd r2,[sp,-2]\n"                 \
          "  ldrd r0,[sp,-1]\n"                 \
          "  rti\n")

#endif
