#include "vm/device/strings.h"

#include "vm/device/bytes.h"
#include "vm/device/heap.h"
#include "vm/device/numbers.h"
#include "vm/device/requests.h"

uint32_t epy_string_new(uint32_t bytes) {
  uint32_t address = epy_allocate(offsetof(struct epy_string, text) + bytes + 1, EPY_ANYWHERE);
  struct epy_string* string = PORT_AT(struct epy_string, address);
  string->bytes = bytes;
  string->text[bytes] = 0;
  return address;
}

/* Decimal digits, which end at `end`; returns where they begin. */
static char* int_text(int32_t value, char* end) {
  struct epy_quotient rest = {value < 0 ? 0u - (uint32_t)value : (uint32_t)value, 0};
  do {
    rest = epy_divide_unsigned(rest.quotient, 10);
    *--end = (char)('0' + rest.remainder);
  } while (rest.quotient);
  if (value < 0) *--end = '-';
  return end;
}

enum { INT_TEXT_BYTES = 12 };

struct text {
  const char* start;
  uint32_t bytes;
};

/* A value's text; `digits` has room for an int's. Reals and objects are formatted by the host. */
static struct text text_of(uint32_t tag, uint32_t word, char* digits) {
  switch (tag) {
    case EPY_STRING: {
      const struct epy_string* string = PORT_AT(const struct epy_string, word);
      return (struct text){string->text, string->bytes};
    }
    case EPY_INT: {
      digits += INT_TEXT_BYTES;
      const char* start = int_text((int32_t)word, digits);
      return (struct text){start, (uint32_t)(digits - start)};
    }
    case EPY_BOOL:
      if (epy_vm.modern) return word ? (struct text){"True", 4} : (struct text){"False", 5};
      return word ? (struct text){"true", 4} : (struct text){"false", 5};
    case EPY_NONE:
      return (struct text){epy_vm.modern ? "None" : "NONE", 4};
    default: {
      epy_request(EPY_REQUEST_FORMAT, tag, word, 0);
      uint32_t bytes = epy_reply(0);
      return (struct text){epy_vm.block->text, bytes < EPY_TEXT_BYTES ? bytes : EPY_TEXT_BYTES};
    }
  }
}

uint32_t epy_string_of(uint32_t tag, uint32_t word) {
  if (tag == EPY_STRING) return word;
  char digits[INT_TEXT_BYTES];
  struct text text = text_of(tag, word, digits);
  uint32_t result = epy_string_new(text.bytes);
  epy_copy(PORT_AT(struct epy_string, result)->text, text.start, text.bytes);
  return result;
}

uint32_t epy_string_join(const uint32_t* words, const uint8_t* tags) {
  char digits[INT_TEXT_BYTES];
  struct text left = text_of(tags[0], words[0], digits);
  struct text right = text_of(tags[1], words[1], digits); /* one of the two is a string and needs no digits */
  uint32_t result = epy_string_new(left.bytes + right.bytes);
  char* text = PORT_AT(struct epy_string, result)->text;
  epy_copy(text, left.start, left.bytes);
  epy_copy(text + left.bytes, right.start, right.bytes);
  return result;
}

uint32_t epy_string_from_host(uint32_t bytes) {
  if (bytes > EPY_TEXT_BYTES) bytes = EPY_TEXT_BYTES;
  uint32_t result = epy_string_new(bytes);
  epy_copy(PORT_AT(struct epy_string, result)->text, epy_vm.block->text, bytes);
  return result;
}

int epy_string_compare(uint32_t a, uint32_t b) {
  const struct epy_string* left = PORT_AT(const struct epy_string, a);
  const struct epy_string* right = PORT_AT(const struct epy_string, b);
  if (left == right) return 0;
  uint32_t common = left->bytes < right->bytes ? left->bytes : right->bytes;
  for (uint32_t i = 0; i < common; ++i) {
    int difference = (uint8_t)left->text[i] - (uint8_t)right->text[i];
    if (difference) return difference;
  }
  return left->bytes < right->bytes ? -1 : left->bytes > right->bytes;
}

bool epy_string_contains(uint32_t text, uint32_t part) {
  const struct epy_string* whole = PORT_AT(const struct epy_string, text);
  const struct epy_string* piece = PORT_AT(const struct epy_string, part);
  for (uint32_t at = 0; at + piece->bytes <= whole->bytes; ++at) {
    uint32_t i = 0;
    while (i < piece->bytes && whole->text[at + i] == piece->text[i]) ++i;
    if (i == piece->bytes) return true;
  }
  return false;
}

int32_t epy_string_to_int(uint32_t text) {
  const char* c = PORT_AT(const struct epy_string, text)->text;
  while (*c == ' ') ++c;
  bool negative = *c == '-';
  if (*c == '-' || *c == '+') ++c;
  uint32_t value = 0;
  bool any = false;
  for (; *c >= '0' && *c <= '9'; ++c) {
    value = (value << 3) + (value << 1) + (uint32_t)(*c - '0');
    any = true;
  }
  while (*c == ' ') ++c;
  if (*c || !any) epy_fail(EPY_ERROR_VALUE, 0);
  return (int32_t)(negative ? 0u - value : value);
}
