#include "vm/device/references.h"

#include "vm/device/bytes.h"
#include "vm/device/requests.h"

enum { CELL_WORDS = EPY_CELL_BYTES / 4, CELL = 0 };

static volatile uint32_t* cell(void) { return PORT_AT(volatile uint32_t, epy_vm.layout->channel); }

static void transfer(enum epy_request kind, uint32_t reference, uint32_t position, uint32_t count) {
  epy_request_argument(3, CELL);
  epy_request(kind, reference, position, count);
  uint32_t error = epy_reply(0);
  if (error) epy_fail((enum epy_error)(error - 1), reference);
}

void epy_external_read(uint32_t external, uint32_t position, volatile uint32_t* to, uint32_t count) {
  const struct epy_external* data = PORT_AT(const struct epy_external, external);
  if (data->address) {
    const volatile uint32_t* from = PORT_AT(const volatile uint32_t, data->address) + position;
    for (uint32_t i = 0; i < count; ++i) port_store(to + i, port_load(from + i));
    return;
  }
  while (count) {
    uint32_t part = count < CELL_WORDS ? count : CELL_WORDS;
    transfer(EPY_REQUEST_READ, data->reference, position, part);
    for (uint32_t i = 0; i < part; ++i) port_store(to + i, port_load(cell() + i));
    to += part;
    position += part;
    count -= part;
  }
}

struct epy_value epy_external_get(uint32_t external, uint32_t position) {
  struct epy_value value = {0, PORT_AT(const struct epy_external, external)->element_tag};
  epy_external_read(external, position, &value.word, 1);
  return value;
}

static uint32_t converted(uint32_t element_tag, struct epy_value value) {
  if (value.tag == element_tag) return value.word;
  if (value.tag == EPY_BOOL || value.tag == EPY_INT) {
    if (element_tag == EPY_REAL) return epy_word((float)(int32_t)value.word);
    if (element_tag == EPY_INT) return value.word;
  }
  epy_fail(EPY_ERROR_OPERAND_TYPE, value.tag);
}

void epy_external_put(uint32_t external, uint32_t position, struct epy_value value) {
  const struct epy_external* data = PORT_AT(const struct epy_external, external);
  if (data->read_only) epy_fail(EPY_ERROR_READ_ONLY, data->reference);
  uint32_t word = converted(data->element_tag, value);
  if (data->address) {
    port_store(PORT_AT(volatile uint32_t, data->address) + position, word);
    return;
  }
  port_store(cell(), word);
  transfer(EPY_REQUEST_WRITE, data->reference, position, 1);
}
