#include "vm/device/compare.h"

#include "vm/device/arithmetic.h"
#include "vm/device/lists.h"
#include "vm/device/numbers.h"
#include "vm/device/strings.h"

bool epy_truth(uint32_t word, uint32_t tag) {
  if (tag == EPY_REAL) return word << 1;
  if (epy_is_sequence(tag)) return epy_length(tag, word);
  return tag == EPY_FUNCTION || word; /* ints and bools; none's word is 0 */
}

/* Lists nest at most this deep in a comparison: it is the one place that recurs on the C stack. */
enum { NESTING = 6 };

static bool equal(uint32_t a, uint32_t a_tag, uint32_t b, uint32_t b_tag, uint32_t depth) {
  if (epy_is_number(a_tag) && epy_is_number(b_tag)) {
    if (a_tag != EPY_REAL && b_tag != EPY_REAL) return a == b;
    a = epy_as_real(a, a_tag);
    b = epy_as_real(b, b_tag);
    return !epy_is_nan(a) && !epy_is_nan(b) && epy_real_key(a) == epy_real_key(b);
  }
  if (a_tag != b_tag) return false;
  if (a == b) return true;
  if (a_tag == EPY_STRING) return epy_string_compare(a, b) == 0;
  if (a_tag != EPY_LIST) return false;
  uint32_t length = epy_length(EPY_LIST, a);
  if (length != epy_length(EPY_LIST, b)) return false;
  if (depth == 0) epy_fail(EPY_ERROR_UNSUPPORTED, NESTING);
  for (uint32_t i = 0; i < length; ++i) {
    struct epy_value x = epy_list_get(a, i), y = epy_list_get(b, i);
    if (!equal(x.word, x.tag, y.word, y.tag, depth - 1)) return false;
  }
  return true;
}

bool epy_equal(uint32_t a, uint32_t a_tag, uint32_t b, uint32_t b_tag) { return equal(a, a_tag, b, b_tag, NESTING); }

bool epy_compare(enum epy_opcode opcode, const uint32_t* words, const uint8_t* tags) {
  uint32_t left = tags[0], right = tags[1];
  if (opcode == EPY_OP_EQ || opcode == EPY_OP_NE) {
    return epy_equal(words[0], left, words[1], right) == (opcode == EPY_OP_EQ);
  }
  int32_t a, b;
  if (epy_is_number(left) && epy_is_number(right)) {
    if (left != EPY_REAL && right != EPY_REAL) {
      a = (int32_t)words[0];
      b = (int32_t)words[1];
    } else {
      uint32_t x = epy_as_real(words[0], left), y = epy_as_real(words[1], right);
      if (epy_is_nan(x) || epy_is_nan(y)) return false;
      a = epy_real_key(x);
      b = epy_real_key(y);
    }
  } else if (left == EPY_STRING && right == EPY_STRING) {
    a = epy_string_compare(words[0], words[1]);
    b = 0;
  } else {
    epy_fail(left == EPY_NONE || right == EPY_NONE ? EPY_ERROR_NONE_ORDER : EPY_ERROR_OPERAND_TYPE, left << 8 | right);
  }
  switch (opcode) {
    case EPY_OP_LT:
      return a < b;
    case EPY_OP_LE:
      return a <= b;
    case EPY_OP_GT:
      return a > b;
    default:
      return a >= b;
  }
}

bool epy_contains(const uint32_t* words, const uint8_t* tags) {
  if (tags[1] == EPY_STRING) {
    if (tags[0] != EPY_STRING) epy_fail(EPY_ERROR_OPERAND_TYPE, tags[0]);
    return epy_string_contains(words[1], words[0]);
  }
  if (!epy_is_sequence(tags[1])) epy_fail(EPY_ERROR_NOT_ITERABLE, tags[1]);
  uint32_t length = epy_length(tags[1], words[1]);
  for (uint32_t i = 0; i < length; ++i) {
    struct epy_value element = epy_element(tags[1], words[1], i);
    if (epy_equal(words[0], tags[0], element.word, element.tag)) return true;
  }
  return false;
}
