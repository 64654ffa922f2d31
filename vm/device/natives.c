#include "vm/device/natives.h"

#include "vm/device/arithmetic.h"
#include "vm/device/compare.h"
#include "vm/device/lists.h"
#include "vm/device/messages.h"
#include "vm/device/numbers.h"
#include "vm/device/requests.h"
#include "vm/device/strings.h"

static struct epy_value value(uint32_t tag, uint32_t word) { return (struct epy_value){word, tag}; }
static struct epy_value integer(uint32_t word) { return value(EPY_INT, word); }
static struct epy_value boolean(bool truth) { return value(EPY_BOOL, truth); }

static uint32_t int_of(struct epy_value argument) {
  if (argument.tag != EPY_INT && argument.tag != EPY_BOOL) epy_fail(EPY_ERROR_OPERAND_TYPE, argument.tag);
  return argument.word;
}

static uint32_t count_of(struct epy_value argument) {
  uint32_t count = int_of(argument);
  if ((int32_t)count < 0) epy_fail(EPY_ERROR_VALUE, count);
  return count;
}

static struct epy_list* list_of(struct epy_value argument) {
  if (argument.tag != EPY_LIST) epy_fail(EPY_ERROR_OPERAND_TYPE, argument.tag);
  return PORT_AT(struct epy_list, argument.word);
}

/* ---- input */

static struct epy_value input(bool prompt, struct epy_value text) {
  if (prompt && text.tag != EPY_STRING) epy_fail(EPY_ERROR_PROMPT_TYPE, text.tag);
  epy_request(EPY_REQUEST_INPUT, prompt, text.word, 0);
  uint32_t tag = epy_reply(0), word = epy_reply(1);
  return value(tag, tag == EPY_STRING ? epy_string_from_host(word) : word);
}

/* ---- mathematics */

enum { MATH_SQRT = 0, MATH_FLOOR = 10, MATH_CEIL = 11, MATH_RANDOM = 14 };

static struct epy_value random_below(struct epy_value limit) {
  uint32_t draw = epy_random() >> 1;
  if (limit.tag == EPY_NONE) return integer(draw);
  uint32_t below = int_of(limit);
  if ((int32_t)below <= 0) epy_fail(EPY_ERROR_VALUE, below);
  return integer(epy_divide_unsigned(draw, below).remainder);
}

/* operation, operand */
static struct epy_value math(uint32_t* words, uint8_t* tags) {
  uint32_t operation = int_of(value(tags[0], words[0]));
  if (operation == MATH_RANDOM) return random_below(value(tags[1], words[1]));
  uint32_t operand = epy_as_real(words[1], tags[1]);
  if (operation == MATH_SQRT) return value(EPY_REAL, epy_real_sqrt(operand));
  if (operation == MATH_FLOOR) return value(EPY_REAL, epy_real_floor(operand));
  if (operation == MATH_CEIL) return value(EPY_REAL, epy_real_ceil(operand));
  words[0] = operand;
  tags[0] = EPY_REAL;
  epy_host_maths(operation, words, tags, 1);
  return value(tags[0], words[0]);
}

static struct epy_value absolute(struct epy_value argument) {
  if (argument.tag == EPY_REAL) return value(EPY_REAL, argument.word & 0x7fffffffu);
  uint32_t word = int_of(argument);
  return integer((int32_t)word < 0 ? 0u - word : word);
}

/* ---- conversions */

static struct epy_value to_int(struct epy_value argument) {
  if (argument.tag == EPY_REAL) {
    if (epy_is_nan(argument.word)) epy_fail(EPY_ERROR_VALUE, argument.word);
    return integer((uint32_t)epy_real_to_int(argument.word));
  }
  if (argument.tag == EPY_STRING) return integer((uint32_t)epy_string_to_int(argument.word));
  return integer(int_of(argument));
}

static struct epy_value to_real(uint32_t* words, uint8_t* tags) {
  if (tags[0] != EPY_STRING) return value(EPY_REAL, epy_as_real(words[0], tags[0]));
  epy_host_maths(EPY_MATHS_PARSE, words, tags, 1);
  if (tags[0] != EPY_REAL) epy_fail(EPY_ERROR_VALUE, 0);
  return value(EPY_REAL, words[0]);
}

/* ---- over the arguments, or over the elements of a single sequence */

struct operands {
  uint32_t count, number;
  const uint32_t* words;
  const uint8_t* tags;
};

static struct operands operands_of(uint32_t count, const uint32_t* words, const uint8_t* tags) {
  struct operands operands = {count, count, words, tags};
  if (count == 1) {
    if (!epy_is_sequence(tags[0])) epy_fail(EPY_ERROR_NOT_ITERABLE, tags[0]);
    operands.number = epy_length(tags[0], words[0]);
  }
  return operands;
}

static struct epy_value operand(const struct operands* of, uint32_t index) {
  return of->count == 1 ? epy_element(of->tags[0], of->words[0], index) : value(of->tags[index], of->words[index]);
}

static struct epy_value extreme(struct operands operands, enum epy_opcode better) {
  if (!operands.number) epy_fail(EPY_ERROR_VALUE, 0);
  struct epy_value best = operand(&operands, 0);
  for (uint32_t i = 1; i < operands.number; ++i) {
    struct epy_value next = operand(&operands, i);
    uint32_t words[2] = {next.word, best.word};
    uint8_t tags[2] = {(uint8_t)next.tag, (uint8_t)best.tag};
    if (epy_compare(better, words, tags)) best = next;
  }
  return best;
}

static struct epy_value sum(struct operands operands) {
  uint32_t words[2] = {0, 0};
  uint8_t tags[2] = {EPY_INT, EPY_INT};
  for (uint32_t i = 0; i < operands.number; ++i) {
    struct epy_value next = operand(&operands, i);
    if (!epy_is_number(next.tag)) epy_fail(EPY_ERROR_OPERAND_TYPE, next.tag);
    words[1] = next.word;
    tags[1] = (uint8_t)next.tag;
    epy_arithmetic(EPY_OP_ADD, words, tags);
  }
  return value(tags[0], words[0]);
}

/* ---- lists and arrays */

static uint32_t dimensions_of(struct epy_value argument) {
  return argument.tag == EPY_STRING ? 0 : epy_dimensions(argument.tag, argument.word);
}

static uint32_t extent_of(struct epy_value argument, uint32_t dimension) {
  uint32_t dimensions = dimensions_of(argument);
  if (dimension >= dimensions) return 0;
  return dimensions > 1 ? list_of(argument)->extent[dimension] : epy_length(argument.tag, argument.word);
}

/* Checks that there are 1 to 7 extents, all ints. */
static uint32_t extents(uint32_t count, const uint32_t* words, const uint8_t* tags) {
  if (count - 1 >= EPY_MAX_DIMENSIONS) epy_fail(EPY_ERROR_ARGUMENT_COUNT, count);
  for (uint32_t i = 0; i < count; ++i) int_of(value(tags[i], words[i]));
  return count;
}

/* Frees the contents. An empty string or list stays for as long as something refers to it. */
static void release(struct epy_value argument) {
  if ((argument.tag != EPY_LIST && argument.tag != EPY_STRING) || !epy_is_block(argument.word)) epy_fail(EPY_ERROR_FREE, argument.tag);
  if (argument.tag == EPY_STRING) {
    struct epy_string* string = PORT_AT(struct epy_string, argument.word);
    string->bytes = 0;
    string->text[0] = 0;
    epy_resize(argument.word, sizeof *string + 1);
    return;
  }
  struct epy_list* list = list_of(argument);
  if (list->payload && !list->reserved) epy_release(list->payload);
  list->payload = list->capacity = list->length = 0;
  list->dimensions = 1;
}

static uint32_t length(struct epy_value argument) {
  return epy_vm.modern || epy_is_sequence(argument.tag) ? epy_length(argument.tag, argument.word) : 0;
}

void epy_native_call(uint32_t id, uint32_t count, uint32_t* words, uint8_t* tags) {
  struct epy_value a = value(tags[0], words[0]), b = value(tags[1], words[1]); /* whether there are so many or not */
  struct epy_value result = value(EPY_NONE, 0);
  switch (id) {
    case EPY_NATIVE_ishost:
      result = boolean(PORT_IS_HOST);
      break;
    case EPY_NATIVE_isdevice:
      result = boolean(!PORT_IS_HOST);
      break;
    case EPY_NATIVE_print:
      epy_request(EPY_REQUEST_PRINT, count, PORT_ADDRESS(words), PORT_ADDRESS(tags));
      break;
    case EPY_NATIVE_numdims:
      result = integer(dimensions_of(a));
      break;
    case EPY_NATIVE_dsize:
      result = integer(extent_of(a, int_of(b)));
      break;
    case EPY_NATIVE_input:
    case EPY_NATIVE_inputprint:
      result = input(id == EPY_NATIVE_inputprint, a);
      break;
    case EPY_NATIVE_sync:
      epy_barrier();
      break;
    case EPY_NATIVE_gc:
      epy_collect();
      break;
    case EPY_NATIVE_free:
      release(a);
      break;
    case EPY_NATIVE_send:
    case EPY_NATIVE_send_n:
      epy_send(a, b, id == EPY_NATIVE_send ? EPY_WHOLE : count_of(value(tags[2], words[2])));
      break;
    case EPY_NATIVE_send_nonblocking:
      epy_send_nonblocking(a, b);
      break;
    case EPY_NATIVE_recv:
    case EPY_NATIVE_recv_n:
      result = epy_receive(a, id == EPY_NATIVE_recv ? EPY_WHOLE : count_of(b));
      break;
    case EPY_NATIVE_sendrecv:
    case EPY_NATIVE_sendrecv_n:
      result = epy_exchange(a, b, id == EPY_NATIVE_sendrecv ? EPY_WHOLE : count_of(value(tags[2], words[2])));
      break;
    case EPY_NATIVE_bcast:
      result = epy_broadcast(a, b);
      break;
    case EPY_NATIVE_reduce:
      if (int_of(b) > EPY_PROD) epy_fail(EPY_ERROR_VALUE, b.word);
      result = epy_reduce(a, (enum epy_reduction)b.word);
      break;
    case EPY_NATIVE_probe:
      result = boolean(epy_probe(a));
      break;
    case EPY_NATIVE_test_for_send:
    case EPY_NATIVE_wait_for_send:
      result = boolean(epy_sent(a, id == EPY_NATIVE_wait_for_send));
      break;
    case EPY_NATIVE_numcores:
      result = integer(epy_vm.core_count);
      break;
    case EPY_NATIVE_coreid:
      result = integer(epy_vm.id);
      break;
    case EPY_NATIVE_allocatearray:
    case EPY_NATIVE_allocatesharedarray:
      count = extents(count, words, tags);
      result = value(EPY_LIST, epy_array_new(words, count, id == EPY_NATIVE_allocatearray ? EPY_ANYWHERE : EPY_SHARED_ONLY));
      break;
    case EPY_NATIVE_math:
      result = math(words, tags);
      break;
    case EPY_NATIVE_global_reference:
      list_of(a);
      if (!PORT_SHARES_LIST(a.word)) epy_fail(EPY_ERROR_UNSUPPORTED, 0);
      result = integer(epy_global(a.word));
      break;
    case EPY_NATIVE_dereference:
      if (!PORT_SHARES_LIST(a.word)) epy_fail(EPY_ERROR_UNSUPPORTED, 0);
      if (int_of(a) & 3 || !a.word) epy_fail(EPY_ERROR_REFERENCE, a.word);
      result = value(EPY_LIST, a.word);
      break;
    case EPY_NATIVE_flatten:
      count = 2;
      __attribute__((fallthrough));
    case EPY_NATIVE_reshape:
      list_of(a);
      result = value(EPY_LIST, epy_array_reshape(a.word, words + 1, extents(count - 1, words + 1, tags + 1)));
      break;
    case EPY_NATIVE_arraycopy:
      epy_array_copy(words, tags);
      break;
    case EPY_NATIVE_len:
      result = integer(length(a));
      break;
    case EPY_NATIVE_str:
      result = value(EPY_STRING, epy_string_of(a.tag, a.word));
      break;
    case EPY_NATIVE_int:
      result = to_int(a);
      break;
    case EPY_NATIVE_float:
      result = to_real(words, tags);
      break;
    case EPY_NATIVE_bool:
      result = boolean(epy_truth(a.word, a.tag));
      break;
    case EPY_NATIVE_abs:
      result = absolute(a);
      break;
    case EPY_NATIVE_min:
    case EPY_NATIVE_max:
      result = extreme(operands_of(count, words, tags), id == EPY_NATIVE_min ? EPY_OP_LT : EPY_OP_GT);
      break;
    case EPY_NATIVE_sum:
      result = sum(operands_of(count, words, tags));
      break;
    case EPY_NATIVE_append:
      list_of(a);
      epy_list_append(a.word, b);
      break;
    case EPY_NATIVE_range_list:
      epy_range_list(words, tags);
      return;
    case EPY_NATIVE_random:
      result = value(EPY_REAL, epy_word((float)(int32_t)(epy_random() >> 8) * 0x1p-24f));
      break;
    default:
      epy_fail(EPY_ERROR_UNKNOWN_NATIVE, id);
  }
  words[0] = result.word;
  tags[0] = (uint8_t)result.tag;
}
