/* The byte code interpreter: one jump table, over frames of slots.
 *
 * A frame lies on the stack as  slots | link | operands , words and tags in parallel. Arguments are pushed by the caller and become the
 * callee's first slots where they are. The link is two entries: return offset << 8 | the caller's number of slots, and the caller's
 * frame; its tag says what kind of return it is. Nothing here recurs: the depth of calls is a matter of stack space alone.
 *
 * `pc` stays on the opcode while an instruction runs. Before anything that may collect, wait or fail, SAVE tells the rest of the
 * machine where pc and stack are.
 */
#pragma GCC diagnostic ignored "-Wpedantic" /* case ranges */

#include "vm/device/arithmetic.h"
#include "vm/device/compare.h"
#include "vm/device/lists.h"
#include "vm/device/natives.h"
#include "vm/device/numbers.h"
#include "vm/device/requests.h"
#include "vm/device/vm.h"

/* Tags of a link: how to return over it. */
enum { LINK_CALL = EPY_RANGE, LINK_SPILLED = EPY_NONE, LINK_BASE = EPY_UNSET };
enum { LINK = 2, LINK_SPILLED_ENTRIES = 3 /* and where the caller's operands end */ };

static const int8_t native_arguments[] = {
#define NATIVE(id, name, arguments, summary) [id] = arguments,
#include "vm/format/natives.def"
#undef NATIVE
};

static inline int32_t signed16(const uint8_t* at) { return (int16_t)(uint16_t)(at[0] | at[1] << 8); }

void epy_interpret(uint32_t function, uint32_t count) {
  const struct epy_function* const functions = (const struct epy_function*)(epy_vm.image + 1);
  const uint8_t* const code = epy_vm.code;
  volatile struct epy_status* const status = epy_vm.status;
  const uint32_t base_region = epy_vm.region;

  uint32_t* limit = epy_vm.stack[base_region].limit;
  uint32_t bias = epy_vm.stack[base_region].bias;
  PORT_REGISTER(uint32_t * sp, 0) = epy_vm.sp;
  PORT_REGISTER(uint8_t * st, 1) = epy_tags_of(sp, bias);
  uint32_t* const base = sp - count;
  PORT_REGISTER(uint32_t * fp, 2) = base;
  PORT_REGISTER(uint8_t * ft, 3) = st - count;
  const uint8_t* pc = epy_vm.pc;
  uint32_t slots = 0; /* of the running function */
  uint32_t opcode;
  uint32_t wide = 0; /* what WIDE brought for the next instruction */

  /* of instructions that share code */
  uint32_t word, tag;
  const struct epy_function* callee;
  const uint8_t* resume;
  uint32_t link_tag;

#define SAVE() (epy_vm.sp = sp, epy_vm.pc = pc)
#define NEXT(bytes)    \
  do {                 \
    pc += (bytes) + 1; \
    goto next;         \
  } while (0)
#define FAIL(error, detail)                \
  do {                                     \
    SAVE();                                \
    epy_fail(EPY_ERROR_##error, (detail)); \
  } while (0)
#define PUSH(w, t)        \
  do {                    \
    *sp++ = (w);          \
    *st++ = (uint8_t)(t); \
  } while (0)
#define DROP(n) (sp -= (n), st -= (n))
/* The instruction's first u8 in `opcode`, with what WIDE brought. */
#define TAKE_WIDE() (opcode = pc[1] | wide, wide = 0)
/* Wherever a program goes back it says where it is, and lets the host stop it. */
#define CHECKPOINT()                            \
  do {                                          \
    status->where = (uint32_t)(pc - code);      \
    if (port_load(&status->stop)) goto stopped; \
  } while (0)
/* Jumps from behind an instruction with `bytes` of operands. */
#define BRANCH(bytes, by)           \
  do {                              \
    int32_t distance = (by);        \
    if (distance < 0) CHECKPOINT(); \
    pc += distance;                 \
    NEXT(bytes);                    \
  } while (0)
#define IS_TRUE(w, t) ((t) == EPY_BOOL || (t) == EPY_INT ? (w) != 0 : epy_truth((w), (t)))

  callee = functions + function;
  resume = code;
  link_tag = LINK_BASE;
  goto call;

next: /* a table of labels with a jump at every instruction's end would save one branch, but GCC then loses track of the FPU's mode
         (port_machine.h) */
  PORT_STEP();
  opcode = *pc;
  switch (opcode) {
      /* ---- variables */
    case EPY_OP_LOAD_0 ... EPY_OP_LOAD_0_END:
      opcode -= EPY_OP_LOAD_0;
      PUSH(fp[opcode], ft[opcode]);
      NEXT(0);
    case EPY_OP_LOAD_CHECKED:
      if (ft[pc[1]] == EPY_UNSET) FAIL(NAME, pc[1]);
      __attribute__((fallthrough));
    case EPY_OP_LOAD:
      opcode = pc[1];
      PUSH(fp[opcode], ft[opcode]);
      NEXT(1);
    case EPY_OP_STORE_0 ... EPY_OP_STORE_0_END:
      opcode -= EPY_OP_STORE_0;
      fp[opcode] = *--sp;
      ft[opcode] = *--st;
      NEXT(0);
    case EPY_OP_STORE:
      fp[pc[1]] = *--sp;
      ft[pc[1]] = *--st;
      NEXT(1);
    case EPY_OP_LOAD_GLOBAL:
      TAKE_WIDE();
      word = epy_vm.globals[opcode];
      tag = epy_vm.global_tags[opcode];
      if (tag == EPY_UNSET) goto unset;
      PUSH(word, tag);
      NEXT(1);
    case EPY_OP_STORE_GLOBAL:
      TAKE_WIDE();
      epy_vm.globals[opcode] = *--sp;
      epy_vm.global_tags[opcode] = *--st;
      NEXT(1);
    case EPY_OP_INCREMENT: {
      uint32_t* variable = fp + pc[1];
      uint8_t* variable_tag = ft + pc[1];
      if (*variable_tag == EPY_INT) {
        *variable += (uint32_t)(int8_t)pc[2];
        NEXT(2);
      }
      PUSH(*variable, *variable_tag);
      goto increment_any;
    }
    case EPY_OP_INCREMENT_GLOBAL: {
      TAKE_WIDE();
      uint32_t* variable = epy_vm.globals + opcode;
      uint8_t* variable_tag = epy_vm.global_tags + opcode;
      if (*variable_tag == EPY_INT) {
        *variable += (uint32_t)(int8_t)pc[2];
        NEXT(2);
      }
      PUSH(*variable, *variable_tag);
      opcode = EPY_OP_INCREMENT_GLOBAL | opcode << 8;
      goto increment_any;
    }
    increment_any: /* a copy of the variable is on the stack */
      if (st[-1] == EPY_UNSET) goto unset;
      SAVE();
      word = (uint32_t)(int8_t)pc[2];
      sp[0] = (int32_t)word < 0 ? 0u - word : word;
      st[0] = EPY_INT;
      epy_arithmetic((int32_t)word < 0 ? EPY_OP_SUB : EPY_OP_ADD, sp - 1, st - 1);
      if ((opcode & 0xff) == EPY_OP_INCREMENT_GLOBAL) {
        epy_vm.globals[opcode >> 8] = *--sp;
        epy_vm.global_tags[opcode >> 8] = *--st;
      } else {
        fp[pc[1]] = *--sp;
        ft[pc[1]] = *--st;
      }
      NEXT(2);
    unset:
      FAIL(NAME, opcode);

      /* ---- constants */
    case EPY_OP_SMALL_M1 ... EPY_OP_SMALL_M1_END:
      PUSH(opcode - EPY_OP_SMALL_M1 - 1, EPY_INT);
      NEXT(0);
    case EPY_OP_INT8:
      PUSH((uint32_t)(int8_t)pc[1], EPY_INT);
      NEXT(1);
    case EPY_OP_INT:
      TAKE_WIDE();
      PUSH(epy_vm.constants[opcode], EPY_INT);
      NEXT(1);
    case EPY_OP_REAL:
      TAKE_WIDE();
      PUSH(epy_vm.constants[opcode], EPY_REAL);
      NEXT(1);
    case EPY_OP_STRING:
      TAKE_WIDE();
      PUSH(PORT_ADDRESS(epy_vm.image) + epy_vm.strings[opcode], EPY_STRING);
      NEXT(1);
    case EPY_OP_FUNCTION:
      TAKE_WIDE();
      PUSH(opcode, EPY_FUNCTION);
      NEXT(1);
    case EPY_OP_NONE:
      PUSH(0, EPY_NONE);
      NEXT(0);
    case EPY_OP_TRUE:
      PUSH(1, EPY_BOOL);
      NEXT(0);
    case EPY_OP_FALSE:
      PUSH(0, EPY_BOOL);
      NEXT(0);

      /* ---- operand stack */
    case EPY_OP_POP:
      DROP(1);
      NEXT(0);
    case EPY_OP_DUP:
      word = sp[-1];
      tag = st[-1];
      PUSH(word, tag);
      NEXT(0);
    case EPY_OP_DUP2:
      sp[0] = sp[-2];
      sp[1] = sp[-1];
      st[0] = st[-2];
      st[1] = st[-1];
      DROP(-2);
      NEXT(0);
    case EPY_OP_ROT3:
      word = sp[-1];
      sp[-1] = sp[-2];
      sp[-2] = sp[-3];
      sp[-3] = word;
      tag = st[-1];
      st[-1] = st[-2];
      st[-2] = st[-3];
      st[-3] = (uint8_t)tag;
      NEXT(0);

      /* ---- arithmetic. Tags of numbers are 0 and 1, so both at once are told by their union. */
#define ARITHMETIC(name, int_value, real_value)                               \
  case EPY_OP_##name: {                                                       \
    uint32_t tags = st[-2] | st[-1];                                          \
    if (tags == EPY_INT) {                                                    \
      uint32_t a = sp[-2], b = sp[-1];                                        \
      sp[-2] = (int_value);                                                   \
      DROP(1);                                                                \
      NEXT(0);                                                                \
    }                                                                         \
    if (tags != EPY_REAL) goto arithmetic;                                    \
    float a = st[-2] == EPY_REAL ? epy_real(sp[-2]) : (float)(int32_t)sp[-2]; \
    float b = st[-1] == EPY_REAL ? epy_real(sp[-1]) : (float)(int32_t)sp[-1]; \
    sp[-2] = epy_word(real_value);                                            \
    st[-2] = EPY_REAL;                                                        \
    DROP(1);                                                                  \
    NEXT(0);                                                                  \
  }
      ARITHMETIC(ADD, a + b, a + b)
      ARITHMETIC(SUB, a - b, a - b)
      ARITHMETIC(MUL, port_multiply(a, b), a * b)
    case EPY_OP_DIV_TRUE:
    case EPY_OP_DIV_TRUNC:
    case EPY_OP_DIV_FLOOR:
    case EPY_OP_MOD_FLOOR:
    case EPY_OP_MOD_TRUNC:
    case EPY_OP_POW:
    arithmetic:
      SAVE();
      epy_arithmetic((enum epy_opcode)opcode, sp - 2, st - 2);
      DROP(1);
      NEXT(0);
    case EPY_OP_NEG:
      if (st[-1] == EPY_INT) {
        sp[-1] = 0u - sp[-1];
        NEXT(0);
      }
      SAVE();
      epy_negate(sp - 1, st - 1);
      NEXT(0);
    case EPY_OP_NOT:
      SAVE();
      sp[-1] = !IS_TRUE(sp[-1], st[-1]);
      st[-1] = EPY_BOOL;
      NEXT(0);

      /* ---- comparison */
#define COMPARE(name, operation)                      \
  case EPY_OP_##name:                                 \
    if ((st[-2] | st[-1]) != EPY_INT) goto compare;   \
    word = (int32_t)sp[-2] operation(int32_t) sp[-1]; \
    goto compared;
      COMPARE(EQ, ==)
      COMPARE(NE, !=)
      COMPARE(LT, <)
      COMPARE(LE, <=)
      COMPARE(GT, >)
      COMPARE(GE, >=)
    compare:
      SAVE();
      word = epy_compare((enum epy_opcode)opcode, sp - 2, st - 2);
    compared:
      DROP(1);
      sp[-1] = word;
      st[-1] = EPY_BOOL;
      NEXT(0);
    case EPY_OP_IS:
      word = sp[-2] == sp[-1] && st[-2] == st[-1];
      goto compared;
    case EPY_OP_IS_NOT:
      word = sp[-2] != sp[-1] || st[-2] != st[-1];
      goto compared;
    case EPY_OP_IN:
    case EPY_OP_NOT_IN:
      SAVE();
      word = epy_contains(sp - 2, st - 2) == (opcode == EPY_OP_IN);
      goto compared;

      /* ---- control */
    case EPY_OP_JUMP:
      BRANCH(1, (int8_t)pc[1]);
    case EPY_OP_JUMP_FAR:
      BRANCH(2, signed16(pc + 1));
#define CONDITION() (epy_vm.sp = sp, epy_vm.pc = pc, DROP(1), IS_TRUE(sp[0], st[0]))
    case EPY_OP_JUMP_IF:
      if (CONDITION()) BRANCH(1, (int8_t)pc[1]);
      NEXT(1);
    case EPY_OP_JUMP_IF_FAR:
      if (CONDITION()) BRANCH(2, signed16(pc + 1));
      NEXT(2);
    case EPY_OP_JUMP_UNLESS:
      if (!CONDITION()) BRANCH(1, (int8_t)pc[1]);
      NEXT(1);
    case EPY_OP_JUMP_UNLESS_FAR:
      if (!CONDITION()) BRANCH(2, signed16(pc + 1));
      NEXT(2);
    case EPY_OP_AND:
      if (!CONDITION()) {
        DROP(-1);
        BRANCH(1, (int8_t)pc[1]);
      }
      NEXT(1);
    case EPY_OP_AND_FAR:
      if (!CONDITION()) {
        DROP(-1);
        BRANCH(2, signed16(pc + 1));
      }
      NEXT(2);
    case EPY_OP_OR:
      if (CONDITION()) {
        DROP(-1);
        BRANCH(1, (int8_t)pc[1]);
      }
      NEXT(1);
    case EPY_OP_OR_FAR:
      if (CONDITION()) {
        DROP(-1);
        BRANCH(2, signed16(pc + 1));
      }
      NEXT(2);

#define COMPARE_AND_BRANCH(name, operation)               \
  case EPY_OP_JUMP_UNLESS_##name:                         \
    if ((st[-2] | st[-1]) != EPY_INT) {                   \
      tag = EPY_OP_##name;                                \
      goto compare_and_branch;                            \
    }                                                     \
    DROP(2);                                              \
    if ((int32_t)sp[0] operation(int32_t) sp[1]) NEXT(1); \
    BRANCH(1, (int8_t)pc[1]);
      COMPARE_AND_BRANCH(LT, <)
      COMPARE_AND_BRANCH(LE, <=)
      COMPARE_AND_BRANCH(GT, >)
      COMPARE_AND_BRANCH(GE, >=)
      COMPARE_AND_BRANCH(EQ, ==)
      COMPARE_AND_BRANCH(NE, !=)
    compare_and_branch:
      SAVE();
      DROP(2);
      if (epy_compare((enum epy_opcode)tag, sp, st)) NEXT(1);
      BRANCH(1, (int8_t)pc[1]);

      /* ---- loops */
    case EPY_OP_RANGE: { /* a counter of turns left, so that the loop needs no comparison that depends on the step's sign and cannot
                            overflow */
      uint32_t* loop = fp + pc[1];
      uint8_t* loop_tags = ft + pc[1];
      SAVE();
      for (int i = 1; i <= 3; ++i) {
        if (st[-i] != EPY_INT && st[-i] != EPY_BOOL) epy_fail(EPY_ERROR_OPERAND_TYPE, st[-i]);
      }
      loop[0] = epy_range_count(sp[-3], sp[-2], sp[-1]);
      loop[1] = sp[-3];
      loop[2] = sp[-1];
      loop_tags[0] = loop_tags[1] = loop_tags[2] = EPY_RANGE;
      DROP(3);
      NEXT(1);
    }
    case EPY_OP_FOR_RANGE: {
      uint32_t* loop = fp + pc[1];
      uint32_t left = loop[0];
      word = loop[1];
      if (left == 0) BRANCH(3, signed16(pc + 2));
      loop[0] = left - 1;
      loop[1] = word + loop[2];
      PUSH(word, EPY_INT);
      NEXT(3);
    }
    case EPY_OP_ITER:
      DROP(1);
      if (!epy_is_sequence(*st)) FAIL(NOT_ITERABLE, *st);
      fp[pc[1]] = *sp;
      ft[pc[1]] = *st;
      fp[pc[1] + 1] = 0;
      ft[pc[1] + 1] = EPY_RANGE;
      NEXT(1);
    case EPY_OP_FOR_LIST: {
      uint32_t* loop = fp + pc[1];
      uint32_t kind = ft[pc[1]];
      uint32_t position = loop[1];
      if (kind == EPY_LIST && port_is_local(loop[0])) {
        const struct epy_list* list = PORT_AT(const struct epy_list, loop[0]);
        if (position >= list->length) BRANCH(3, signed16(pc + 2));
        if (list->element_tag != EPY_MIXED) {
          PUSH(PORT_AT(const uint32_t, list->payload)[position], list->element_tag);
          loop[1] = position + 1;
          NEXT(3);
        }
      } else if (position >= epy_length(kind, loop[0])) {
        BRANCH(3, signed16(pc + 2));
      }
      SAVE();
      loop[1] = position + 1;
      struct epy_value element = epy_element(kind, loop[0], position);
      PUSH(element.word, element.tag);
      NEXT(3);
    }

      /* ---- lists and arrays */
    case EPY_OP_LIST:
      TAKE_WIDE();
      SAVE();
      sp -= opcode;
      st -= opcode;
      epy_list_of(sp, st, opcode);
      DROP(-1);
      NEXT(1);
    case EPY_OP_REPEAT:
      SAVE();
      epy_repeat(sp - 2, st - 2);
      DROP(1);
      NEXT(0);
    case EPY_OP_INDEX:
      if (st[-2] == EPY_LIST && st[-1] == EPY_INT && port_is_local(sp[-2])) {
        const struct epy_list* list = PORT_AT(const struct epy_list, sp[-2]);
        tag = list->element_tag;
        if (sp[-1] < list->length && tag != EPY_MIXED && list->dimensions == 1) {
          sp[-2] = PORT_AT(const uint32_t, list->payload)[sp[-1]];
          st[-2] = (uint8_t)tag;
          DROP(1);
          NEXT(0);
        }
      }
      SAVE();
      epy_index(sp - 2, st - 2, 1);
      DROP(1);
      NEXT(0);
    case EPY_OP_INDEX_N:
      SAVE();
      sp -= pc[1];
      st -= pc[1];
      epy_index(sp - 1, st - 1, pc[1]);
      NEXT(1);
    case EPY_OP_STORE_INDEX: /* v list i */
      if (st[-2] == EPY_LIST && st[-1] == EPY_INT && port_is_local(sp[-2])) {
        const struct epy_list* list = PORT_AT(const struct epy_list, sp[-2]);
        if (sp[-1] < list->length && st[-3] == list->element_tag && list->dimensions == 1) {
          PORT_AT(uint32_t, list->payload)[sp[-1]] = sp[-3];
          DROP(3);
          NEXT(0);
        }
      }
      SAVE();
      epy_store_index(sp - 3, st - 3, 1);
      DROP(3);
      NEXT(0);
    case EPY_OP_STORE_INDEX_N:
      SAVE();
      sp -= pc[1] + 2;
      st -= pc[1] + 2;
      epy_store_index(sp, st, pc[1]);
      NEXT(1);
    case EPY_OP_SLICE:
      SAVE();
      epy_slice(sp - 3, st - 3);
      DROP(2);
      NEXT(0);

      /* ---- functions */
    case EPY_OP_CALL:
      TAKE_WIDE();
      callee = functions + opcode;
      count = pc[2];
      resume = pc + 3;
      link_tag = LINK_CALL;
      goto call;
    case EPY_OP_CALL_VALUE:
      count = pc[1];
      resume = pc + 2;
      link_tag = LINK_CALL;
      sp -= count;
      st -= count;
      if (st[-1] != EPY_FUNCTION || sp[-1] >= epy_vm.image->function_count) FAIL(NOT_CALLABLE, st[-1]);
      callee = functions + sp[-1];
      for (word = 0; word < count; ++word, ++sp, ++st) { /* the arguments move to where the function was, and so will the result */
        sp[-1] = sp[0];
        st[-1] = st[0];
      }
      DROP(1);
      goto call;

    call : { /* `count` arguments on the stack */
      if (count > callee->parameters || count < callee->required) FAIL(ARGUMENT_COUNT, count);
      CHECKPOINT();
      uint32_t* frame = sp - count;
      uint8_t* frame_tags = st - count;
      uint32_t needed = callee->slots;
      if (frame + needed + LINK + callee->operands > limit) {
        /* No room: the frame goes to shared memory, where everything it calls follows. */
        struct epy_stack* shared = &epy_vm.stack[1];
        SAVE();
        if (epy_vm.region || (uint32_t)(shared->limit - shared->words) < needed + LINK_SPILLED_ENTRIES + callee->operands) {
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
      needed += link_tag == LINK_SPILLED ? LINK_SPILLED_ENTRIES : LINK;
      sp = fp + needed;
      st = ft + needed;
      pc = code + callee->code;
      goto next;
    }

    case EPY_OP_RETURN_NONE:
      word = 0;
      tag = EPY_NONE;
      goto give_back;
    case EPY_OP_RETURN:
      word = sp[-1];
      tag = st[-1];
    give_back : {
      const uint32_t* link = fp + slots;
      sp = fp;
      st = ft;
      if (ft[slots] != LINK_CALL) {
        if (ft[slots] == LINK_BASE) goto finished;
        epy_vm.region = 0;
        limit = epy_vm.stack[0].limit;
        bias = epy_vm.stack[0].bias;
        sp = PORT_AT(uint32_t, link[2]);
        st = epy_tags_of(sp, bias);
      }
      fp = PORT_AT(uint32_t, link[1]);
      ft = epy_tags_of(fp, bias);
      uint32_t back = link[0];
      slots = back & 0xff;
      pc = code + (back >> 8);
      PUSH(word, tag);
      goto next;
    }
    case EPY_OP_DEFAULT:
      if (ft[pc[1]] != EPY_UNSET) BRANCH(2, (int8_t)pc[2]);
      NEXT(2);
    case EPY_OP_NATIVE: {
      uint32_t id = pc[1];
      if (id >= sizeof native_arguments) FAIL(UNKNOWN_NATIVE, id);
      count = (uint32_t)native_arguments[id];
      SAVE();
      sp -= count;
      st -= count;
      epy_native_call(id, count, sp, st);
      DROP(-1);
      NEXT(1);
    }
    case EPY_OP_NATIVE_N:
      count = pc[2];
      SAVE();
      sp -= count;
      st -= count;
      epy_native_call(pc[1], count, sp, st);
      DROP(-1);
      NEXT(2);
    case EPY_OP_STOP:
      goto ended;
    case EPY_OP_WIDE:
      wide = (uint32_t)pc[1] << 8;
      NEXT(1);
    default:
      FAIL(BAD_CODE, opcode);
  }

stopped: /* the host ends the program */
  SAVE();
  epy_leave();
ended: /* the program ends itself, at whatever depth */
  word = 0;
  tag = EPY_NONE;
finished:
  epy_vm.region = base_region;
  epy_vm.pc = pc;
  base[0] = word;
  *epy_tags_of(base, epy_vm.stack[base_region].bias) = (uint8_t)tag;
  epy_vm.sp = base + 1;
}
