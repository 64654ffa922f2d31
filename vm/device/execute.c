#include "vm/device/execute.h"

#include "vm/device/arithmetic.h"
#include "vm/device/compare.h"
#include "vm/device/lists.h"
#include "vm/device/natives.h"
#include "vm/device/numbers.h"

static const int8_t native_arguments[] = {
#define NATIVE(id, name, arguments, summary) [id] = arguments,
#include "vm/format/natives.def"
#undef NATIVE
};

static uint32_t* native(uint32_t id, uint32_t count, uint32_t* sp, uint8_t* st) {
  sp -= count;
  epy_native_call(id, count, sp, st - count);
  return sp + 1;
}

static bool comparison(enum epy_opcode opcode, const uint32_t* words, const uint8_t* tags) {
  bool same = words[0] == words[1] && tags[0] == tags[1];
  switch (opcode) {
    case EPY_OP_IS:
      return same;
    case EPY_OP_IS_NOT:
      return !same;
    case EPY_OP_IN:
      return epy_contains(words, tags);
    case EPY_OP_NOT_IN:
      return !epy_contains(words, tags);
    default:
      return epy_compare(opcode, words, tags);
  }
}

uint32_t* epy_execute(enum epy_opcode opcode, uint32_t* sp, uint8_t* st) {
  const uint8_t* pc = epy_vm.pc;
  uint32_t operand = pc[1];
  uint32_t bytes = 1;
  switch (opcode) {
    case EPY_OP_NEG:
      epy_negate(sp - 1, st - 1);
      break;
    case EPY_OP_NOT:
      sp[-1] = !epy_truth(sp[-1], st[-1]);
      st[-1] = EPY_BOOL;
      break;
    case EPY_OP_LIST:
      bytes = 2;
      sp -= operand;
      epy_list_of(sp, st - operand, operand);
      ++sp;
      break;
    case EPY_OP_REPEAT:
      --sp;
      epy_repeat(sp - 1, st - 2);
      break;
    case EPY_OP_INDEX:
      --sp;
      epy_index(sp - 1, st - 2, 1);
      break;
    case EPY_OP_INDEX_N:
      bytes = 2;
      sp -= operand;
      epy_index(sp - 1, st - operand - 1, operand);
      break;
    case EPY_OP_STORE_INDEX:
      sp -= 3;
      epy_store_index(sp, st - 3, 1);
      break;
    case EPY_OP_STORE_INDEX_N:
      bytes = 2;
      sp -= operand + 2;
      epy_store_index(sp, st - operand - 2, operand);
      break;
    case EPY_OP_SLICE:
      sp -= 2;
      epy_slice(sp - 1, st - 3);
      break;
    case EPY_OP_NATIVE:
      bytes = 2;
      if (operand >= sizeof native_arguments) epy_fail(EPY_ERROR_UNKNOWN_NATIVE, operand);
      sp = native(operand, (uint32_t)native_arguments[operand], sp, st);
      break;
    case EPY_OP_NATIVE_N:
      bytes = 3;
      sp = native(operand, pc[2], sp, st);
      break;
    default:
      --sp;
      if (opcode >= EPY_OP_EQ && opcode <= EPY_OP_NOT_IN) {
        sp[-1] = comparison(opcode, sp - 1, st - 2);
        st[-2] = EPY_BOOL;
      } else {
        epy_arithmetic(opcode, sp - 1, st - 2);
      }
  }
  epy_vm.pc = pc + bytes;
  return sp;
}

void epy_range_start(const uint32_t* words, const uint8_t* tags, uint32_t* loop, uint8_t* loop_tags) {
  for (int i = 0; i < 3; ++i) {
    if (tags[i] != EPY_INT && tags[i] != EPY_BOOL) epy_fail(EPY_ERROR_OPERAND_TYPE, tags[i]);
    loop_tags[i] = EPY_RANGE;
  }
  loop[1] = words[0];
  loop[2] = words[2];
  loop[0] = epy_range_count(words[0], words[1], words[2]); /* turns left, so that the loop needs no comparison and cannot overflow */
}
