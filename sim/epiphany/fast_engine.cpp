#include "sim/epiphany/fast_engine.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "sim/epiphany/block.h"
#include "sim/epiphany/code.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/engine.h"
#include "sim/epiphany/integer_semantics.h"

#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values: each step goes to the next one's handler by itself

namespace epysim::epiphany {
namespace {

using semantics::Flags;

constexpr std::uint8_t kHeedLoad = core::Scratchpad::kShared;
constexpr std::uint8_t kHeedStore = core::Scratchpad::kShared | core::Scratchpad::kDecoded | core::Scratchpad::kProtected;
constexpr std::uint32_t kExceptions = config::kInvalidEnable | config::kOverflowEnable | config::kUnderflowEnable;

/// Cycles after which the sums are written down, before a field of a tally can overflow.
constexpr Cycle kChunk = Pipeline::Tally::kMost / 2;

/// A step as the semantics see an instruction.
template <bool kImmediate>
struct Operands {
  std::uint8_t rd, rn, rm;
  std::int32_t imm;
  static constexpr bool immediate = kImmediate;
};
template <bool kImmediate>
Operands<kImmediate> operands(const Step& step) {
  return {step.rd, step.rn, step.rm, step.imm};
}

enum class Mode { Displacement, Indexed, Other };

template <Mode kMode>
Address address_of(const CpuState& state, const Step& step) {
  if (kMode == Mode::Displacement) return state.r[step.rn] + static_cast<std::uint32_t>(step.imm);
  if (kMode == Mode::Indexed) return state.r[step.rn] + state.r[step.rm];
  return effective_address(state, step.at->insn);
}

/// Address bits that are zero in an aligned access below the address bit `beyond`.
template <unsigned kSize>
constexpr Address outside(Address beyond) {
  return beyond | ((1u << kSize) - 1);
}

template <unsigned kSize>
using Word = std::conditional_t<kSize == 0, std::uint8_t, std::conditional_t<kSize == 1, std::uint16_t, std::uint32_t>>;

}  // namespace

bool FastEngine::run(Core& core) {
  for (;;) {
    if (may_enter(core)) run_blocks(core);
    if (core.now() >= core.limit_) return true;
    const ReferenceEngine::Left left = ReferenceEngine::run_until_elsewhere(core);
    if (left != ReferenceEngine::Left::Elsewhere) return left == ReferenceEngine::Left::AtLimit;
  }
}

bool FastEngine::may_enter(const Core& core) {
  return core.pipeline_.clear() && (core.loop_end_ & 1u) != 0 && (core.state_.config & kExceptions) == 0;
}

const void* FastEngine::handler(Do what) {
  static const void* const* const all = handlers(nullptr);
  return all[static_cast<std::size_t>(what)];
}

Code FastEngine::code_at(Core& core, Address pc, BlockTable*& blocks) {
  if (pc < core.local_.bytes()) {
    blocks = core.blocks_.data();
    return {reinterpret_cast<char*>(core.decoded_.slots()), 0, core.local_.bytes()};
  }
  const Ram::CodePage page = core.ram_code(pc);
  blocks = page.blocks;
  return {reinterpret_cast<char*>(page.slots), page.base, page.bytes};
}

Block* FastEngine::find(Core& core, Address pc) {
  BlockTable* blocks = nullptr;
  const Code code = code_at(core, pc, blocks);
  if (!code.holds(pc)) return nullptr;
  Block& block = blocks[(core.state_.config & config::kTruncate) != 0 ? 1 : 0].at(pc - code.base);
  if (!block.live) [[unlikely]] {
    block.pc = pc;
    build(core, block, code);
  }
  return &block;
}

Block* FastEngine::after_late_line(Core& core, Block& before, Address pc) {
  Block& block = *before.late.emplace_back(std::make_unique<Block>());
  block.before = &before;
  block.pc = pc;
  BlockTable* blocks = nullptr;
  build(core, block, code_at(core, pc, blocks));
  return &block;
}

// Without a core it only tells where the handlers are.
const void* const* FastEngine::handlers(Core* const the_core) {
  static const void* const labels[] = {
#define X(action, function) &&action, &&action##Immediate,
      EPIPHANY_FLAG_ACTIONS(X)
#undef X
#define X(action, function) &&action##Quiet, &&action##ImmediateQuiet,
              EPIPHANY_FLAG_ACTIONS(X)
#undef X
          && Mov,
      &&MovImmediate,
      &&Movt,
      &&Call,
#define X(size) &&Load##size, &&LoadIndexed##size, &&LoadOther##size,
      EPIPHANY_SIZES(X)
#undef X
#define X(size) &&Store##size, &&StoreIndexed##size, &&StoreOther##size,
              EPIPHANY_SIZES(X)
#undef X
#define X(condition) &&Condition##condition,
                  EPIPHANY_CONDITIONS(X)
#undef X
          && Always,
      &&BranchLink,
      &&Jump,
      &&JumpLink,
      &&CheckLine,
      &&Leave};
  static_assert(std::size(labels) == static_cast<std::size_t>(Do::Count));
  if (the_core == nullptr) return labels;

  Core& core = *the_core;
  CpuState& state = core.state_;
  Pipeline& pipeline = core.pipeline_;
  Cycle start = pipeline.now();  // of the present block
  const Cycle limit = std::min(core.limit_, start + kChunk);
  Block* block = find(core, state.pc);
  if (block == nullptr || block->straddles || start + block->first_run >= limit) return nullptr;
  if (!core.banks_.as_after_jump(block->code->new_line, start)) return nullptr;

  const Address beyond = ~(core.local_.bytes() - 1);
  std::byte* const memory = core.local_.data();
  const std::uint8_t* const flags = core.local_.flags();
  Address* const touched = core.touched_.data();
  Pipeline::Tally tally;  // of the blocks before this one
  const Step* step = block->steps.data();
  Exit* exit = nullptr;
  Address target = 0;
  const Decoded* end = nullptr;
  goto * step->go;

#define NEXT         \
  do {               \
    ++step;          \
    goto * step->go; \
  } while (false)

#define X(action, function)                                                                      \
  action:                                                                                        \
  semantics::function<Flags::All>(state, operands<false>(*step));                                \
  NEXT;                                                                                          \
  action##Immediate : semantics::function<Flags::All>(state, operands<true>(*step));             \
  NEXT;                                                                                          \
  action##Quiet : semantics::function<Flags::OnlySticky>(state, operands<false>(*step));         \
  NEXT;                                                                                          \
  action##ImmediateQuiet : semantics::function<Flags::OnlySticky>(state, operands<true>(*step)); \
  NEXT;
  EPIPHANY_FLAG_ACTIONS(X)
#undef X

Mov:
  semantics::mov(state, operands<false>(*step));
  NEXT;
MovImmediate:
  semantics::mov(state, operands<true>(*step));
  NEXT;
Movt:
  semantics::movt(state, operands<true>(*step));
  NEXT;
Call:
  step->at->execute(state, step->at->insn);
  NEXT;

#define LOAD(name, size, mode)                                                                                                      \
  name : {                                                                                                                          \
    const Address address = address_of<mode>(state, *step);                                                                         \
    const std::byte* from = memory + address;                                                                                       \
    if ((address & outside<size>(beyond)) != 0 || (flags[address >> core::Scratchpad::kLineShift] & kHeedLoad) != 0) [[unlikely]] { \
      const Ram* const ram = (address & outside<size>(beyond)) != 0 ? core.plain_ram(address, size) : nullptr;                      \
      if (ram == nullptr) goto Leave;                                                                                               \
      from = ram->at(address);                                                                                                      \
    }                                                                                                                               \
    touched[step->which] = address;                                                                                                 \
    if (mode == Mode::Other) {                                                                                                      \
      const Instruction& insn = step->at->insn;                                                                                     \
      if (insn.addressing >= Addressing::PostmodifyRegister) state.r[step->rn] = postmodified_base(state, insn);                    \
    }                                                                                                                               \
    Word<size> value;                                                                                                               \
    std::memcpy(&value, from, sizeof value);                                                                                        \
    state.r[step->rd] = value;                                                                                                      \
    if (size == 3) std::memcpy(&state.r[step->rd + 1u], from + 4, 4);                                                               \
    NEXT;                                                                                                                           \
  }
#define X(size)                                \
  LOAD(Load##size, size, Mode::Displacement)   \
  LOAD(LoadIndexed##size, size, Mode::Indexed) \
  LOAD(LoadOther##size, size, Mode::Other)
  EPIPHANY_SIZES(X)
#undef X

#define STORE(name, size, mode)                                                                                                      \
  name : {                                                                                                                           \
    const Address address = address_of<mode>(state, *step);                                                                          \
    std::byte* to = memory + address;                                                                                                \
    if ((address & outside<size>(beyond)) != 0 || (flags[address >> core::Scratchpad::kLineShift] & kHeedStore) != 0) [[unlikely]] { \
      Ram* const ram = (address & outside<size>(beyond)) != 0 ? core.plain_ram(address, size) : nullptr;                             \
      if (ram == nullptr || ram->there_is_code(address)) goto Leave;                                                                 \
      to = ram->plain(address);                                                                                                      \
    }                                                                                                                                \
    touched[step->which] = address;                                                                                                  \
    const Word<size> value = static_cast<Word<size>>(state.r[step->rd]);                                                             \
    std::memcpy(to, &value, sizeof value);                                                                                           \
    if (size == 3) std::memcpy(to + 4, &state.r[step->rd + 1u], 4);                                                                  \
    if (mode == Mode::Other) {                                                                                                       \
      const Instruction& insn = step->at->insn;                                                                                      \
      if (insn.addressing >= Addressing::PostmodifyRegister) state.r[step->rn] = postmodified_base(state, insn);                     \
    }                                                                                                                                \
    NEXT;                                                                                                                            \
  }
#define X(size)                                  \
  STORE(Store##size, size, Mode::Displacement)   \
  STORE(StoreIndexed##size, size, Mode::Indexed) \
  STORE(StoreOther##size, size, Mode::Other)
  EPIPHANY_SIZES(X)
#undef X

#define X(condition)                                                                \
  Condition##condition : if (condition_holds(condition, state.status)) goto Always; \
  if (start + step->exit->next_run >= limit) [[unlikely]] {                         \
    end = behind(step->at);                                                         \
    goto leave;                                                                     \
  }                                                                                 \
  NEXT;
  EPIPHANY_CONDITIONS(X)
#undef X

BranchLink:
  state.r[semantics::kLinkRegister] = static_cast<std::uint32_t>(step->imm);
Always:
  exit = step->exit;
  start += exit->cycles;
  tally.issued += exit->tally.issued;
  tally.cycles += exit->tally.cycles;
  block = exit->to;
  if (block != nullptr && block->live && start + block->first_run < limit) [[likely]] {
    step = block->steps.data();
    goto * step->go;
  }
  target = exit->target;
  goto follow;

JumpLink:
  target = state.r[step->rn] & ~1u;  // may be LR itself
  state.r[semantics::kLinkRegister] = static_cast<std::uint32_t>(step->imm);
  goto jump;
Jump:
  target = state.r[step->rn] & ~1u;
jump:
  exit = step->exit;
  start += exit->cycles;
  tally.issued += exit->tally.issued;
  tally.cycles += exit->tally.cycles;
follow:  // to `target`, reached at `start`
  block = find(core, target);
  if (block != nullptr && start + block->first_run < limit) {
    if (exit->target == target) exit->to = block;
    step = block->steps.data();
    goto * step->go;
  }
  pipeline.count(tally);
  pipeline.restart(start);
  if ((target & 7u) == 6 && length_in_bytes(core.peek_code(target)) == 4) pipeline.charge(core::Cause::Branch, penalty::kStraddle);
  core.banks_.jump(target, pipeline.now());
  state.pc = target;
  return nullptr;

CheckLine : {
  const auto taken = std::count_if(touched, touched + step->imm, [&](Address a) { return core.banks_.same_bank(a, block->pc); });
  if (taken < step->which) NEXT;
  if (step->exit->to == nullptr) step->exit->to = after_late_line(core, *block, step->exit->target);
  if (start + step->exit->to->first_run >= limit) [[unlikely]]
    goto Leave;
  block = step->exit->to;
  step = block->steps.data();
  goto * step->go;
}

Leave:
  end = step->at;
leave:
  pipeline.count(tally);
  replay(core, *block, end, start);
  state.pc = block->pc_of(end);
  return nullptr;
}

}  // namespace epysim::epiphany
