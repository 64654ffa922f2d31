/* Point to point: a slot holds one message; `sent` tells the receiver that there is one, `taken` tells the sender that it is gone.
 * A list is announced in the slot, and travels in turns: the receiver answers with the address where the sender may store, which is the new
 * list's own place if the sender can reach it, else a cell in shared memory; a turn is a store of as much as fits there and a message.
 * Elements of several types travel one per turn, in the slot.
 * Broadcast: a binomial tree over ranks, ceil(log2 n) rounds. Reduction: rank 0 combines all values in rank order, so that a sum of reals
 * has the same bits on every core and in every run, and broadcasts the result. Barrier: dissemination, ceil(log2 n) rounds of one store
 * each (Hensgen, Finkel, Manber 1988). */
#include "vm/device/messages.h"

#include "vm/device/arithmetic.h"
#include "vm/device/bytes.h"
#include "vm/device/compare.h"
#include "vm/device/prefetch.h"
#include "vm/device/references.h"
#include "vm/device/requests.h"

static PORT_PER_CORE struct {
  uint32_t partners; /* 0 until the first message, when they are looked up: most programs of one core never need them */
  uint32_t barriers;
} state;

static struct epy_partner* partner_of(uint32_t rank) { return (struct epy_partner*)(uintptr_t)(epy_vm.status + 1) + rank; }

static void know(void) {
  if (state.partners) return;
  state.partners = epy_vm.control->partners;
  for (uint32_t i = 0; i < state.partners; ++i) {
    const struct epy_core_layout* layout = &epy_vm.control->layout[i];
    *partner_of(i) = (struct epy_partner){layout->partner_mailbox, (uint16_t)layout->id, 0, 0};
  }
}

/* Rank of a core; `unknown` when there is none. With `other`, this core itself is the error after it: inactive. */
static uint32_t rank_of(struct epy_value core, enum epy_error unknown, bool other) {
  know();
  if (core.tag != EPY_INT) epy_fail(EPY_ERROR_OPERAND_TYPE, core.tag);
  for (uint32_t i = 0; i < state.partners; ++i) {
    if (partner_of(i)->id == core.word) {
      if (other && i == epy_vm.rank) epy_fail(unknown + 1, core.word);
      return i;
    }
  }
  epy_fail(core.word < EPY_MAX_CORES && unknown != EPY_ERROR_SENDRECV_UNKNOWN ? unknown + 1 : unknown, core.word);
}

static volatile struct epy_slot* own_slot(uint32_t partner) { return &epy_vm.mailbox->slot[partner]; }

static volatile struct epy_slot* remote_slot(uint32_t partner) {
  return &PORT_AT(volatile struct epy_mailbox, partner_of(partner)->mailbox)->slot[epy_vm.rank];
}

static bool was_taken(uint32_t partner) { return (uint8_t)port_load(&own_slot(partner)->taken) == partner_of(partner)->sent; }
static bool is_waiting(uint32_t partner) { return (uint8_t)(port_load(&own_slot(partner)->message) >> 16) != partner_of(partner)->taken; }

static void wait_until(bool (*condition)(uint32_t), uint32_t partner, enum epy_activity activity) {
  epy_let_go();
  if (condition(partner)) return;
  epy_begin_wait(activity, partner);
  while (!condition(partner)) epy_poll();
  epy_end_wait();
}
static void wait_taken(uint32_t partner) { wait_until(was_taken, partner, EPY_WAIT_SEND); }

static void post(uint32_t partner, struct epy_value value) {
  wait_taken(partner);
  volatile struct epy_slot* slot = remote_slot(partner);
  port_store(&slot->value, value.word);
  port_store(&slot->message, (uint32_t)++partner_of(partner)->sent << 16 | value.tag);
}

/* What lies in the slot; it stays there until it is acknowledged. */
static struct epy_value look(uint32_t partner) {
  wait_until(is_waiting, partner, EPY_WAIT_RECV);
  volatile struct epy_slot* slot = own_slot(partner);
  return (struct epy_value){port_load(&slot->value), port_load(&slot->message) & 0xffff};
}
static void acknowledge(uint32_t partner) { port_store(&remote_slot(partner)->taken, ++partner_of(partner)->taken); }

/* ---- messages of several elements */

/* Flags beside the tag of a message that announces a list; its value is the number of elements. */
enum {
  LIST = 0x100,
  COUNTED = 0x200, /* who does not want so many may have them one by one */
  DIMENSIONS = 12  /* the number of extents is above: more than one are sent before the elements */
};
/* Of an address to store at; 0 is none: the elements come one by one in the slot. */
enum { CELL = 1 /* EPY_CELL_BYTES per turn */ };

/* A list on its way. */
struct flow {
  struct epy_value list;
  uint32_t extents; /* to come, before the elements */
  uint32_t position, left;
  uint32_t landing;
};

static bool can_travel(uint32_t tag) { return tag != EPY_STRING && tag <= EPY_FUNCTION; }

static uint32_t turn(const struct flow* flow) {
  if (flow->landing == 0) return 1;
  return flow->landing & CELL && flow->left > EPY_CELL_BYTES / 4 ? EPY_CELL_BYTES / 4 : flow->left;
}

static uint32_t* landing_of(const struct flow* flow) { return PORT_AT(uint32_t, flow->landing & ~3u); }

static uint32_t* next_extent(struct flow* flow) {
  struct epy_list* list = PORT_AT(struct epy_list, flow->list.word);
  return &list->extent[list->dimensions - flow->extents--];
}

static uint32_t* words_at(const struct flow* flow) { return PORT_AT(uint32_t, epy_list_payload(flow->list.word)) + flow->position; }

/* Posts what announces a list, or `count` elements of it. */
static void announce(uint32_t partner, struct flow* flow, uint32_t count, uint32_t flags) {
  struct epy_value list = flow->list;
  if (list.tag != EPY_LIST && !epy_is_external(list.tag)) epy_fail(EPY_ERROR_MESSAGE_TYPE, list.tag);
  const struct epy_list* header = PORT_AT(const struct epy_list, list.word);
  uint32_t length = header->length, element = header->element_tag, dimensions = header->dimensions;
  for (uint32_t i = 0; i < length; ++i) {
    uint32_t tag = element == EPY_MIXED ? epy_list_get(list.word, i).tag : element;
    if (!can_travel(tag)) epy_fail(EPY_ERROR_MESSAGE_TYPE, tag);
    if (element != EPY_MIXED) break;
  }
  if (count == EPY_WHOLE) {
    count = length;
  } else {
    if (count > length) epy_fail(EPY_ERROR_INDEX_RANGE, count);
    dimensions = 1;
  }
  flow->position = 0;
  flow->extents = dimensions > 1 ? dimensions : 0;
  flow->left = count;
  post(partner, (struct epy_value){count, LIST | flags | element | dimensions << DIMENSIONS});
}

static void put(uint32_t partner, struct flow* flow) {
  struct epy_value message = {0, 0};
  wait_taken(partner);
  flow->landing = port_load(&own_slot(partner)->landing);
  if (flow->extents) {
    message.word = *next_extent(flow);
  } else {
    uint32_t count = turn(flow);
    if (flow->landing == 0) {
      message = epy_element(flow->list.tag, flow->list.word, flow->position);
    } else {
      uint32_t* to = landing_of(flow);
      epy_read(flow->list.word, flow->position, to, count, flow->list.tag);
      port_load(to + count - 1); /* nothing may tell of the data before they have arrived, wherever that is */
    }
    flow->position += count;
    flow->left -= count;
  }
  post(partner, message);
}

static void get(uint32_t partner, struct flow* flow) {
  struct epy_value message = look(partner);
  if (flow->extents) {
    *next_extent(flow) = message.word;
  } else {
    uint32_t count = turn(flow);
    if (flow->landing == 0) {
      epy_list_append(flow->list.word, message);
    } else if (flow->landing & CELL) {
      uint32_t* to = words_at(flow);
      for (uint32_t i = 0; i < count; ++i) to[i] = port_load(landing_of(flow) + i);
    }
    flow->position += count;
    flow->left -= count;
  }
  acknowledge(partner);
}

/* Where the partner is to store the elements of a new list. */
static uint32_t landing_for(uint32_t list) {
  uint32_t payload = epy_list_payload(list);
  return epy_vm.layout->reachable || !port_is_local(payload)
             ? epy_global(payload)
             : PORT_ADDRESS(PORT_AT(struct epy_channel, epy_vm.layout->channel)->cell[0]) | CELL;
}

/* Takes a value, or what announces a list: then the flow has something left. `count`: how many elements are wanted, or EPY_WHOLE. */
static void accept(uint32_t partner, struct flow* flow, uint32_t count) {
  for (;;) {
    flow->list = look(partner);
    flow->left = flow->extents = flow->position = flow->landing = 0;
    uint32_t tag = flow->list.tag, length = flow->list.word;
    bool unwanted = tag & COUNTED && length != count;
    if (tag & LIST && !unwanted) {
      uint32_t element = tag & 0xff, dimensions = tag >> DIMENSIONS;
      flow->left = length;
      flow->list.tag = EPY_LIST;
      flow->list.word = epy_list_new(dimensions, length, element, EPY_ANYWHERE);
      struct epy_list* list = PORT_AT(struct epy_list, flow->list.word);
      if (dimensions > 1) {
        flow->extents = dimensions;
        list->fixed = 1;
      }
      if (element != EPY_MIXED) {
        list->length = length;
        flow->landing = landing_for(flow->list.word);
      }
    }
    if (tag & LIST) port_store(&remote_slot(partner)->landing, flow->landing);
    acknowledge(partner);
    if (!unwanted) return;
  }
}

static bool is_left(const struct flow* flow) { return flow && (flow->extents | flow->left); }

/* Both ways in turn, so that neither partner has to begin; either may be NULL. */
static void carry(uint32_t partner, struct flow* out, struct flow* in) {
  while (is_left(out) || is_left(in)) {
    if (is_left(out)) put(partner, out);
    if (is_left(in)) get(partner, in);
  }
}

/* A value that a slot holds by itself needs no flow. */
static bool is_single(struct epy_value value, uint32_t count) { return count == EPY_WHOLE && can_travel(value.tag); }

static void deliver(uint32_t partner, struct epy_value value, uint32_t count, uint32_t flags) {
  if (is_single(value, count)) {
    post(partner, value);
    return;
  }
  struct flow out;
  out.list = value;
  announce(partner, &out, count, flags);
  carry(partner, &out, NULL);
}

static struct epy_value take(uint32_t partner, uint32_t count) {
  struct epy_value value = look(partner);
  if (!(value.tag & LIST)) {
    acknowledge(partner);
    return value;
  }
  struct flow in;
  accept(partner, &in, count);
  carry(partner, NULL, &in);
  return in.list;
}

void epy_send(struct epy_value value, struct epy_value core, uint32_t count) {
  uint32_t partner = rank_of(core, EPY_ERROR_SEND_UNKNOWN, true);
  deliver(partner, value, count, count == EPY_WHOLE ? 0 : COUNTED);
  wait_taken(partner);
}

void epy_send_nonblocking(struct epy_value value, struct epy_value core) {
  if (!can_travel(value.tag)) epy_fail(EPY_ERROR_MESSAGE_TYPE, value.tag);
  post(rank_of(core, EPY_ERROR_SEND_UNKNOWN, false), value);
}

bool epy_sent(struct epy_value core, bool wait) {
  uint32_t partner = rank_of(core, EPY_ERROR_SEND_UNKNOWN, false);
  if (wait) wait_taken(partner);
  return was_taken(partner);
}

struct epy_value epy_receive(struct epy_value core, uint32_t count) {
  uint32_t partner = rank_of(core, EPY_ERROR_RECV_UNKNOWN, false);
  if (partner == epy_vm.rank && !is_waiting(partner)) epy_fail(EPY_ERROR_RECV_INACTIVE, core.word); /* it would wait for ever */
  struct epy_value value = take(partner, count);
  if (count == EPY_WHOLE || value.tag == EPY_LIST) return value;
  uint32_t list = epy_list_new(1, count, EPY_INT, EPY_ANYWHERE); /* the partner sends its elements one by one */
  epy_list_append(list, value);
  while (--count) epy_list_append(list, take(partner, EPY_WHOLE));
  return (struct epy_value){list, EPY_LIST};
}

bool epy_probe(struct epy_value core) { return is_waiting(rank_of(core, EPY_ERROR_RECV_UNKNOWN, false)); }

struct epy_value epy_exchange(struct epy_value value, struct epy_value core, uint32_t count) {
  uint32_t partner = rank_of(core, EPY_ERROR_SENDRECV_UNKNOWN, false);
  if (is_single(value, count)) {
    post(partner, value);
    value = take(partner, EPY_WHOLE);
  } else {
    struct flow out, in;
    out.list = value;
    announce(partner, &out, count, 0);
    accept(partner, &in, EPY_WHOLE);
    carry(partner, &out, &in);
    value = in.list;
  }
  wait_taken(partner);
  return value;
}

/* ---- collectives */

void epy_barrier(void) {
  epy_let_go();
  know();
  uint32_t number = ++state.barriers;
  uint32_t count = epy_vm.core_count;
  uint32_t round = 0;
  for (uint32_t distance = 1; distance < count; distance <<= 1, ++round) {
    uint32_t to = epy_vm.rank + distance;
    if (to >= count) to -= count;
    uint32_t from = epy_vm.rank + count - distance;
    if (from >= count) from -= count;
    port_store(&PORT_AT(volatile struct epy_mailbox, partner_of(to)->mailbox)->barrier_arrived[round], number);
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
  if (place) value = take(epy_vm.rank >= distance ? epy_vm.rank - distance : epy_vm.rank + count - distance, EPY_WHOLE);
  for (distance >>= 1; distance; distance >>= 1) {
    if (place + distance >= count) continue;
    uint32_t to = epy_vm.rank + distance;
    deliver(to >= count ? to - count : to, value, EPY_WHOLE, 0);
  }
  return value;
}

struct epy_value epy_broadcast(struct epy_value value, struct epy_value root) {
  return broadcast(value, rank_of(root, EPY_ERROR_SEND_UNKNOWN, false));
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
    for (uint32_t i = 1; i < epy_vm.core_count; ++i) value = combine(value, take(i, EPY_WHOLE), operation);
  }
  return broadcast(value, 0);
}
