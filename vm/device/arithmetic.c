#include "vm/device/arithmetic.h"

#include "vm/device/lists.h"
#include "vm/device/numbers.h"
#include "vm/device/requests.h"
#include "vm/device/strings.h"

uint32_t epy_as_real(uint32_t word, uint32_t tag) {
  if (tag == EPY_REAL) return word;
  if (tag != EPY_INT && tag != EPY_BOOL) epy_fail(EPY_ERROR_OPERAND_TYPE, tag);
  return epy_word((float)(int32_t)word);
}

void epy_host_maths(uint32_t operation, uint32_t* words, uint8_t* tags, uint32_t operands) {
  epy_request_argument(3, operands > 1 ? tags[1] : EPY_NONE);
  epy_request_argument(4, operands > 1 ? words[1] : 0);
  epy_request(EPY_REQUEST_MATHS, operation, tags[0], words[0]);
  tags[0] = (uint8_t)epy_reply(0);
  words[0] = epy_reply(1);
}

/* By squaring; ints wrap. */
static uint32_t int_power(uint32_t base, uint32_t exponent) {
  uint32_t result = 1;
  for (;;) {
    if (exponent & 1) result = port_multiply(result, base);
    exponent >>= 1;
    if (!exponent) return result;
    base = port_multiply(base, base);
  }
}

enum { MULTIPLIED_POWERS = 16 };

static void power(uint32_t* words, uint8_t* tags) {
  bool whole_exponent = tags[1] != EPY_REAL && (int32_t)words[1] >= 0;
  if (whole_exponent && tags[0] != EPY_REAL) {
    words[0] = int_power(words[0], words[1]);
    tags[0] = EPY_INT;
  } else if (whole_exponent && words[1] <= MULTIPLIED_POWERS) {
    float base = epy_real(words[0]), result = 1.0f;
    for (uint32_t i = words[1]; i; --i) result *= base;
    words[0] = epy_word(result);
  } else {
    epy_host_maths(EPY_MATHS_POW, words, tags, 2);
  }
}

static void real_arithmetic(enum epy_opcode opcode, uint32_t* words, uint8_t* tags) {
  uint32_t a = words[0] = epy_as_real(words[0], tags[0]);
  uint32_t b = words[1] = epy_as_real(words[1], tags[1]);
  tags[0] = tags[1] = EPY_REAL;
  switch (opcode) {
    case EPY_OP_ADD:
      words[0] = port_real_add(a, b);
      return;
    case EPY_OP_SUB:
      words[0] = port_real_subtract(a, b);
      return;
    case EPY_OP_MUL:
      words[0] = port_real_multiply(a, b);
      return;
    default:
      break;
  }
  if (opcode != EPY_OP_DIV_TRUNC && b << 1 == 0) epy_fail(EPY_ERROR_ZERO_DIVISION, 0);
  if (opcode == EPY_OP_DIV_TRUNC || opcode == EPY_OP_DIV_TRUE) {
    words[0] = epy_real_divide(a, b);
  } else {
    uint32_t operation = opcode == EPY_OP_MOD_TRUNC   ? EPY_MATHS_MOD_TRUNC
                         : opcode == EPY_OP_MOD_FLOOR ? EPY_MATHS_MOD_FLOOR
                                                      : EPY_MATHS_DIV_FLOOR;
    epy_host_maths(operation, words, tags, 2);
  }
}

static uint32_t int_result(enum epy_opcode opcode, uint32_t a, uint32_t b) {
  switch (opcode) {
    case EPY_OP_ADD:
      return a + b;
    case EPY_OP_SUB:
      return a - b;
    case EPY_OP_MUL:
      return port_multiply(a, b);
    default:
      break;
  }
  if (b == 0) epy_fail(EPY_ERROR_ZERO_DIVISION, 0);
  switch (opcode) {
    case EPY_OP_DIV_TRUNC:
      return epy_divide_truncating((int32_t)a, (int32_t)b).quotient;
    case EPY_OP_MOD_TRUNC:
      return epy_divide_truncating((int32_t)a, (int32_t)b).remainder;
    case EPY_OP_DIV_FLOOR:
      return epy_divide_floor((int32_t)a, (int32_t)b).quotient;
    default:
      return epy_divide_floor((int32_t)a, (int32_t)b).remainder;
  }
}

void epy_arithmetic(enum epy_opcode opcode, uint32_t* words, uint8_t* tags) {
  uint32_t left = tags[0], right = tags[1];
  if (epy_is_number(left) && epy_is_number(right)) {
    if (opcode == EPY_OP_POW) {
      power(words, tags);
    } else if (left == EPY_REAL || right == EPY_REAL || opcode == EPY_OP_DIV_TRUE) {
      real_arithmetic(opcode, words, tags);
    } else {
      words[0] = int_result(opcode, words[0], words[1]);
      tags[0] = EPY_INT;
    }
  } else if (opcode == EPY_OP_ADD && (left == EPY_STRING || right == EPY_STRING)) {
    words[0] = epy_string_join(words, tags);
    tags[0] = EPY_STRING;
  } else if (opcode == EPY_OP_ADD && left == EPY_LIST && right == EPY_LIST) {
    epy_concatenate(words, tags);
  } else if (opcode == EPY_OP_MUL && (left == EPY_LIST || right == EPY_LIST)) {
    epy_repeat(words, tags);
  } else {
    epy_fail(EPY_ERROR_OPERAND_TYPE, left << 8 | right);
  }
}

void epy_negate(uint32_t* words, uint8_t* tags) {
  if (tags[0] == EPY_REAL) {
    words[0] ^= 0x80000000u;
  } else if (tags[0] == EPY_INT || tags[0] == EPY_BOOL) {
    words[0] = 0u - words[0];
    tags[0] = EPY_INT;
  } else {
    epy_fail(EPY_ERROR_OPERAND_TYPE, tags[0]);
  }
}
