#include "vm/device/requests.h"

#include "vm/device/prefetch.h"

void epy_begin_wait(enum epy_activity activity, uint32_t partner) {
  volatile struct epy_status* status = epy_vm.status;
  status->partner = partner;
  status->where = epy_where();
  status->activity = activity;
}

void epy_end_wait(void) {
  epy_vm.status->activity = EPY_RUNNING;
  ++epy_vm.status->progress;
}

_Noreturn void epy_leave(void) {
  epy_vm.status->activity = EPY_ENDED;
  port_halt();
}

void epy_poll(void) {
  if (port_load(&epy_vm.status->stop)) epy_leave();
  port_pause();
}

void epy_request_argument(uint32_t index, uint32_t word) { port_store(&epy_vm.block->arguments[index], word); }

uint32_t epy_await_host(const volatile uint32_t* word, uint32_t bits, uint32_t value) {
  uint32_t found = port_load(word);
  if ((found & bits) != value) {
    port_store(&epy_vm.block->awaited, PORT_ADDRESS(word));
    epy_begin_wait(EPY_WAIT_HOST, epy_vm.rank);
    do {
      epy_poll();
      found = port_load(word);
    } while ((found & bits) != value);
    epy_end_wait();
  }
  return found;
}

void epy_request(enum epy_request kind, uint32_t a, uint32_t b, uint32_t c) {
  struct epy_core_block* block = epy_vm.block;
  port_store(&block->arguments[0], a);
  port_store(&block->arguments[1], b);
  port_store(&block->arguments[2], c);
  port_store(&block->request, kind);
  if (kind != EPY_REQUEST_MATHS) epy_let_go();
  /* The doorbell is stored last; stores of one core to one memory arrive in order. */
  port_store(&block->request_sequence, ++epy_vm.request_sequence);
  epy_await_host(&block->reply_sequence, ~0u, epy_vm.request_sequence);
}

uint32_t epy_reply(uint32_t index) { return port_load(&epy_vm.block->result[index]); }

void epy_notice(enum epy_notice kind, uint32_t detail) {
  uint32_t bit = 1u << kind;
  if (epy_vm.notices & bit) return;
  epy_vm.notices |= bit;
  epy_request(EPY_REQUEST_NOTICE, kind, detail, 0);
}

_Noreturn void epy_fail(enum epy_error code, uint32_t detail) {
  epy_request(EPY_REQUEST_ERROR, code, epy_where(), detail);
  epy_leave();
}
