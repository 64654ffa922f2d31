#include "vm/device/natives.h"

#include "vm/device/arithmetic.h"
#include "vm/device/compare.h"
#include "vm/device/lists.h"
#include "vm/device/messages.h"
#include "vm/device/numbers.h"
#include "vm/device/requests.h"
#include "vm/device/strings.h"

/* The arguments of a call, where they lie on the operand stack (and so stay visible to the collector). */
struct call {
  uint32_t count;
  uint32_t* words;
  uint8_t* tags;
};

static struct epy_value argument(const struct call* call, uint32_t index) {
  return (struct epy_value){call->words[index], call->tags[index]};
}

static void give(struct call* call, uint32_t tag, uint32_t word) {
  call->words[0] = word;
  call->tags[0] = (uint8_t)tag;
}
static void give_value(struct call* call, struct epy_value value) { give(call, value.tag, value.word); }
static void give_none(struct call* call) { give(call, EPY_NONE, 0); }

static uint32_t int_argument(const struct call* call, uint32_t index) {
  if (call->tags[index] != EPY_INT && call->tags[index] != EPY_BOOL) epy_fail(EPY_ERROR_OPERAND_TYPE, call->tags[index]);
  return call->words[index];
}

static struct epy_list* list_argument(const struct call* call, uint32_t index) {
  if (call->tags[index] != EPY_LIST) epy_fail(EPY_ERROR_OPERAND_TYPE, call->tags[index]);
  return PORT_AT(struct epy_list, call->words[index]);
}

/* ---- input and output */

static void print(struct call* call) {
  epy_request(EPY_REQUEST_PRINT, call->count, PORT_ADDRESS(call->words), PORT_ADDRESS(call->tags));
  give_none(call);
}

static void input(struct call* call, bool prompt) {
  if (prompt && call->tags[0] != EPY_STRING) epy_fail(EPY_ERROR_PROMPT_TYPE, call->tags[0]);
  epy_request(EPY_REQUEST_INPUT, prompt, prompt ? call->words[0] : 0, 0);
  uint32_t tag = epy_reply(0), word = epy_reply(1);
  give(call, tag, tag == EPY_STRING ? epy_string_from_host(word) : word);
}

/* ---- mathematics */

enum { MATH_SQRT = 0, MATH_FLOOR = 10, MATH_CEIL = 11, MATH_RANDOM = 14 };

static void math(struct call* call) {
  uint32_t operation = int_argument(call, 0);
  if (operation == MATH_RANDOM) {
    uint32_t draw = epy_random() >> 1;
    if (call->tags[1] != EPY_NONE) {
      uint32_t below = int_argument(call, 1);
      if ((int32_t)below <= 0) epy_fail(EPY_ERROR_VALUE, below);
      draw = epy_divide_unsigned(draw, below).remainder;
    }
    give(call, EPY_INT, draw);
    return;
  }
  uint32_t operand = epy_as_real(call->words[1], call->tags[1]);
  switch (operation) {
    case MATH_SQRT:
      give(call, EPY_REAL, epy_real_sqrt(operand));
      break;
    case MATH_FLOOR:
      give(call, EPY_REAL, epy_real_floor(operand));
      break;
    case MATH_CEIL:
      give(call, EPY_REAL, epy_real_ceil(operand));
      break;
    default:
      give(call, EPY_REAL, operand);
      epy_host_maths(operation, call->words, call->tags, 1);
  }
}

static void absolute(struct call* call) {
  uint32_t tag = call->tags[0];
  if (tag == EPY_REAL) {
    call->words[0] &= 0x7fffffffu;
  } else {
    uint32_t value = int_argument(call, 0);
    give(call, EPY_INT, (int32_t)value < 0 ? 0u - value : value);
  }
}

/* ---- conversions */

static void to_int(struct call* call) {
  uint32_t tag = call->tags[0];
  if (tag == EPY_REAL) {
    if (epy_is_nan(call->words[0])) epy_fail(EPY_ERROR_VALUE, call->words[0]);
    give(call, EPY_INT, (uint32_t)epy_real_to_int(call->words[0]));
  } else if (tag == EPY_STRING) {
    give(call, EPY_INT, (uint32_t)epy_string_to_int(call->words[0]));
  } else {
    give(call, EPY_INT, int_argument(call, 0));
  }
}

static void to_real(struct call* call) {
  if (call->tags[0] != EPY_STRING) {
    give(call, EPY_REAL, epy_as_real(call->words[0], call->tags[0]));
    return;
  }
  epy_host_maths(EPY_MATHS_PARSE, call->words, call->tags, 1);
  if (call->tags[0] != EPY_REAL) epy_fail(EPY_ERROR_VALUE, 0);
}

/* ---- over the arguments, or over the elements of a single sequence */

static uint32_t operand_count(const struct call* call) {
  if (call->count != 1) return call->count;
  if (!epy_is_sequence(call->tags[0])) epy_fail(EPY_ERROR_NOT_ITERABLE, call->tags[0]);
  return epy_length(call->tags[0], call->words[0]);
}

static struct epy_value operand(const struct call* call, uint32_t index) {
  return call->count == 1 ? epy_element(call->tags[0], call->words[0], index) : argument(call, index);
}

static void extreme(struct call* call, enum epy_opcode better) {
  uint32_t count = operand_count(call);
  if (!count) epy_fail(EPY_ERROR_VALUE, 0);
  struct epy_value best = operand(call, 0);
  for (uint32_t i = 1; i < count; ++i) {
    struct epy_value next = operand(call, i);
    uint32_t words[2] = {next.word, best.word};
    uint8_t tags[2] = {(uint8_t)next.tag, (uint8_t)best.tag};
    if (epy_compare(better, words, tags)) best = next;
  }
  give_value(call, best);
}

static void sum(struct call* call) {
  uint32_t count = operand_count(call);
  uint32_t words[2] = {0, 0};
  uint8_t tags[2] = {EPY_INT, EPY_INT};
  for (uint32_t i = 0; i < count; ++i) {
    struct epy_value next = operand(call, i);
    if (!epy_is_number(next.tag)) epy_fail(EPY_ERROR_OPERAND_TYPE, next.tag);
    words[1] = next.word;
    tags[1] = (uint8_t)next.tag;
    epy_arithmetic(EPY_OP_ADD, words, tags);
  }
  give(call, tags[0], words[0]);
}

/* ---- lists and arrays */

static uint32_t dimensions_of(const struct call* call) {
  if (call->tags[0] == EPY_LIST) return list_argument(call, 0)->dimensions;
  return call->tags[0] == EPY_EXTERNAL;
}

static uint32_t extent_of(const struct call* call, uint32_t dimension) {
  uint32_t dimensions = dimensions_of(call);
  if (dimension >= dimensions) return 0;
  return dimensions > 1 ? list_argument(call, 0)->extent[dimension] : epy_length(call->tags[0], call->words[0]);
}

static const uint32_t* extents(const struct call* call, uint32_t first) {
  uint32_t count = call->count - first;
  if (call->count <= first || count > EPY_MAX_DIMENSIONS) epy_fail(EPY_ERROR_ARGUMENT_COUNT, call->count);
  for (uint32_t i = first; i < call->count; ++i) int_argument(call, i);
  return call->words + first;
}

static void release(struct call* call) {
  if (call->tags[0] != EPY_LIST || !epy_is_block(call->words[0])) epy_fail(EPY_ERROR_FREE, call->tags[0]);
  struct epy_list* list = list_argument(call, 0);
  if (list->payload && !list->reserved) epy_release(list->payload);
  list->payload = list->capacity = list->length = 0; /* the header stays for as long as something refers to it */
  list->dimensions = 1;
  give_none(call);
}

static uint32_t global_address(uint32_t address) { return port_is_local(address) ? epy_vm.window + address : address; }

static void length(struct call* call) {
  if (epy_is_sequence(call->tags[0])) {
    give(call, EPY_INT, epy_length(call->tags[0], call->words[0]));
  } else if (epy_vm.modern) {
    epy_fail(EPY_ERROR_OPERAND_TYPE, call->tags[0]);
  } else {
    give(call, EPY_INT, 0);
  }
}

void epy_native_call(uint32_t id, uint32_t count, uint32_t* words, uint8_t* tags) {
  struct call frame = {count, words, tags};
  struct call* call = &frame;
  switch (id) {
    case EPY_NATIVE_ishost:
      give(call, EPY_BOOL, PORT_IS_HOST);
      break;
    case EPY_NATIVE_isdevice:
      give(call, EPY_BOOL, !PORT_IS_HOST);
      break;
    case EPY_NATIVE_print:
      print(call);
      break;
    case EPY_NATIVE_numdims:
      give(call, EPY_INT, dimensions_of(call));
      break;
    case EPY_NATIVE_dsize:
      give(call, EPY_INT, extent_of(call, int_argument(call, 1)));
      break;
    case EPY_NATIVE_input:
      input(call, false);
      break;
    case EPY_NATIVE_inputprint:
      input(call, true);
      break;
    case EPY_NATIVE_sync:
      epy_barrier();
      give_none(call);
      break;
    case EPY_NATIVE_gc:
      epy_collect();
      give_none(call);
      break;
    case EPY_NATIVE_free:
      release(call);
      break;
    case EPY_NATIVE_send:
      epy_send(argument(call, 0), argument(call, 1));
      give_none(call);
      break;
    case EPY_NATIVE_send_nonblocking:
      epy_send_nonblocking(argument(call, 0), argument(call, 1));
      give_none(call);
      break;
    case EPY_NATIVE_recv:
      give_value(call, epy_receive(argument(call, 0)));
      break;
    case EPY_NATIVE_sendrecv:
      give_value(call, epy_exchange(argument(call, 0), argument(call, 1)));
      break;
    case EPY_NATIVE_bcast:
      give_value(call, epy_broadcast(argument(call, 0), argument(call, 1)));
      break;
    case EPY_NATIVE_reduce: {
      uint32_t operation = int_argument(call, 1);
      if (operation > EPY_PROD) epy_fail(EPY_ERROR_VALUE, operation);
      give_value(call, epy_reduce(argument(call, 0), (enum epy_reduction)operation));
      break;
    }
    case EPY_NATIVE_probe:
      give(call, EPY_BOOL, epy_probe(argument(call, 0)));
      break;
    case EPY_NATIVE_test_for_send:
      give(call, EPY_BOOL, epy_sent(argument(call, 0), false));
      break;
    case EPY_NATIVE_wait_for_send:
      give(call, EPY_BOOL, epy_sent(argument(call, 0), true));
      break;
    case EPY_NATIVE_numcores:
      give(call, EPY_INT, epy_vm.core_count);
      break;
    case EPY_NATIVE_coreid:
      give(call, EPY_INT, epy_vm.id);
      break;
    case EPY_NATIVE_allocatearray:
      give(call, EPY_LIST, epy_array_new(extents(call, 0), count, EPY_ANYWHERE));
      break;
    case EPY_NATIVE_allocatesharedarray:
      give(call, EPY_LIST, epy_array_new(extents(call, 0), count, EPY_SHARED_ONLY));
      break;
    case EPY_NATIVE_math:
      math(call);
      break;
    case EPY_NATIVE_global_reference:
      if (!PORT_SHARES_LISTS) epy_fail(EPY_ERROR_UNSUPPORTED, 0);
      list_argument(call, 0);
      give(call, EPY_INT, global_address(words[0]));
      break;
    case EPY_NATIVE_dereference:
      if (!PORT_SHARES_LISTS) epy_fail(EPY_ERROR_UNSUPPORTED, 0);
      if (int_argument(call, 0) & 3 || !words[0]) epy_fail(EPY_ERROR_REFERENCE, words[0]);
      tags[0] = EPY_LIST;
      break;
    case EPY_NATIVE_flatten:
      list_argument(call, 0);
      int_argument(call, 1);
      words[0] = epy_array_reshape(words[0], words + 1, 1);
      break;
    case EPY_NATIVE_reshape: {
      list_argument(call, 0);
      const uint32_t* new_extents = extents(call, 1);
      words[0] = epy_array_reshape(words[0], new_extents, count - 1);
      break;
    }
    case EPY_NATIVE_arraycopy:
      epy_array_copy(words, tags);
      give_none(call);
      break;
    case EPY_NATIVE_len:
      length(call);
      break;
    case EPY_NATIVE_str:
      give(call, EPY_STRING, epy_string_of(tags[0], words[0]));
      break;
    case EPY_NATIVE_int:
      to_int(call);
      break;
    case EPY_NATIVE_float:
      to_real(call);
      break;
    case EPY_NATIVE_bool:
      give(call, EPY_BOOL, epy_truth(words[0], tags[0]));
      break;
    case EPY_NATIVE_abs:
      absolute(call);
      break;
    case EPY_NATIVE_min:
      extreme(call, EPY_OP_LT);
      break;
    case EPY_NATIVE_max:
      extreme(call, EPY_OP_GT);
      break;
    case EPY_NATIVE_sum:
      sum(call);
      break;
    case EPY_NATIVE_append:
      list_argument(call, 0);
      epy_list_append(words[0], argument(call, 1));
      give_none(call);
      break;
    case EPY_NATIVE_range_list:
      epy_range_list(words, tags);
      break;
    case EPY_NATIVE_random:
      give(call, EPY_REAL, epy_word((float)(int32_t)(epy_random() >> 8) * 0x1p-24f));
      break;
    default:
      epy_fail(EPY_ERROR_UNKNOWN_NATIVE, id);
  }
}
