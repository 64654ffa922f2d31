/* A core's life: learn where everything is, bring the byte code here, run the module's top level, then either end or run kernels until
 * the host has no more. */
#include "vm/device/bytes.h"
#include "vm/device/heap.h"
#include "vm/device/lists.h"
#include "vm/device/natives.h"
#include "vm/device/numbers.h"
#include "vm/device/prefetch.h"
#include "vm/device/references.h"
#include "vm/device/requests.h"
#include "vm/device/vm.h"

PORT_PER_CORE struct epy_vm epy_vm;

static epy_engine_function* const engines[] = {PORT_BYTES, epy_move_words, PORT_DMA}; /* enum epy_engine */

static void start_stack(struct epy_stack* stack, uint32_t address, uint32_t bytes) {
  uint32_t entries = epy_divide_unsigned(bytes, 5).quotient; /* four bytes of word and one of tag each */
  stack->words = PORT_AT(uint32_t, address);
  stack->limit = stack->words + entries;
  stack->bias = PORT_ADDRESS(stack->limit) - (address >> 2);
}

static void start_image(void) {
  const struct epy_control* control = epy_vm.control;
  if (epy_vm.layout->code != control->image) {
    epy_vm.move(PORT_AT(uint32_t, epy_vm.layout->code), PORT_AT(const uint32_t, control->image), (control->image_bytes + 3) >> 2);
  }
  uint32_t base = epy_vm.layout->code;
  epy_vm.image = PORT_AT(const struct epy_resident, base);
  epy_vm.code = PORT_AT(const uint8_t, base + epy_vm.image->code);
  epy_vm.pc = epy_vm.code;
  epy_vm.constants = PORT_AT(const uint32_t, base + epy_vm.image->constants);
  epy_vm.strings = PORT_AT(const uint16_t, base + epy_vm.image->strings);
  epy_vm.modern = epy_vm.image->flags & EPY_IMAGE_MODERN;
}

static void start_globals(void) {
  uint32_t count = epy_vm.image->global_count;
  epy_vm.region = (uint32_t)(epy_vm.stack[0].limit - epy_vm.stack[0].words) < count;
  struct epy_stack* stack = &epy_vm.stack[epy_vm.region];
  epy_vm.local_top = epy_vm.stack[0].words;
  epy_vm.sp = stack->words;
  if ((uint32_t)(stack->limit - stack->words) < count) epy_fail(EPY_ERROR_STACK, count);
  epy_vm.globals = stack->words;
  epy_vm.global_tags = epy_tags_of(stack->words, stack->bias);
  epy_vm.sp = stack->words + count;
  for (uint32_t i = 0; i < count; ++i) {
    epy_vm.globals[i] = 0;
    epy_vm.global_tags[i] = EPY_UNSET;
  }
}

/* Puts a value on the stack between two runs of the interpreter. */
static void push(uint32_t tag, uint32_t word) {
  const struct epy_stack* stack = &epy_vm.stack[epy_vm.region];
  if (epy_vm.sp >= stack->limit) epy_fail(EPY_ERROR_STACK, 1);
  *epy_tags_of(epy_vm.sp, stack->bias) = (uint8_t)tag;
  *epy_vm.sp++ = word;
}

static void push_argument(const volatile struct epy_launch_argument* argument) {
  uint32_t tag = port_load(&argument->tag), word = port_load(&argument->word);
  if (epy_is_external(tag)) word = epy_external_new(argument);
  push(tag, word);
}

/* Data of the client become a list of this core, which is what they were on the other side of the link. */
static inline void push_own_argument(const volatile struct epy_launch_argument* argument) {
  push_argument(argument);
  uint32_t* word = epy_vm.sp - 1;
  uint8_t* tag = epy_tags_of(word, epy_vm.stack[epy_vm.region].bias);
  if (!epy_is_external(*tag)) return;
  push(EPY_NONE, 0);
  push(EPY_NONE, 0);
  epy_slice(word, tag);
  epy_vm.sp = word + 1;
}

/* With the arguments of the launch, on top of the stack; the result takes the place of the first. */
static inline void call_native(uint32_t id, uint32_t count) {
  uint32_t* base = epy_vm.sp;
  push(EPY_UNSET, 0); /* room for the result */
  epy_vm.sp = base;
  for (uint32_t i = 0; i < count; ++i) push_own_argument(&epy_vm.block->launch.arguments[i]);
  epy_native_call(id, count, base, epy_tags_of(base, epy_vm.stack[epy_vm.region].bias));
  epy_vm.sp = base + 1;
}

/* Asks for kernels and runs them; the value of the last one goes with the next question. */
static void serve(void) {
  uint32_t* base = epy_vm.sp;
  push(EPY_UNSET, 0);
  for (;;) {
    epy_request(EPY_REQUEST_NEXT, *epy_tags_of(base, epy_vm.stack[epy_vm.region].bias), *base, 0);
    if (epy_reply(0) != 1) return;
    epy_vm.rings = 0;
    epy_vm.sp = base;
    uint32_t function = port_load(&epy_vm.block->launch.function);
    uint32_t count = port_load(&epy_vm.block->launch.argument_count);
    if (PORT_IS_HOST && (function & EPY_LAUNCH_NATIVE)) {
      call_native(function & ~EPY_LAUNCH_NATIVE, count);
      continue;
    }
    if (function >= epy_vm.image->function_count || count > EPY_MAX_LAUNCH_ARGUMENTS) epy_fail(EPY_ERROR_BAD_CODE, function);
    const volatile struct epy_launch_argument* argument = epy_vm.block->launch.arguments;
    for (uint32_t left = count; left; --left) push_argument(argument++);
    epy_interpret(function, count);
  }
}

_Noreturn void epy_run(void) {
  struct epy_boot boot = port_boot();
  epy_vm.control = PORT_AT(struct epy_control, boot.control);
  epy_vm.rank = boot.rank;
  epy_vm.block = PORT_AT(struct epy_core_block,
                         boot.control + offsetof(struct epy_control, block) + port_multiply(boot.rank, sizeof(struct epy_core_block)));
  epy_vm.layout = &epy_vm.control->layout[boot.rank];
  epy_vm.status = PORT_AT(volatile struct epy_status, epy_vm.layout->status);
  epy_vm.mailbox = PORT_AT(volatile struct epy_mailbox, epy_vm.layout->mailbox);
  epy_vm.id = epy_vm.layout->id;
  epy_vm.window = epy_vm.layout->window;
  epy_vm.core_count = epy_vm.control->core_count;
#ifdef EPY_PACED
  epy_vm.pace = epy_vm.control->pace;
#endif
  epy_vm.move = engines[epy_vm.control->engine];
  epy_vm.request_sequence = epy_vm.block->reply_sequence;
  start_image();
  start_stack(&epy_vm.stack[0], epy_vm.layout->stack, epy_vm.layout->stack_bytes);
  start_stack(&epy_vm.stack[1], epy_vm.layout->shared_stack, epy_vm.layout->shared_stack_bytes);
  start_globals();
  epy_heap_start();
  epy_random_start(epy_vm.control->seed, epy_vm.id);
  if (PORT_ADDRESS(epy_vm.image) == epy_vm.control->image) epy_notice(EPY_NOTICE_CODE_SHARED, epy_vm.image->bytes);
  if (epy_vm.region) epy_notice(EPY_NOTICE_STACK_SHARED, epy_vm.layout->stack_bytes);
  if (!PORT_IS_HOST || epy_vm.control->worker != EPY_WORKER_OF_CLIENT) epy_interpret(0, 0);
  if (epy_vm.control->worker) {
    serve();
  } else {
    epy_request(EPY_REQUEST_END, 0, 0, 0);
  }
  epy_leave();
}
