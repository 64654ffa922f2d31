/* The state of one core's virtual machine, and how its parts name words and values. */
#ifndef EPYSIM_VM_DEVICE_VM_H
#define EPYSIM_VM_DEVICE_VM_H

#include "vm/device/engines.h"
#include "vm/device/port.h"

/* errors.def as EPY_ERROR_<name> */
enum epy_error {
#define ERROR(code, name, class, text) EPY_ERROR_##name = code,
#include "vm/format/errors.def"
#undef ERROR
};

/* natives.def as EPY_NATIVE_<name> */
enum epy_native {
#define NATIVE(id, name, arguments, summary) EPY_NATIVE_##name = id,
#include "vm/format/natives.def"
#undef NATIVE
};

/* opcodes.def as EPY_OP_<name>; a range counts on from its first */
enum epy_opcode {
#define OPCODE_RANGE(name, count, effect) EPY_OP_##name, EPY_OP_##name##_END = EPY_OP_##name + (count)-1,
#define OPCODE(name, operands, effect) EPY_OP_##name,
#include "vm/format/opcodes.def"
#undef OPCODE_RANGE
#undef OPCODE
  EPY_OPCODES
};

/* One contiguous piece of stack: `entries` words, then as many tag bytes. */
struct epy_stack {
  uint32_t* words;
  uint32_t* limit; /* end of the words */
  uint32_t bias;   /* address of a word's tag = (address of the word >> 2) + bias */
};

struct epy_vm {
  uint32_t rings;               /* address of a struct epy_ring: of the running kernel's arguments, the last first */
  struct epy_core_block* block; /* in shared memory */
  struct epy_core_layout* layout;
  volatile struct epy_status* status; /* in local memory */
  epy_engine_function* move;
  uint32_t transfers; /* how many the channel has been asked for, times 4 */
  struct epy_control* control;
  volatile struct epy_mailbox* mailbox;
  const struct epy_resident* image;
  const uint8_t* code;
  const uint32_t* constants;
  const uint16_t* strings;
  uint32_t rank, id, core_count, window;
  uint32_t modern; /* the image's dialect flag */
  uint32_t request_sequence;
#ifdef EPY_PACED
  uint32_t pace; /* turns of an empty loop before every instruction (port.h) */
#endif
  uint32_t notices; /* bit per enum epy_notice already given */

  /* stack[0] is local, stack[1] shared; frames continue in the second when the first is full. The collector's roots are all entries
   * from a stack's start to its top. */
  struct epy_stack stack[2];
  uint32_t region;     /* which of them holds the running frame */
  uint32_t* local_top; /* top of stack[0] while region is 1 */
  uint32_t* sp;        /* first free word; saved by the interpreter before it calls anything that may collect, wait or fail */
  const uint8_t* pc;   /* the running instruction's opcode; saved likewise */
  uint32_t* globals;   /* module-level variables, at the bottom of the first stack */
  uint8_t* global_tags;
};

extern PORT_PER_CORE struct epy_vm epy_vm;

/* Tag of the stack word at `word` in the given region. */
static inline uint8_t* epy_tags_of(const uint32_t* word, uint32_t bias) { return PORT_AT(uint8_t, (PORT_ADDRESS(word) >> 2) + bias); }

union epy_bits {
  uint32_t word;
  float real;
};
static inline float epy_real(uint32_t word) { return ((union epy_bits){.word = word}).real; }
static inline uint32_t epy_word(float real) { return ((union epy_bits){.real = real}).word; }

/* Arithmetic on the words of reals. */
#ifndef PORT_REALS
static inline uint32_t port_real_add(uint32_t a, uint32_t b) { return epy_word(epy_real(a) + epy_real(b)); }
static inline uint32_t port_real_subtract(uint32_t a, uint32_t b) { return epy_word(epy_real(a) - epy_real(b)); }
static inline uint32_t port_real_multiply(uint32_t a, uint32_t b) { return epy_word(epy_real(a) * epy_real(b)); }
static inline uint32_t port_real_of(uint32_t integer) { return epy_word((float)(int32_t)integer); }
#endif

/* An address as other cores know it. */
static inline uint32_t epy_global(uint32_t address) { return address >> 20 ? address : epy_vm.window + address; }

/* Byte code offset of the running instruction. */
static inline uint32_t epy_where(void) { return (uint32_t)(epy_vm.pc - epy_vm.code); }

/* Reports an error of errors.def and ends this core. */
_Noreturn void epy_fail(enum epy_error code, uint32_t detail);

/* Runs a function of the image with `count` arguments that lie on top of the stack (at epy_vm.sp - count); leaves its result there instead.
 */
void epy_interpret(uint32_t function, uint32_t count);

/* The whole life of a core. */
_Noreturn void epy_run(void);

#endif
