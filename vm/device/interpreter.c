/* The byte code interpreter: threaded code over frames of slots.
 *
 * A frame lies on the stack as  slots | link | operands , words and tags in parallel. Arguments are pushed by the caller and become the
 * callee's first slots where they are. The link is two entries: return offset << 8 | the caller's number of slots, and the caller's
 * frame; its tag says what kind of return it is. Nothing here recurs: the depth of calls is a matter of stack space alone.
 *
 * The top operand is in `top` and `kind`; `sp` and `st` point at its place in memory, which holds anything. So a binary operation reads one
 * operand and writes none. With no operand the link's last entry is on top.
 *
 * The frequent instructions fetch their successor's label first of all and jump there by themselves. The others are carried out by
 * epy_execute, on the stack in memory.
 *
 * `pc` stays on the opcode while an instruction runs. Before anything that may collect, wait or fail, SAVE tells the rest of the
 * machine where pc and stack are.
 */
#pragma GCC diagnostic ignored "-Wpedantic" /* labels as values */

#include "vm/device/arithmetic.h"
#include "vm/device/compare.h"
#include "vm/device/execute.h"
#include "vm/device/lists.h"
#include "vm/device/numbers.h"
#include "vm/device/requests.h"
#include "vm/device/vm.h"

/* Tags of a link: how to return over it. */
enum { LINK_CALL = EPY_RANGE, LINK_SPILLED = EPY_NONE, LINK_BASE = EPY_UNSET };
enum { LINK = 2, LINK_SPILLED_ENTRIES = 3 /* and where the caller's operands end */ };
enum { SCRATCH = 2 }; /* operands that an instruction may have beside those of its frame */

static inline int32_t signed16(const uint8_t* at) { return (int16_t)(uint16_t)(at[0] | at[1] << 8); }

/* Element tag of a list of one dimension whose elements have one tag, else at least EPY_MIXED: one comparison for both. */
static inline uint32_t simple_tag(const struct epy_list* list) {
  const uint16_t* tag_and_dimensions = (const uint16_t*)(const void*)&list->element_tag;
  return (uint32_t)*tag_and_dimensions - 0x100u;
}

/* An int is to index a list in local memory: one comparison for three. */
static inline bool is_plain(uint32_t list_tag, uint32_t index_tag, uint32_t list) {
  return ((list_tag - EPY_LIST) | (index_tag - EPY_INT) | port_elsewhere(list)) == 0;
}

void epy_interpret(uint32_t function, uint32_t count) {
#define FOUR(label) label, label, label, label
#define OPCODE(name, operands, effect) &&op_##name,
#define OPCODE_RANGE(name, count, effect) FOUR(&&op_##name), FOUR(&&op_##name), FOUR(&&op_##name), FOUR(&&op_##name),
  static const void* const labels[] = {
#include "vm/format/opcodes.def"
  };
#undef OPCODE
#undef OPCODE_RANGE
#undef FOUR

  const struct epy_function* const functions = (const struct epy_function*)(epy_vm.image + 1);
  const uint8_t* const code = epy_vm.code;
  volatile struct epy_status* const status = epy_vm.status;
  const uint32_t base_region = epy_vm.region;

  uint32_t* limit = epy_vm.stack[base_region].limit;
  uint32_t bias = epy_vm.stack[base_region].bias;
  PORT_REGISTER(uint32_t * sp, 0) = epy_vm.sp - 1;
  PORT_REGISTER(uint8_t * st, 1) = epy_tags_of(sp, bias);
  uint32_t* const base = epy_vm.sp - count;
  PORT_REGISTER(uint32_t * fp, 2) = base;
  PORT_REGISTER(uint8_t * ft, 3) = epy_tags_of(base, bias);
  uint32_t top = 0, kind = 0;
  const uint8_t* pc = epy_vm.pc;
  uint32_t slots = 0; /* of the running function */
  uint32_t opcode;
  const void* target;
  uint32_t wide = 0; /* what WIDE brought for the next instruction */

  /* of instructions that share code */
  uint32_t word, tag;
  int32_t distance;
  uint32_t* variable;
  uint8_t* variable_tag;
  const struct epy_list* list;
  const struct epy_function* callee;
  const uint8_t* resume;
  uint32_t link_tag;

/* The instruction has `bytes` of operands. FETCH comes first and spoils `opcode`, GO last; NEXT does both where speed matters less. */
#define NEXT(bytes)    \
  do {                 \
    pc += (bytes) + 1; \
    goto next;         \
  } while (0)
#ifdef EPY_PACED /* dispatch in one place: there is no room for a pace behind every instruction */
#define FETCH(bytes) ((void)target)
#define GO(bytes) NEXT(bytes)
#else
#define FETCH(bytes) (opcode = pc[(bytes) + 1], target = labels[opcode])
#define GO(bytes)      \
  do {                 \
    pc += (bytes) + 1; \
    PORT_STEP();       \
    goto* target;      \
  } while (0)
#endif

#define PUSH(w, t)         \
  do {                     \
    *sp++ = top;           \
    *st++ = (uint8_t)kind; \
    top = (w);             \
    kind = (t);            \
  } while (0)
#define DROP(n) (sp -= (n), st -= (n), top = *sp, kind = *st)
#define SYNC() (epy_vm.sp = sp + 1, epy_vm.pc = pc)
#define SAVE() (*sp = top, *st = (uint8_t)kind, SYNC())
#define FAIL(error, detail)                \
  do {                                     \
    SAVE();                                \
    epy_fail(EPY_ERROR_##error, (detail)); \
  } while (0)

/* The instruction's first u8, with what WIDE brought. */
#define TAKE_WIDE() (word = pc[1] | wide, wide = 0)
/* Wherever a program goes back it says where it is, and lets the host stop it. */
#define CHECKPOINT()                            \
  do {                                          \
    status->where = (uint32_t)(pc - code);      \
    if (port_load(&status->stop)) goto stopped; \
  } while (0)

  callee = functions + function;
  resume = code;
  link_tag = LINK_BASE;
  goto call;

op_WIDE:
  wide = (uint32_t)pc[1] << 8;
  pc += 2;
next:
  PORT_STEP();
  opcode = *pc;
  goto* labels[opcode];

  /* ---- variables */
op_LOAD_0:
  word = opcode;
  FETCH(0);
  PUSH(fp[word], ft[word]);
  GO(0);
op_LOAD_CHECKED:
  if (ft[pc[1]] == EPY_UNSET) FAIL(NAME, pc[1]);
op_LOAD:
  word = pc[1];
  FETCH(1);
  PUSH(fp[word], ft[word]);
  GO(1);
op_STORE_0:
  word = opcode - EPY_OP_STORE_0;
  FETCH(0);
  fp[word] = top;
  ft[word] = (uint8_t)kind;
  DROP(1);
  GO(0);
op_STORE:
  fp[pc[1]] = top;
  ft[pc[1]] = (uint8_t)kind;
  DROP(1);
  NEXT(1);
op_LOAD_GLOBAL:
  TAKE_WIDE();
  tag = epy_vm.global_tags[word];
  if (tag == EPY_UNSET) FAIL(NAME, word);
  PUSH(epy_vm.globals[word], tag);
  NEXT(1);
op_STORE_GLOBAL:
  TAKE_WIDE();
  epy_vm.globals[word] = top;
  epy_vm.global_tags[word] = (uint8_t)kind;
  DROP(1);
  NEXT(1);
op_INCREMENT:
  variable = fp + pc[1];
  variable_tag = ft + pc[1];
  goto increment;
op_INCREMENT_GLOBAL:
  TAKE_WIDE();
  variable = epy_vm.globals + word;
  variable_tag = epy_vm.global_tags + word;
increment:
  word = (uint32_t)(int8_t)pc[2];
  if (*variable_tag == EPY_INT) {
    *variable += word;
    NEXT(2);
  }
  if (*variable_tag == EPY_UNSET) FAIL(NAME, pc[1]);
  tag = EPY_OP_ADD;
  if ((int32_t)word < 0) {
    tag = EPY_OP_SUB;
    word = 0u - word;
  }
  PUSH(word, EPY_INT);
  pc += 1; /* now as long as ADD_TO */
combine:   /* *variable := what instruction `tag` makes of it and the top operand */
  SAVE();
  epy_vm.sp += SCRATCH;
  sp[1] = *variable;
  st[1] = *variable_tag;
  sp[2] = top;
  st[2] = (uint8_t)kind;
  epy_arithmetic((enum epy_opcode)tag, sp + 1, st + 1);
  *variable = sp[1];
  *variable_tag = st[1];
  DROP(1);
  NEXT(1);

  /* ---- constants */
op_SMALL_M1:
  word = opcode - EPY_OP_SMALL_M1 - 1;
  FETCH(0);
  PUSH(word, EPY_INT);
  GO(0);
op_INT8:
  word = (uint32_t)(int8_t)pc[1];
  FETCH(1);
  PUSH(word, EPY_INT);
  GO(1);
op_INT:
  tag = EPY_INT;
  goto constant;
op_REAL:
  tag = EPY_REAL;
constant:
  TAKE_WIDE();
  PUSH(epy_vm.constants[word], tag);
  NEXT(1);
op_STRING:
  TAKE_WIDE();
  PUSH(PORT_ADDRESS(epy_vm.image) + epy_vm.strings[word], EPY_STRING);
  NEXT(1);
op_FUNCTION:
  TAKE_WIDE();
  PUSH(word, EPY_FUNCTION);
  NEXT(1);
op_NONE:
  PUSH(0, EPY_NONE);
  NEXT(0);
op_TRUE:
op_FALSE:
  word = opcode == EPY_OP_TRUE;
  PUSH(word, EPY_BOOL);
  NEXT(0);

  /* ---- operand stack */
op_POP:
  DROP(1);
  NEXT(0);
op_DUP:
  PUSH(top, kind);
  NEXT(0);
op_DUP2:
  word = sp[-1];
  tag = st[-1];
  PUSH(word, tag);
  word = sp[-1];
  tag = st[-1];
  *sp++ = top;
  *st++ = (uint8_t)kind;
  top = word;
  kind = tag;
  NEXT(0);
op_ROT3:
  word = sp[-1];
  sp[-1] = sp[-2];
  sp[-2] = top;
  top = word;
  tag = st[-1];
  st[-1] = st[-2];
  st[-2] = (uint8_t)kind;
  kind = tag;
  NEXT(0);

  /* ---- arithmetic. Tags of numbers are 0 and 1, so two ints are told by their union. */
#define ARITHMETIC(name, variable_form, of_ints, of_reals)               \
  op_##name : word = sp[-1];                                             \
  tag = st[-1];                                                          \
  FETCH(0);                                                              \
  if ((tag | kind) == EPY_INT) {                                         \
    top = (of_ints);                                                     \
    --sp;                                                                \
    --st;                                                                \
    GO(0);                                                               \
  }                                                                      \
  if (tag != EPY_REAL || kind != EPY_REAL) goto arithmetic;              \
  top = of_reals(word, top);                                             \
  --sp;                                                                  \
  --st;                                                                  \
  GO(0);                                                                 \
  op_##variable_form : tag = pc[1];                                      \
  word = fp[tag];                                                        \
  if ((ft[tag] | kind) == EPY_INT) {                                     \
    word = (of_ints);                                                    \
    FETCH(1);                                                            \
    DROP(1);                                                             \
    fp[tag] = word;                                                      \
    GO(1);                                                               \
  }                                                                      \
  if (ft[tag] != EPY_REAL || kind != EPY_REAL) goto arithmetic_on_local; \
  word = of_reals(word, top);                                            \
  FETCH(1);                                                              \
  DROP(1);                                                               \
  fp[tag] = word;                                                        \
  GO(1);
  ARITHMETIC(ADD, ADD_TO, word + top, port_real_add)
  ARITHMETIC(SUB, SUB_FROM, word - top, port_real_subtract)
  ARITHMETIC(MUL, MUL_BY, port_multiply(word, top), port_real_multiply)

arithmetic_on_local:
  variable = fp + pc[1];
  variable_tag = ft + pc[1];
  tag = opcode - EPY_OP_ADD_TO + EPY_OP_ADD;
  goto combine;

arithmetic: /* an int and a real meet often enough */
  if ((st[-1] | kind) == EPY_REAL) {
    if (kind == EPY_INT) {
      top = port_real_of(top);
      kind = EPY_REAL;
    } else {
      sp[-1] = port_real_of(sp[-1]);
      st[-1] = EPY_REAL;
    }
    goto next;
  }
  opcode = *pc;

op_DIV_TRUE:
op_DIV_TRUNC:
op_DIV_FLOOR:
op_MOD_FLOOR:
op_MOD_TRUNC:
op_POW:
op_NEG:
op_NOT:
op_EQ:
op_NE:
op_LT:
op_LE:
op_GT:
op_GE:
op_IS:
op_IS_NOT:
op_IN:
op_NOT_IN:
op_LIST:
op_REPEAT:
op_INDEX_N:
op_STORE_INDEX_N:
op_SLICE:
op_NATIVE:
op_NATIVE_N:
execute:
  SAVE();
  sp = epy_execute((enum epy_opcode)opcode, sp + 1, st + 1) - 1;
  st = epy_tags_of(sp, bias);
  DROP(0);
  pc = epy_vm.pc;
  goto next;

  /* ---- control */
op_JUMP_IF:
op_JUMP_UNLESS:
op_OR:
op_AND:
op_JUMP_IF_FAR:
op_JUMP_UNLESS_FAR:
op_OR_FAR:
op_AND_FAR:
  opcode -= EPY_OP_JUMP_IF; /* 1: when false, 2: keeps the value, 4: far */
  word = kind == EPY_BOOL || kind == EPY_INT ? top != 0 : epy_truth(top, kind);
  word = (word ^ opcode) & 1;
  if (!(word && opcode & 2)) DROP(1);
  if (opcode & 4) {
    if (word) goto op_JUMP_FAR;
    NEXT(2);
  }
  if (word) goto op_JUMP;
  NEXT(1);

#define COMPARE_AND_BRANCH(name, operation)                             \
  op_JUMP_UNLESS_##name : if ((st[-1] | kind) != EPY_INT) goto compare; \
  word = (int32_t)sp[-1] operation(int32_t) top;                        \
  DROP(2);                                                              \
  if (!word) goto op_JUMP;                                              \
  NEXT(1);
  COMPARE_AND_BRANCH(EQ, ==)
  COMPARE_AND_BRANCH(NE, !=)
  COMPARE_AND_BRANCH(LT, <)
  COMPARE_AND_BRANCH(LE, <=)
  COMPARE_AND_BRANCH(GT, >)
  COMPARE_AND_BRANCH(GE, >=)

compare: /* reals as ints that order like them, then once more */
  if ((st[-1] | kind) == EPY_REAL) {
    word = st[-1] == EPY_REAL ? sp[-1] : port_real_of(sp[-1]);
    tag = kind == EPY_REAL ? top : port_real_of(top);
    if (!epy_is_nan(word) && !epy_is_nan(tag)) {
      sp[-1] = (uint32_t)epy_real_key(word);
      top = (uint32_t)epy_real_key(tag);
      st[-1] = EPY_INT;
      kind = EPY_INT;
      goto next;
    }
  }
  SAVE();
  word = epy_compare((enum epy_opcode)(opcode - EPY_OP_JUMP_UNLESS_EQ + EPY_OP_EQ), sp - 1, st - 1);
  DROP(2);
  if (word) NEXT(1);
op_JUMP:
  distance = (int8_t)pc[1];
  if (distance < 0) CHECKPOINT();
  pc += distance;
  NEXT(1);
op_JUMP_FAR:
  distance = signed16(pc + 1);
  if (distance < 0) CHECKPOINT();
  pc += distance;
  NEXT(2);

  /* ---- loops */
op_RANGE:
  SAVE();
  DROP(3);
  epy_range_start(sp + 1, st + 1, fp + pc[1], ft + pc[1]);
  NEXT(1);
op_FOR_RANGE_STORE : {
  uint32_t* loop = fp + pc[1];
  uint32_t left = loop[0];
  if (left-- == 0) NEXT(3);
  tag = pc[2];
  distance = pc[3];
  CHECKPOINT();
  pc -= distance;
  FETCH(3);
  word = loop[1];
  loop[0] = left;
  loop[1] = word + loop[2];
  fp[tag] = word;
  ft[tag] = EPY_INT;
  GO(3);
}
op_FOR_RANGE : {
  uint32_t* loop = fp + pc[1];
  uint32_t left = loop[0];
  if (left == 0) NEXT(3);
  word = loop[1];
  loop[0] = left - 1;
  loop[1] = word + loop[2];
  tag = EPY_INT;
}
again: /* with the next value in word and tag */
  PUSH(word, tag);
  CHECKPOINT();
  pc += signed16(pc + 2);
  NEXT(3);
op_ITER:
  variable = fp + pc[1];
  variable_tag = ft + pc[1];
  if (!epy_is_sequence(kind)) FAIL(NOT_ITERABLE, kind);
  variable[0] = top;
  variable[1] = 0;
  variable_tag[0] = (uint8_t)kind;
  variable_tag[1] = EPY_RANGE;
  DROP(1);
  NEXT(1);
op_FOR_LIST : {
  variable = fp + pc[1];
  uint32_t sequence = ft[pc[1]];
  uint32_t position = variable[1];
  list = PORT_AT(const struct epy_list, variable[0]);
  if (sequence == EPY_LIST && port_is_local(variable[0]) && list->element_tag != EPY_MIXED) {
    if (position >= list->length) NEXT(3);
    variable[1] = position + 1;
    word = PORT_AT(const uint32_t, list->payload)[position];
    tag = list->element_tag;
    goto again;
  }
  if (position >= epy_length(sequence, variable[0])) NEXT(3);
  variable[1] = position + 1;
  SAVE();
  struct epy_value element = epy_element(sequence, variable[0], position);
  word = element.word;
  tag = element.tag;
  goto again;
}

  /* ---- elements of lists */
op_INDEX_LOCALS:
  word = pc[1];
  FETCH(1);
  tag = word >> 4;
  word &= 15;
  list = PORT_AT(const struct epy_list, fp[word]);
  if (is_plain(ft[word], ft[tag], fp[word])) {
    word = fp[tag];
    tag = simple_tag(list);
    if (word < list->length && tag < EPY_MIXED) {
      PUSH(PORT_AT(const uint32_t, list->payload)[word], tag);
      GO(1);
    }
  }
  opcode = EPY_OP_INDEX;
push_pair: /* both locals, for an instruction without operands */
  word = pc[1];
  PUSH(fp[word & 15], ft[word & 15]);
  PUSH(fp[word >> 4], ft[word >> 4]);
  ++pc;
  goto* labels[opcode];
op_STORE_INDEX_LOCALS:
  opcode = EPY_OP_STORE_INDEX;
  goto push_pair;
op_INDEX:
  FETCH(0);
  list = PORT_AT(const struct epy_list, sp[-1]);
  if (is_plain(st[-1], kind, sp[-1])) {
    tag = simple_tag(list);
    if (top < list->length && tag < EPY_MIXED) {
      top = PORT_AT(const uint32_t, list->payload)[top];
      kind = tag;
      --sp;
      --st;
      GO(0);
    }
  }
  opcode = EPY_OP_INDEX;
  if (kind != EPY_INT || epy_dimensions(st[-1], sp[-1]) != 1 || top >= list->length) goto execute;
  SAVE();
  struct epy_value value = epy_element(st[-1], sp[-1], top);
  top = value.word;
  kind = value.tag;
  --sp;
  --st;
  NEXT(0);
op_STORE_INDEX: /* v list i */
  list = PORT_AT(const struct epy_list, sp[-1]);
  if (is_plain(st[-1], kind, sp[-1])) {
    if (top < list->length && simple_tag(list) == st[-2]) {
      PORT_AT(uint32_t, list->payload)[top] = sp[-2];
      DROP(3);
      NEXT(0);
    }
  }
  opcode = EPY_OP_STORE_INDEX;
  goto execute;

  /* ---- functions */
op_CALL:
  TAKE_WIDE();
  *sp = top;
  *st = (uint8_t)kind;
  callee = functions + word;
  count = pc[2];
  resume = pc + 3;
  link_tag = LINK_CALL;
  goto call;
op_CALL_VALUE:
  count = pc[1];
  *sp = top;
  *st = (uint8_t)kind;
  resume = pc + 2;
  link_tag = LINK_CALL;
  sp -= count;
  st -= count;
  if (*st != EPY_FUNCTION || *sp >= epy_vm.image->function_count) {
    SYNC();
    epy_fail(EPY_ERROR_NOT_CALLABLE, *st);
  }
  callee = functions + *sp;
  for (word = 0; word < count; ++word, ++sp, ++st) { /* the arguments move to where the function was, and so will the result */
    sp[0] = sp[1];
    st[0] = st[1];
  }
  --sp;
  --st;

call : { /* `count` arguments on the stack, all of it in memory */
  SYNC();
  if (count > callee->parameters || count < callee->required) epy_fail(EPY_ERROR_ARGUMENT_COUNT, count);
  CHECKPOINT();
  uint32_t* frame = epy_vm.sp - count;
  uint8_t* frame_tags = st + 1 - count;
  uint32_t needed = callee->slots;
  if (frame + needed + LINK + callee->operands + SCRATCH > limit) {
    /* No room: the frame goes to shared memory, where everything it calls follows. */
    struct epy_stack* shared = &epy_vm.stack[1];
    if (epy_vm.region || (uint32_t)(shared->limit - shared->words) < needed + LINK_SPILLED_ENTRIES + callee->operands + SCRATCH) {
      epy_fail(EPY_ERROR_STACK, needed);
    }
    epy_notice(EPY_NOTICE_STACK_SHARED, PORT_ADDRESS(limit) - PORT_ADDRESS(epy_vm.stack[0].words));
    uint32_t* arguments = frame;
    uint8_t* argument_tags = frame_tags;
    epy_vm.local_top = frame;
    epy_vm.region = 1;
    limit = shared->limit;
    bias = shared->bias;
    frame = shared->words;
    frame_tags = epy_tags_of(frame, bias);
    for (word = 0; word < count; ++word) {
      frame[word] = arguments[word];
      frame_tags[word] = argument_tags[word];
    }
    frame[needed + 2] = PORT_ADDRESS(arguments);
    frame_tags[needed + 2] = LINK_SPILLED;
    if (link_tag == LINK_CALL) link_tag = LINK_SPILLED;
  }
  for (; count < needed; ++count) frame_tags[count] = EPY_UNSET;
  frame[needed] = (uint32_t)(resume - code) << 8 | slots;
  frame[needed + 1] = PORT_ADDRESS(fp);
  frame_tags[needed] = frame_tags[needed + 1] = (uint8_t)link_tag;
  fp = frame;
  ft = frame_tags;
  slots = needed;
  needed += link_tag == LINK_SPILLED ? LINK_SPILLED_ENTRIES - 1 : LINK - 1;
  sp = fp + needed;
  st = ft + needed;
  DROP(0);
  pc = code + callee->code;
  goto next;
}

op_RETURN_NONE:
  top = 0;
  kind = EPY_NONE;
op_RETURN : {
  const uint32_t* link = fp + slots;
  sp = fp;
  st = ft;
  tag = ft[slots];
  if (tag != LINK_CALL) {
    if (tag == LINK_BASE) goto finished;
    epy_vm.region = 0;
    limit = epy_vm.stack[0].limit;
    bias = epy_vm.stack[0].bias;
    sp = PORT_AT(uint32_t, link[2]);
    st = epy_tags_of(sp, bias);
  }
  fp = PORT_AT(uint32_t, link[1]);
  ft = epy_tags_of(fp, bias);
  word = link[0];
  slots = word & 0xff;
  pc = code + (word >> 8);
  goto next;
}
op_DEFAULT:
  if (ft[pc[1]] != EPY_UNSET) pc += (int8_t)pc[2];
  NEXT(2);

stopped: /* the host ends the program */
  SYNC();
  epy_leave();
op_STOP: /* the program ends itself, at whatever depth */
  top = 0;
  kind = EPY_NONE;
finished:
  epy_vm.region = base_region;
  epy_vm.pc = pc;
  base[0] = top;
  *epy_tags_of(base, epy_vm.stack[base_region].bias) = (uint8_t)kind;
  epy_vm.sp = base + 1;
}
