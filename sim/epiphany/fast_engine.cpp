#include "sim/epiphany/fast_engine.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "sim/epiphany/block.h"
#include "sim/epiphany/code.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/engine.h"
#include "sim/epiphany/float_semantics.h"
#include "sim/epiphany/integer_semantics.h"
#include "sim/epiphany/registers.h"

#pragma GCC diagnostic ignored "-Wpedantic"  // labels as values: each step goes to the next one's handler by itself

namespace epysim::epiphany {
namespace {

using semantics::Flags;

constexpr std::uint8_t kHeedLoad = core::Scratchpad::kOrdered;
constexpr std::uint8_t kHeedStore = core::Scratchpad::kOrdered | core::Scratchpad::kDecoded | core::Scratchpad::kProtected;
constexpr std::uint8_t kVisited = core::Scratchpad::kVisited;
/// What a program may change in CONFIG without a thought for timers and DMA.
constexpr std::uint32_t kFloatModes = config::kTruncate | config::kExceptions | config::kArithmodeMask;

/// Cycles after which the sums are written down, before a field of a tally can overflow.
constexpr Cycle kChunk = Pipeline::Tally::kMost / 2;

/// Cycles after which it pays to see which banks the mesh does not use any more.
constexpr Cycle kUnmark = 64;

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

template <unsigned kSize>
using Word = std::conditional_t<kSize == 0, std::uint8_t, std::conditional_t<kSize == 1, std::uint16_t, std::uint32_t>>;

/// A store to somewhere else.
struct Posted {
  Address address = 0;
  unsigned bytes = 0;
  std::uint64_t data = 0;
};
template <unsigned kSize>
std::uint64_t store_data(const CpuState& state, const Step& step) {
  return kSize < 3 ? state.r[step.rd] : state.r[step.rd] | std::uint64_t{state.r[step.rd + 1u]} << 32;
}

using Planted = core::PlantedStep<Step>;

std::size_t index_of(const Block& block, const Step* step) { return static_cast<std::size_t>(step - block.steps.data()); }

/// How many of the present line's loads and stores, which touched these addresses, went to the program's bank.
Cycle in_bank(const Banks& banks, const Block& block, const Address* touched, unsigned accesses) {
  return static_cast<Cycle>(std::count_if(touched, touched + accesses, [&](Address a) { return banks.same_bank(a, block.pc); }));
}

/// Brings the banks to where they are at a landing in a block that was entered at `start`.
void settle_line(Banks& banks, const Block& block, const Landing& at, Cycle start, const Address* touched) {
  const Cycle data = in_bank(banks, block, touched, at.accesses);
  if (at.line_began_before) {
    banks.set_data(banks.data() + data);
  } else {
    banks.continue_line(block.pc, start + at.line, data);
  }
}

}  // namespace

bool FastEngine::gets_bank(Core& core, const Block& block, const Step* step, Cycle start, Address address) {
  return core.banks_.at_once(address, start + block.timing[index_of(block, step) + 1].at - 1);
}

bool FastEngine::disturbed(const Core& core) {
  if ((core.marked_banks_ & core.code_banks_) == 0) [[likely]]
    return false;
  for (unsigned bank = 0; bank < Banks::kCount; ++bank) {
    if ((core.code_banks_ >> bank & 1u) != 0 && !core.banks_.undisturbed(bank * core.banks_.bank_bytes(), core.now())) return true;
  }
  return false;
}

inline std::uint8_t FastEngine::modes_of(std::uint32_t config) {
  return static_cast<std::uint8_t>((config & config::kTruncate) != 0 ? kTruncates : 0) |
         static_cast<std::uint8_t>((config & config::kExceptions) != 0 ? kRaises : 0);
}

inline bool FastEngine::may_resume(const Core& core) {
  const Resume& resume = core.resume_;
  if (resume.block == nullptr || resume.now != core.now() || resume.pc != core.state_.pc) return false;
  const Block& block = *resume.block;
  return resume.outside ||
         ((block.live & core.bit_) != 0 && resume.version == block.version && block.key.modes == modes_of(core.state_.config) &&
          block.key.loop_end == core.loop_end_ && !core.banks_.watched());
}

bool FastEngine::run(Core& core) {
  const Resume& resume = core.resume_;
  while (core.now() < core.limit_) {
    ReferenceEngine::Left left = ReferenceEngine::Left::Elsewhere;
    if (!may_resume(core)) {
      if (Block* const block = enter(core)) {
        run_blocks(core, *block, 0, core.now(), {});
        continue;
      }
      left = ReferenceEngine::run_until_elsewhere(core);
    } else if (resume.outside) {
      left = ReferenceEngine::run_one(core);
    } else {
      const Landing& landing = landing_of(*resume.block, resume.step);
      if (landing.line_began_before) core.banks_.set_data(resume.data);
      Pipeline::Tally tally;
      tally -= landing.tally;
      run_blocks(core, *resume.block, resume.step, resume.start, tally);
      continue;
    }
    if (left != ReferenceEngine::Left::Elsewhere) return left == ReferenceEngine::Left::AtLimit;
  }
  return true;
}

const void* FastEngine::handler(Do what) {
  static const void* const* const all = handlers(nullptr, nullptr, 0, 0, {});
  return all[static_cast<std::size_t>(what)];
}

Code FastEngine::code_at(Core& core, Address pc, BlockTable*& blocks) {
  if (pc < core.local_.bytes()) {
    CommonCode* const common = core.common_;
    blocks = common != nullptr ? &common->blocks : &core.blocks_;
    return {reinterpret_cast<char*>((common != nullptr ? common->decoded : core.decoded_).slots()), 0, core.local_.bytes()};
  }
  const Ram::CodePage page = core.ram_code(pc);
  blocks = page.blocks;
  return {reinterpret_cast<char*>(page.slots), page.base, page.bytes};
}

Block* FastEngine::find(Core& core, Address pc, const Code& code, BlockTable& blocks, const BlockKey& key) {
  Block* const block = blocks.find(pc - code.base, key);
  if (block == nullptr || (block->live & core.bit_) != 0) [[likely]]
    return block;
  const bool local = pc < core.local_.bytes();
  if (local && core.common_ != nullptr) core.common_->join(core.bit_);
  if (block->live != 0 ? !core.takes_over(pc, block->bytes) : !build(core, *block, pc, code)) {
    core.leave_common();
    return nullptr;
  }
  block->live = local ? block->live | core.bit_ : ~std::uint64_t{0};
  if (local) core.code_banks_ |= static_cast<std::uint8_t>(1u << core.banks_.bank_of(pc));
  return block;
}

bool FastEngine::lasting(const Core& core, const Block& block, Address target) {
  return block.pc < core.local_.bytes() || target >= core.local_.bytes();
}

Block* FastEngine::enter(Core& core) {
  const Cycle now = core.now();
  const Address pc = core.state_.pc;
  BlockTable* blocks = nullptr;
  const Code code = code_at(core, pc, blocks);
  if (!code.holds(pc) || core.banks_.watched() || !blocks->at(pc - code.base).warm(core.block_visits_)) return nullptr;
  BlockKey key;
  if (!core.pipeline_.capture(key.flight)) return nullptr;
  key.loop_end = core.loop_end_;
  key.modes = modes_of(core.state_.config);
  Decoded& first = pc < core.local_.bytes() ? core.decoded_[pc] : *code.at(pc);
  if (first.empty()) core.decode_into(first, pc);
  if (first.new_line) {
    if (!core.banks_.fetched(now)) return nullptr;
    core.banks_.jump(pc, now);
  } else if (!core.banks_.line_begins(now)) {
    key.entry = BlockKey::Entry::Continues;
  }
  return find(core, pc, code, *blocks, key);
}

Block* FastEngine::after_jump(Core& core, Address pc) {
  BlockTable* blocks = nullptr;
  const Code code = code_at(core, pc, blocks);
  if (!code.holds(pc)) return nullptr;
  const std::uint8_t modes = modes_of(core.state_.config);
  BlockTable::Place& place = blocks->at(pc - code.base);
  Block*& last = place.jumped;
  if (last != nullptr && (last->live & core.bit_) != 0 && last->key.modes == modes && last->key.loop_end == core.loop_end_) [[likely]]
    return last;
  if (!place.warm(core.block_visits_)) return nullptr;
  BlockKey key;
  key.loop_end = core.loop_end_;
  key.modes = modes;
  if ((pc & 7u) == 6 && length_in_bytes(core.peek_code(pc)) == 4) key.entry = BlockKey::Entry::Straddles;
  return last = find(core, pc, code, *blocks, key);
}

Block* FastEngine::after_late_line(Core& core, const Block& before, const Landing& landing, Address pc) {
  BlockTable* blocks = nullptr;
  const Code code = code_at(core, pc, blocks);
  BlockKey key = before.key;
  key.flight = landing.flight;
  key.entry = BlockKey::Entry::Late;
  return find(core, pc, code, *blocks, key);
}

// Without a core it only tells where the handlers are.
const void* const* FastEngine::handlers(Core* const the_core, Block* block, std::size_t index, Cycle start, Pipeline::Tally tally) {
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
      &&MovCondition,
#define X(action, function) &&action,
      EPIPHANY_FLOAT_ACTIONS(X)
#undef X
          && Call,
      &&CallChecked,
      &&Nop,
      &&Gid,
      &&Gie,
      &&Movfs,
      &&MovfsConfig,
      &&MovfsStatus,
      &&MovtsConfig,
      &&MovtsStatus,
      &&MovtsLoop,
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
      &&CheckFullLine,
      &&LoopLast,
      &&LoopEnd,
      &&GoOn,
      &&Leave};
  static_assert(std::size(labels) == static_cast<std::size_t>(Do::Count));
  if (the_core == nullptr) return labels;

  Core& core = *the_core;
  CpuState& state = core.state_;
  Pipeline& pipeline = core.pipeline_;
  Banks& banks = core.banks_;
  const std::uint64_t bit = core.bit_;
  const Cycle limit = std::min(core.limit_, pipeline.now() + kChunk);

  std::byte* const memory = core.local_.data();
  // Where the mesh has a bank of the program now or later, blocks look out for their lines.
  if (core.marked_banks_ != 0 && pipeline.now() > core.banks_checked_ + kUnmark) core.unmark_quiet_banks();
  const bool disturbed = FastEngine::disturbed(core);
  const Cycle known_limit = disturbed ? 0 : limit;
  // A new block may be the first with code in a bank, or want an event that nobody had to notice before.
  const auto still_so = [&] { return disturbed == FastEngine::disturbed(core) && limit <= core.limit_; };
  const std::uint8_t* const flags = core.local_.flags();
  Address* const touched = core.touched_.data();
  Cycle data_before = banks.data();
  const Step* step = nullptr;
  Exit* exit = nullptr;
  Address target = 0;
  Posted far;              // a store that leaves the core
  Cycle pushed_back = 0;   // until then the mesh has stopped the core
  bool unforeseen = true;  // what ends the run

  Planted stop, heard;
  goto careful;

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
MovCondition:
  if (condition_holds(step->rm, state.status)) state.r[step->rd] = state.r[step->rn];
  NEXT;
#define X(action, function)                                                          \
  action:                                                                            \
  if ((state.config & (config::kTruncate | config::kArithmodeMask)) != 0) goto Call; \
  semantics::function(state, operands<false>(*step));                                \
  NEXT;
  EPIPHANY_FLOAT_ACTIONS(X)
#undef X
Call:
  step->at->execute(state, step->at->insn);
  NEXT;
CallChecked:
  step->at->execute(state, step->at->insn);
  if (core.raise_float_exception()) {
    index = index_of(*block, step) + 1;
    unforeseen = false;
    goto leave;
  }
  NEXT;
Nop:
  NEXT;

Gid:
  state.status |= status::kGid;
  NEXT;
Gie:
  if (core.interrupts_.waiting() != 0) goto Leave;
  state.status &= ~status::kGid;
  NEXT;
Movfs:
  state.r[step->rd] = core.read_register(static_cast<Address>(step->imm));
  NEXT;
MovfsConfig:
  state.r[step->rd] = state.config;
  NEXT;
MovfsStatus:
  state.r[step->rd] = state.status;
  NEXT;
MovtsConfig:
  if (((state.config ^ state.r[step->rd]) & ~kFloatModes) != 0 || core.counts_mesh()) goto Leave;
  state.config = state.r[step->rd];
  if (modes_of(state.config) == block->key.modes) [[likely]]
    NEXT;
  pipeline.set_truncate((state.config & config::kTruncate) != 0);
  goto changed;
MovtsStatus:
  if (((state.status ^ state.r[step->rd]) & status::kWand) != 0) goto Leave;
  state.status = (state.status & 7u) | (state.r[step->rd] & ~7u);
  NEXT;
MovtsLoop:
  core.special_[step->which] = state.r[step->rd];
  core.refresh_loop();
  if (core.loop_end_ == block->key.loop_end) NEXT;
changed:  // what blocks depend on
  index = index_of(*block, step) + 1;
  target = block->pc_of(behind(step->at));
  goto go_on;

#define LOAD(name, size, mode)                                                                                                 \
  name : {                                                                                                                     \
    const Address address = address_of<mode>(state, *step);                                                                    \
    const std::byte* from = memory + address;                                                                                  \
    const bool local = (address & core.outside_local_[size]) == 0;                                                             \
    if (!local) [[unlikely]] {                                                                                                 \
      const Ram* const ram = core.plain_ram(address, size);                                                                    \
      if (ram == nullptr) goto Leave;                                                                                          \
      from = ram->at(address);                                                                                                 \
    } else if (const std::uint8_t heed = flags[address >> core::Scratchpad::kLineShift]; (heed & (kHeedLoad | kVisited)) != 0) \
        [[unlikely]] {                                                                                                         \
      if ((heed & kHeedLoad) != 0 || !gets_bank(core, *block, step, start, address)) goto Leave;                               \
    }                                                                                                                          \
    core.touched_[step->which] = address;                                                                                      \
    if (mode == Mode::Other) {                                                                                                 \
      const Instruction& insn = step->at->insn;                                                                                \
      if (insn.addressing >= Addressing::PostmodifyRegister) state.r[step->rn] = postmodified_base(state, insn);               \
    }                                                                                                                          \
    Word<size> value;                                                                                                          \
    std::memcpy(&value, from, sizeof value);                                                                                   \
    state.r[step->rd] = value;                                                                                                 \
    if (size == 3) std::memcpy(&state.r[step->rd + 1u], from + 4, 4);                                                          \
    NEXT;                                                                                                                      \
  }
#define X(size)                                \
  LOAD(Load##size, size, Mode::Displacement)   \
  LOAD(LoadIndexed##size, size, Mode::Indexed) \
  LOAD(LoadOther##size, size, Mode::Other)
  EPIPHANY_SIZES(X)
#undef X

#define STORE(name, size, mode)                                                                                                 \
  name : {                                                                                                                      \
    const Address address = address_of<mode>(state, *step);                                                                     \
    std::byte* to = memory + address;                                                                                           \
    const bool local = (address & core.outside_local_[size]) == 0;                                                              \
    if (!local) [[unlikely]] {                                                                                                  \
      Ram* const ram = core.plain_ram(address, size);                                                                           \
      if (ram == nullptr || ram->there_is_code(address)) {                                                                      \
        far = {address, 1u << size, store_data<size>(state, *step)};                                                            \
        goto Post;                                                                                                              \
      }                                                                                                                         \
      to = ram->plain(address);                                                                                                 \
    } else if (const std::uint8_t heed = flags[address >> core::Scratchpad::kLineShift]; (heed & (kHeedStore | kVisited)) != 0) \
        [[unlikely]] {                                                                                                          \
      if ((heed & kHeedStore) != 0 || !gets_bank(core, *block, step, start, address)) goto Leave;                               \
    }                                                                                                                           \
    core.touched_[step->which] = address;                                                                                       \
    const Word<size> value = static_cast<Word<size>>(state.r[step->rd]);                                                        \
    std::memcpy(to, &value, sizeof value);                                                                                      \
    if (size == 3) std::memcpy(to + 4, &state.r[step->rd + 1u], 4);                                                             \
    if (mode == Mode::Other) {                                                                                                  \
      const Instruction& insn = step->at->insn;                                                                                 \
      if (insn.addressing >= Addressing::PostmodifyRegister) state.r[step->rn] = postmodified_base(state, insn);                \
    }                                                                                                                           \
    NEXT;                                                                                                                       \
  }
#define X(size)                                  \
  STORE(Store##size, size, Mode::Displacement)   \
  STORE(StoreIndexed##size, size, Mode::Indexed) \
  STORE(StoreOther##size, size, Mode::Other)
  EPIPHANY_SIZES(X)
#undef X

#define X(condition)                                                                \
  Condition##condition : if (condition_holds(condition, state.status)) goto Always; \
  if (start + step->exit->next_run >= known_limit) [[unlikely]] {                   \
    index = index_of(*block, step) + 1;                                             \
    goto careful;                                                                   \
  }                                                                                 \
  NEXT;
  EPIPHANY_CONDITIONS(X)
#undef X

BranchLink:
  state.r[semantics::kLinkRegister] = static_cast<std::uint32_t>(step->imm);
Always:
  exit = step->exit;
  start += exit->cycles;
  tally += exit->tally;
  if (exit->to != nullptr && (exit->to->live & bit) != 0) [[likely]] {
    block = exit->to;
    goto begin;
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
  tally += exit->tally;
  if (exit->to != nullptr && exit->to->pc == target && (exit->to->live & bit) != 0) [[likely]] {
    block = exit->to;
    goto begin;
  }
follow:  // to `target`, reached at `start`
  if (Block* const next = after_jump(core, target); next != nullptr && still_so()) {
    if (lasting(core, *block, target)) exit->to = next;
    block = next;
  } else {
    pipeline.arrive(tally, {}, start);
    if ((target & 7u) == 6 && length_in_bytes(core.peek_code(target)) == 4) pipeline.charge(core::Cause::Branch, penalty::kStraddle);
    banks.jump(target, pipeline.now());
    state.pc = target;
    core.resume_ = {};
    return nullptr;
  }

begin:  // with `block`
  if (start + block->first_run < known_limit) [[likely]] {
    step = block->steps.data();
    goto * step->go;
  }
  index = 0;

careful:  // from step `index` on; some step up to the next way out may lie beyond the limit, or the mesh come to the program's bank
  if (disturbed && banks.visited(block->pc, block->key.entry == BlockKey::Entry::Continues ? banks.line_since() : start, limit)) goto leave;
  if (start + block->timing[index].run >= limit) {
    const std::size_t last = start < limit ? block->not_before[limit - start] : index;
    if (last <= index) {
      unforeseen = false;
      goto leave;
    }
    stop.plant(block->steps[last], &&Stop);
    // Somebody may look at the last flags that were set.
    if (const std::size_t setter = block->timing[last].heard; setter > index) {
      Step& heard_step = block->steps[setter - 1];
      heard.plant(heard_step, loud(*heard_step.at));
    }
  }
  step = block->steps.data() + index;
  goto * step->go;
Stop:
  index = index_of(*block, step);
  unforeseen = false;
  goto leave;

CheckFullLine:
  if (!banks.same_bank(touched[0], block->pc)) NEXT;
CheckLine : {
  const Cycle data = in_bank(banks, *block, touched, static_cast<unsigned>(step->imm));
  index = index_of(*block, step);
  if (step->rd != 0 ? banks.fetched(start + block->timing[index].at, data) : data == 0 || data < step->which) NEXT;
  Landing& at = landing_of(*block, index);
  if (at.to == nullptr || (at.to->live & bit) == 0) at.to = after_late_line(core, *block, at, block->pc_of(step->at));
  if (at.to == nullptr || start + at.cycles + 1 >= limit) goto Leave;
  heard.clear();
  stop.clear();
  start += at.cycles;
  tally += at.tally;
  block = at.to;
  goto begin;
}

LoopLast:
  if (core.checked_loop_ != std::pair(core.special_[special::LS], block->key.loop_end) || (state.status & status::kGid) == 0) goto Leave;
  NEXT;
LoopEnd:
  index = index_of(*block, step) + 1;
  if (--core.special_[special::LC] != 0) {
    target = core.special_[special::LS] & ~1u;
  } else {
    target = block->pc_of(behind(step->at));
    core.refresh_loop();
  }
  goto go_on;

GoOn:
  index = index_of(*block, step);
  target = block->pc_of(step->at);
go_on : {  // with the block at `target`, in the state before step `index`
  heard.clear();
  stop.clear();
  Landing& at = landing_of(*block, index);
  const Cycle now = start + at.cycles;
  Block* next = at.to;
  if (next != nullptr && (next->live & bit) != 0 && next->pc == target && next->key.modes == modes_of(state.config) &&
      next->key.loop_end == core.loop_end_) [[likely]] {
    bool fetched = true;
    if (next->code->new_line) {
      const Cycle data = in_bank(banks, *block, touched, at.accesses);
      fetched = at.line_began_before ? banks.fetched(now, data) : data == 0 || data < at.cycles - at.line;
    } else if (next->key.entry == BlockKey::Entry::Continues) {
      settle_line(banks, *block, at, start, touched);
    }
    if (fetched) {
      data_before = banks.data();
      start = now;
      tally += at.tally;
      block = next;
      goto begin;
    }
  }
  tally += at.tally;
  pipeline.arrive(tally, at.flight, now);
  settle_line(banks, *block, at, start, touched);
  state.pc = target;
  next = enter(core);
  if (next == nullptr || !still_so()) {
    core.resume_ = {};
    return nullptr;
  }
  if (lasting(core, *block, target) && (next->code->new_line || next->key.entry == BlockKey::Entry::Continues)) at.to = next;
  data_before = banks.data();
  start = now;
  tally = {};
  block = next;
  goto begin;
}

Post : {  // a store that is nobody's here
  const Instruction& insn = step->at->insn;
  const Block::Timing* const timing = &block->timing[index_of(*block, step)];
  const Cycle at = start + timing[0].at + timing[0].wait;
  if (!core.may_post(far.address, far.bytes, at)) goto Leave;
  state.pc = block->pc + timing[0].offset;
  const Cycle accepted = core.outside_.post(core, far.address, far.bytes, far.data, at);
  if (accepted == kNever) goto Leave;
  core.touched_[step->which] = far.address;
  if (insn.addressing >= Addressing::PostmodifyRegister) state.r[step->rn] = postmodified_base(state, insn);
  if (accepted <= start + timing[1].at) [[likely]]
    NEXT;
  pushed_back = accepted;
  ++step;
}

Leave:
  index = index_of(*block, step);
leave : {
  heard.clear();
  stop.clear();
  const Landing& at = landing_of(*block, index);
  tally += at.tally;
  pipeline.arrive(tally, at.flight, start + at.cycles);
  settle_line(banks, *block, at, start, touched);
  state.pc = block->pc + block->timing[index].offset;
  pipeline.charge_until(core::Cause::BackPressure, pushed_back);
  core.resume_ = {block, block->version, static_cast<std::uint32_t>(index), start, start + at.cycles, state.pc, data_before, unforeseen};
  return nullptr;
}
}

}  // namespace epysim::epiphany
