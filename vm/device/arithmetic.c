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

static uint32_t real_result(enum epy_opcode opcode, uint32_t a, uint32_t b) {
  switch (opcode) {
    case EPY_OP_ADD:
      return epy_word(epy_real(a) + epy_real(b));
    case EPY_OP_SUB:
      return epy_word(epy_real(a) - epy_real(b));
    case EPY_OP_MUL:
      return epy_word(epy_real(a) * epy_real(b));
    case EPY_OP_DIV_TRUNC:
      return epy_real_divide(a, b);
    default:
      break;
  }
  if (b << 1 == 0) epy_fail(EPY_ERROR_ZERO_DIVISION, 0);
  if (opcode == EPY_OP_DIV_TRUE) return epy_real_divide(a, b);
  uint32_t remainder = epy_real_remainder(a, b);
  if (opcode == EPY_OP_MOD_TRUNC) return remainder;
  bool crossed = remainder << 1 && (remainder ^ b) >> 31; /* the remainder is to have the divisor's sign */
  if (opcode == EPY_OP_MOD_FLOOR) return crossed ? epy_word(epy_real(remainder) + epy_real(b)) : remainder;
  /* Subtracting the remainder first leaves a quotient that is whole but for rounding. */
  float quotient = epy_real(epy_real_divide(epy_word(epy_real(a) - epy_real(remainder)), b)) - (crossed ? 1.0f : 0.0f);
  float below = epy_real(epy_real_floor(epy_word(quotient)));
  return epy_word(epy_real_key(epy_word(quotient - below)) > (int32_t)epy_word(0.5f) ? below + 1.0f : below);
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
      words[0] = real_result(opcode, epy_as_real(words[0], left), epy_as_real(words[1], right));
      tags[0] = EPY_REAL;
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
