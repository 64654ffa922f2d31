#include "sim/microblaze/fast_engine.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <type_traits>

#include "sim/microblaze/core.h"
#include "sim/microblaze/engine.h"
#include "sim/microblaze/operations.h"

#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values: each step goes to the next one's handler by itself

namespace epysim::microblaze {
namespace {

using core::Scratchpad;

constexpr std::uint8_t kHeedLoad = Scratchpad::kShared;
constexpr std::uint8_t kHeedStore = Scratchpad::kShared | Scratchpad::kDecoded;

/// Cycles after which the sums are written down, before a field of a tally can overflow.
constexpr Cycle kChunk = Pipeline::Tally::kMost / 2;

/// A step as the semantics see an instruction.
template <bool kImmediate>
struct Operands {
  std::uint8_t rd, ra, rb, condition;
  std::int8_t width;
  std::int32_t imm;
  static constexpr bool immediate = kImmediate;
};
template <bool kImmediate>
Operands<kImmediate> operands(const Step& step) {
  return {step.rd, step.ra, step.rb, step.condition, step.width, step.imm};
}

template <unsigned kSize>
using Data = std::conditional_t<kSize == 0, std::uint8_t, std::conditional_t<kSize == 1, std::uint16_t, std::uint32_t>>;

template <bool kSwap, typename T>
T ordered(T value) {
  if (!kSwap || sizeof value == 1) return value;
  return sizeof value == 2 ? static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)))
                           : static_cast<T>(__builtin_bswap32(value));
}

std::size_t index_of(const Block& block, const Step* step) { return static_cast<std::size_t>(step - block.steps.data()); }

}  // namespace

bool FastEngine::run(Core& core) {
  const Resume& resume = core.resume_;
  while (core.now() < core.limit_) {
    bool outside = false;
    if (core.attention_) {
      // Nothing more can be taken before a special register is written, which no block does, but behind a slot or a prefix.
      core.attend();
      outside = core.in_slot_ || core.prefixed_;
    }
    if (resume.block != nullptr && resume.now == core.now() && resume.pc == core.state_.pc) {
      outside = outside || resume.outside;
      if (Block& block = *resume.block; !outside && block.live && block.version == resume.version) {
        Pipeline::Tally tally;
        tally -= block.landings[resume.step].tally;
        run_blocks(core, block, resume.step, resume.start, tally);
        continue;
      }
    }
    if (outside) {
      if (!ReferenceEngine::run_one(core)) return false;
    } else if (Block* const block = enter(core)) {
      run_blocks(core, *block, 0, core.now(), {});
    } else if (!ReferenceEngine::run_to_jump(core)) {
      return false;
    }
  }
  return true;
}

Block* FastEngine::enter(Core& core) {
  // A branch that did not set BTR, a prefix, or an MSR about to change: too rare for blocks.
  if ((core.state_.msr & msr::kExceptionInProgress) != 0 || core.prefixed_ || core.atomic_ || core.late_msr_.mask != 0) return nullptr;
  return find(core, core.state_.pc, {core.pipeline_.flight(), core.in_slot_});
}

Block* FastEngine::find(Core& core, Address pc, const BlockKey& key) {
  if (pc >= core.local().bytes() || !core.blocks_.at(pc).warm(core.block_visits_)) return nullptr;
  Block* const block = core.blocks_.find(pc, key);
  if (block != nullptr && !block->live) [[unlikely]] {
    block->pc = pc;
    build(core, *block);
  }
  return block;
}

const void* FastEngine::handler(Do what) {
  static const void* const* const all = handlers(nullptr, nullptr, 0, 0, {});
  return all[static_cast<std::size_t>(what)];
}

// Without a core it only tells where the handlers are.
const void* const* FastEngine::handlers(Core* const the_core, Block* block, std::size_t index, Cycle start, Pipeline::Tally tally) {
  static const void* const labels[] = {
#define X(action, function) &&action, &&action##Immediate,
      MICROBLAZE_INTEGER_ACTIONS(X)
#undef X
#define X(action, function) &&action,
              MICROBLAZE_DIVIDE_ACTIONS(X) MICROBLAZE_FLOAT_ACTIONS(X)
#undef X
          && Nop,
#define X(size, swap) &&Load##size##swap, &&LoadImmediate##size##swap,
      MICROBLAZE_ACCESSES(X)
#undef X
#define X(size, swap) &&Store##size##swap, &&StoreImmediate##size##swap,
              MICROBLAZE_ACCESSES(X)
#undef X
#define X(condition) &&If##condition, &&IfSlot##condition,
                  MICROBLAZE_CONDITIONS(X)
#undef X
          && Slot,
      &&SlotLink,
      &&SlotTo,
      &&SlotToLink,
      &&Jump,
      &&JumpTo,
      &&JumpToBtr,
      &&Leave};
  static_assert(std::size(labels) == static_cast<std::size_t>(Do::Count));
  if (the_core == nullptr) return labels;

  Core& core = *the_core;
  CpuState& state = core.state_;
  Pipeline& pipeline = core.pipeline_;
  const Cycle limit = std::min(core.limit_, pipeline.now() + kChunk);
  std::byte* const memory = core.local().data();
  const std::uint8_t* const flags = core.local().flags();
  const Address outside = ~(core.local().bytes() - 1);
  const bool floats_raise = core.options_.exceptions.fpu;
  const Step* step = nullptr;
  Exit* exit = nullptr;
  Address target = 0;
  bool unforeseen = true;  // what ends the run
  core::PlantedStep<Step> stop;
  goto careful;

#define NEXT         \
  do {               \
    ++step;          \
    goto * step->go; \
  } while (false)

#define X(action, function)                                               \
  action:                                                                 \
  operations::function(state, operands<false>(*step));                    \
  NEXT;                                                                   \
  action##Immediate : operations::function(state, operands<true>(*step)); \
  NEXT;
  MICROBLAZE_INTEGER_ACTIONS(X)
#undef X

Idiv:
  if (divide_fault(state, operands<false>(*step), true) != DivideFault::None) goto Leave;
  operations::idiv(state, operands<false>(*step));
  NEXT;
Idivu:
  if (divide_fault(state, operands<false>(*step), false) != DivideFault::None) goto Leave;
  operations::idivu(state, operands<false>(*step));
  NEXT;

#define X(action, function)                                                         \
  action : {                                                                        \
    const fpu::Result result = operations::function(state, operands<false>(*step)); \
    if (result.flags != 0 && floats_raise) [[unlikely]]                             \
      goto Leave;                                                                   \
    operations::put_float(state, step->rd, result);                                 \
    NEXT;                                                                           \
  }
  MICROBLAZE_FLOAT_ACTIONS(X)
#undef X

Nop:
  NEXT;

#define LOAD(name, size, swap, immediate)                                                                                            \
  name : {                                                                                                                           \
    const Address address = state.r[step->ra] + operand_b(state, operands<immediate>(*step));                                        \
    if ((address & (outside | ((1u << size) - 1))) != 0 || (flags[address >> Scratchpad::kLineShift] & kHeedLoad) != 0) [[unlikely]] \
      goto Leave;                                                                                                                    \
    Data<size> value;                                                                                                                \
    std::memcpy(&value, memory + address, sizeof value);                                                                             \
    put(state, step->rd, ordered<swap>(value));                                                                                      \
    NEXT;                                                                                                                            \
  }
#define X(size, swap)                       \
  LOAD(Load##size##swap, size, swap, false) \
  LOAD(LoadImmediate##size##swap, size, swap, true)
  MICROBLAZE_ACCESSES(X)
#undef X

#define STORE(name, size, swap, immediate)                                                                                            \
  name : {                                                                                                                            \
    const Address address = state.r[step->ra] + operand_b(state, operands<immediate>(*step));                                         \
    if ((address & (outside | ((1u << size) - 1))) != 0 || (flags[address >> Scratchpad::kLineShift] & kHeedStore) != 0) [[unlikely]] \
      goto Leave;                                                                                                                     \
    const auto value = ordered<swap>(static_cast<Data<size>>(state.r[step->rd]));                                                     \
    std::memcpy(memory + address, &value, sizeof value);                                                                              \
    NEXT;                                                                                                                             \
  }
#define X(size, swap)                         \
  STORE(Store##size##swap, size, swap, false) \
  STORE(StoreImmediate##size##swap, size, swap, true)
  MICROBLAZE_ACCESSES(X)
#undef X

#define X(condition)                                                             \
  If##condition : if (holds(Condition{condition}, state.r[step->ra])) goto Jump; \
  goto fall_through;                                                             \
  IfSlot##condition : if (holds(Condition{condition}, state.r[step->ra])) {      \
    state.btr = step->exit->btr;                                                 \
    goto Jump;                                                                   \
  }                                                                              \
  state.btr = static_cast<Address>(step->imm);                                   \
  goto fall_through;
  MICROBLAZE_CONDITIONS(X)
#undef X
fall_through:
  if (start + step->exit->next_run >= limit) [[unlikely]] {
    index = index_of(*block, step) + 1;
    goto careful;
  }
  NEXT;

SlotLink:
  put(state, step->rd, step->pc);
Slot:
  state.btr = static_cast<Address>(step->imm);
  NEXT;
SlotTo:
  target = state.r[step->ra] + static_cast<std::uint32_t>(step->imm);
  if ((target & 3u) != 0) [[unlikely]]
    goto Leave;
  state.btr = target;
  NEXT;
SlotToLink:
  target = state.r[step->ra] + static_cast<std::uint32_t>(step->imm);
  if ((target & 3u) != 0) [[unlikely]]
    goto Leave;
  put(state, step->rd, step->pc);
  state.btr = target;
  NEXT;

JumpTo:
  target = state.r[step->ra] + static_cast<std::uint32_t>(step->imm);
  if ((target & 3u) != 0) [[unlikely]]
    goto Leave;
  goto jump;
JumpToBtr:
  target = state.btr;
jump:
  exit = step->exit;
  start += exit->cycles;
  tally += exit->tally;
  if (exit->to != nullptr && exit->to->pc == target && exit->to->live) [[likely]] {
    block = exit->to;
    goto begin;
  }
  goto follow;
Jump:
  exit = step->exit;
  start += exit->cycles;
  tally += exit->tally;
  if (exit->to != nullptr && exit->to->live) [[likely]] {
    block = exit->to;
    goto begin;
  }
  target = exit->target;
follow:  // to `target`, reached at `start`
  if (Block* const next = find(core, target, exit->key); next != nullptr) {
    exit->to = block = next;
  } else {
    pipeline.arrive(tally, exit->key.flight, start);
    core.go_on_at(target, exit->key.in_slot);
    core.resume_ = {};
    return nullptr;
  }

begin:  // with `block`
  if (start + block->first_run < limit) [[likely]] {
    step = block->steps.data();
    goto * step->go;
  }
  index = 0;

careful:  // from step `index` on; some step up to the next way out may lie beyond the limit
  if (start + block->landings[index].run >= limit) {
    std::size_t last = index;
    while (start + block->landings[last].cycles < limit) ++last;
    if (last == index) {
      unforeseen = false;
      goto leave;
    }
    stop.plant(block->steps[last], &&Stop);
  }
  step = block->steps.data() + index;
  goto * step->go;
Stop:
  index = index_of(*block, step);
  unforeseen = false;
  goto leave;

Leave:
  index = index_of(*block, step);
leave : {
  stop.clear();
  const Landing& at = block->landings[index];
  tally += at.tally;
  pipeline.arrive(tally, at.flight, start + at.cycles);
  core.go_on_at(block->steps[index].pc, at.in_slot);
  core.prefixed_ = at.prefixed;
  core.prefix_ = at.prefix;
  core.resume_ = {block, block->version, static_cast<std::uint32_t>(index), start, start + at.cycles, core.state_.pc, unforeseen};
  return nullptr;
}
}

}  // namespace epysim::microblaze
