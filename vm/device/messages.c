/* Point to point: a slot holds one message; `sent` tells the receiver that there is one, `taken` tells the sender that it is gone.
 * Broadcast: a binomial tree over ranks, ceil(log2 n) rounds. Reduction: rank 0 combines all values in rank order, so that a sum of reals
 * has the same bits on every core and in every run, and broadcasts the result. Barrier: dissemination, ceil(log2 n) rounds of one store
 * each (Hensgen, Finkel, Manber 1988). */
#include "vm/device/messages.h"

#include "vm/device/arithmetic.h"
#include "vm/device/compare.h"
#include "vm/device/requests.h"

static PORT_PER_CORE struct {
  bool known; /* the tables below are filled at the first message: most programs of one core never need them */
  uint32_t barriers;
  uint32_t mailbox[EPY_MAX_CORES]; /* the partner's, as this core stores to it */
  uint16_t id[EPY_MAX_CORES];
  uint16_t sent[EPY_MAX_CORES], taken[EPY_MAX_CORES]; /* low halves of the numbers in the slots */
} state;

static void know(void) {
  if (state.known) return;
  state.known = true;
  for (uint32_t i = 0; i < epy_vm.core_count; ++i) {
    const struct epy_core_layout* layout = &epy_vm.control->layout[i];
    state.id[i] = (uint16_t)layout->id;
    state.mailbox[i] = layout->partner_mailbox;
  }
}

/* Rank of a core; `unknown` when there is none. With `other`, this core itself is the error after it: inactive. */
static uint32_t rank_of(struct epy_value core, enum epy_error unknown, bool other) {
  know();
  if (core.tag != EPY_INT) epy_fail(EPY_ERROR_OPERAND_TYPE, core.tag);
  for (uint32_t i = 0; i < epy_vm.core_count; ++i) {
    if (state.id[i] == core.word) {
      if (other && i == epy_vm.rank) epy_fail(unknown + 1, core.word);
      return i;
    }
  }
  epy_fail(core.word < EPY_MAX_CORES && unknown != EPY_ERROR_SENDRECV_UNKNOWN ? unknown + 1 : unknown, core.word);
}

static volatile struct epy_slot* own_slot(uint32_t partner) { return &epy_vm.mailbox->slot[partner]; }

static volatile struct epy_slot* remote_slot(uint32_t partner) {
  return &PORT_AT(volatile struct epy_mailbox, state.mailbox[partner])->slot[epy_vm.rank];
}

static bool was_taken(uint32_t partner) { return (uint16_t)port_load(&own_slot(partner)->taken) == state.sent[partner]; }
static bool is_waiting(uint32_t partner) { return (uint16_t)port_load(&own_slot(partner)->sent) != state.taken[partner]; }

static void wait_taken(uint32_t partner) {
  if (was_taken(partner)) return;
  epy_begin_wait(EPY_WAIT_SEND, partner);
  while (!was_taken(partner)) epy_poll();
  epy_end_wait();
}

static void post(uint32_t partner, struct epy_value value) {
  wait_taken(partner);
  volatile struct epy_slot* slot = remote_slot(partner);
  port_store(&slot->value, value.word);
  port_store(&slot->tag, value.tag);
  port_store(&slot->sent, ++state.sent[partner]);
}

static struct epy_value take(uint32_t partner) {
  if (!is_waiting(partner)) {
    epy_begin_wait(EPY_WAIT_RECV, partner);
    while (!is_waiting(partner)) epy_poll();
    epy_end_wait();
  }
  volatile struct epy_slot* slot = own_slot(partner);
  struct epy_value value = {port_load(&slot->value), port_load(&slot->tag)};
  port_store(&remote_slot(partner)->taken, ++state.taken[partner]);
  return value;
}

static void check(struct epy_value value) {
  if (value.tag == EPY_STRING || value.tag > EPY_FUNCTION) epy_fail(EPY_ERROR_MESSAGE_TYPE, value.tag);
}

void epy_send(struct epy_value value, struct epy_value core) {
  check(value);
  uint32_t partner = rank_of(core, EPY_ERROR_SEND_UNKNOWN, true);
  post(partner, value);
  wait_taken(partner);
}

void epy_send_nonblocking(struct epy_value value, struct epy_value core) {
  check(value);
  post(rank_of(core, EPY_ERROR_SEND_UNKNOWN, false), value);
}

bool epy_sent(struct epy_value core, bool wait) {
  uint32_t partner = rank_of(core, EPY_ERROR_SEND_UNKNOWN, false);
  if (wait) wait_taken(partner);
  return was_taken(partner);
}

struct epy_value epy_receive(struct epy_value core) {
  uint32_t partner = rank_of(core, EPY_ERROR_RECV_UNKNOWN, false);
  if (partner == epy_vm.rank && !is_waiting(partner)) epy_fail(EPY_ERROR_RECV_INACTIVE, core.word); /* it would wait for ever */
  return take(partner);
}

bool epy_probe(struct epy_value core) { return is_waiting(rank_of(core, EPY_ERROR_RECV_UNKNOWN, false)); }

struct epy_value epy_exchange(struct epy_value value, struct epy_value core) {
  check(value);
  uint32_t partner = rank_of(core, EPY_ERROR_SENDRECV_UNKNOWN, false);
  post(partner, value);
  struct epy_value theirs = take(partner);
  wait_taken(partner);
  return theirs;
}

void epy_barrier(void) {
  know();
  uint32_t number = ++state.barriers;
  uint32_t count = epy_vm.core_count;
  uint32_t round = 0;
  for (uint32_t distance = 1; distance < count; distance <<= 1, ++round) {
    uint32_t to = epy_vm.rank + distance;
    if (to >= count) to -= count;
    uint32_t from = epy_vm.rank + count - distance;
    if (from >= count) from -= count;
    port_store(&PORT_AT(volatile struct epy_mailbox, state.mailbox[to])->barrier_arrived[round], number);
    /* A partner may be one barrier ahead of this core, never behind once it has stored. */
    volatile uint32_t* arrived = &epy_vm.mailbox->barrier_arrived[round];
    if ((int32_t)(port_load(arrived) - number) < 0) {
      epy_begin_wait(EPY_WAIT_BARRIER, from);
      while ((int32_t)(port_load(arrived) - number) < 0) epy_poll();
      epy_end_wait();
    }
  }
}

static struct epy_value broadcast(struct epy_value value, uint32_t root) {
  uint32_t count = epy_vm.core_count;
  uint32_t place = epy_vm.rank >= root ? epy_vm.rank - root : epy_vm.rank + count - root; /* rank in a tree rooted at 0 */
  uint32_t distance = 1;
  while (distance < count && !(place & distance)) distance <<= 1;
  if (place) {
    uint32_t from = epy_vm.rank >= distance ? epy_vm.rank - distance : epy_vm.rank + count - distance;
    value = take(from);
  }
  for (distance >>= 1; distance; distance >>= 1) {
    if (place + distance >= count) continue;
    uint32_t to = epy_vm.rank + distance;
    post(to >= count ? to - count : to, value);
  }
  return value;
}

struct epy_value epy_broadcast(struct epy_value value, struct epy_value root) {
  uint32_t rank = rank_of(root, EPY_ERROR_SEND_UNKNOWN, false);
  if (rank == epy_vm.rank) check(value);
  return broadcast(value, rank);
}

static struct epy_value combine(struct epy_value a, struct epy_value b, enum epy_reduction operation) {
  uint32_t words[2] = {a.word, b.word};
  uint8_t tags[2] = {(uint8_t)a.tag, (uint8_t)b.tag};
  if (operation == EPY_SUM || operation == EPY_PROD) {
    epy_arithmetic(operation == EPY_SUM ? EPY_OP_ADD : EPY_OP_MUL, words, tags);
    return (struct epy_value){words[0], tags[0]};
  }
  bool first = epy_compare(operation == EPY_MIN ? EPY_OP_LE : EPY_OP_GE, words, tags);
  struct epy_value best = first ? a : b;
  if (best.tag != EPY_REAL && (a.tag == EPY_REAL || b.tag == EPY_REAL)) { /* one real among the operands makes the result real */
    best.word = epy_as_real(best.word, best.tag);
    best.tag = EPY_REAL;
  }
  return best;
}

struct epy_value epy_reduce(struct epy_value value, enum epy_reduction operation) {
  if (!epy_is_number(value.tag)) epy_fail(EPY_ERROR_MESSAGE_TYPE, value.tag);
  know();
  if (epy_vm.rank) {
    post(0, value);
  } else {
    for (uint32_t i = 1; i < epy_vm.core_count; ++i) value = combine(value, take(i), operation);
  }
  return broadcast(value, 0);
}
