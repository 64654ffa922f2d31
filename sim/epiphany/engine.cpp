#include "sim/epiphany/engine.h"

#include <cstring>

#include "sim/epiphany/code.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/integer_semantics.h"

namespace epysim::epiphany {
namespace {

constexpr std::uint8_t kHeedLoad = core::Scratchpad::kOrdered;
constexpr std::uint8_t kHeedStore = core::Scratchpad::kOrdered | core::Scratchpad::kDecoded | core::Scratchpad::kProtected;

template <typename T>
T get(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <typename T>
void put(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

/// What the kind of an instruction promises; spares the engine the question.
void promise(bool holds) {
  if (!holds) __builtin_unreachable();
}

}  // namespace

[[gnu::always_inline]] inline bool ReferenceEngine::load(Core& core, const Decoded& d, const Code& code) {
  CpuState& state = core.state_;
  const std::uint32_t address = effective_address(state, d.insn);
  const std::byte* from = core.local_.data() + address;
  const bool local = (address & d.outside_local) == 0;
  if (!local) {
    const Ram* const ram = core.plain_ram(address, d.insn.size);
    from = ram != nullptr ? ram->at(address) : nullptr;
  } else if ((core.local_.flags(address) & kHeedLoad) != 0) [[unlikely]] {
    from = nullptr;
  }
  if (from == nullptr) [[unlikely]] {
    state.pc = code.pc_of(&d);
    return core.load_elsewhere(d, address);
  }
  core.pipeline_.issue_load(d);
  if (local) core.take_bank(d, address);
  if (d.insn.addressing >= Addressing::PostmodifyRegister) state.r[d.insn.rn] = postmodified_base(state, d.insn);
  switch (d.insn.size) {
    case 0:
      state.r[d.insn.rd] = static_cast<std::uint8_t>(*from);
      break;
    case 1:
      state.r[d.insn.rd] = get<std::uint16_t>(from);
      break;
    case 2:
      state.r[d.insn.rd] = get<std::uint32_t>(from);
      break;
    default:
      state.r[d.insn.rd] = get<std::uint32_t>(from);
      state.r[d.insn.rd + 1u] = get<std::uint32_t>(from + 4);
      break;
  }
  return true;
}

[[gnu::always_inline]] inline bool ReferenceEngine::store(Core& core, const Decoded& d, const Code& code) {
  CpuState& state = core.state_;
  const std::uint32_t address = effective_address(state, d.insn);
  std::byte* to = core.local_.data() + address;
  const bool local = (address & d.outside_local) == 0;
  if (!local) {
    Ram* const ram = core.plain_ram(address, d.insn.size);
    to = ram != nullptr && !ram->there_is_code(address) ? ram->plain(address) : nullptr;
  } else if ((core.local_.flags(address) & kHeedStore) != 0) [[unlikely]] {
    to = nullptr;
  }
  if (to == nullptr) [[unlikely]] {
    state.pc = code.pc_of(&d);
    return core.store_elsewhere(d, address);
  }
  core.pipeline_.issue_store(d);
  if (local) core.take_bank(d, address);
  switch (d.insn.size) {
    case 0:
      *to = static_cast<std::byte>(state.r[d.insn.rd]);
      break;
    case 1:
      put(to, static_cast<std::uint16_t>(state.r[d.insn.rd]));
      break;
    case 2:
      put(to, state.r[d.insn.rd]);
      break;
    default:
      put(to, state.r[d.insn.rd]);
      put(to + 4, state.r[d.insn.rd + 1u]);
      break;
  }
  if (d.insn.addressing >= Addressing::PostmodifyRegister) state.r[d.insn.rn] = postmodified_base(state, d.insn);
  return true;
}

bool ReferenceEngine::run(Core& core) {
  for (;;) {
    const Left left = (core.loop_end_ & 1u) == 0 ? run_code<true, Extent::All>(core) : run_code<false, Extent::All>(core);
    if (left != Left::Elsewhere) return left == Left::AtLimit;
  }
}

ReferenceEngine::Left ReferenceEngine::run_until_elsewhere(Core& core) {
  return (core.loop_end_ & 1u) == 0 ? run_code<true, Extent::UntilElsewhere>(core) : run_code<false, Extent::UntilElsewhere>(core);
}

ReferenceEngine::Left ReferenceEngine::run_one(Core& core) {
  return (core.loop_end_ & 1u) == 0 ? run_code<true, Extent::One>(core) : run_code<false, Extent::One>(core);
}

// The program counter is in `d`, the slot of the next instruction; state.pc follows only where somebody may look at it.
// `kLoop`: a hardware loop is armed.
template <bool kLoop, ReferenceEngine::Extent kExtent>
ReferenceEngine::Left ReferenceEngine::run_code(Core& core) {
  CpuState& state = core.state_;
  Pipeline& pipeline = core.pipeline_;
  const Code local_code{reinterpret_cast<char*>(core.decoded_.slots()), 0, core.local_.bytes()};
  Code code;
  Decoded single[3] = {{}, Decoded::end(), Decoded::end()};  // an instruction from off-chip memory
  Decoded* d = nullptr;
  Decoded* loop_end = nullptr;

enter:  // at state.pc
  if (kLoop != ((core.loop_end_ & 1u) == 0)) return Left::Elsewhere;
  if (local_code.holds(state.pc)) {
    code = local_code;
  } else if (const Ram::CodePage page = core.ram_code(state.pc); page.slots != nullptr) {
    code = {reinterpret_cast<char*>(page.slots), page.base, page.bytes};
  } else {
    if (pipeline.now() >= core.limit_) return Left::AtLimit;
    const Decoded* const fetched = core.fetch_elsewhere(state.pc);
    if (fetched == nullptr) return Left::Waiting;
    single[0] = *fetched;
    code = {reinterpret_cast<char*>(single), state.pc, 2};
  }
  d = code.at(state.pc);
  if (kLoop) loop_end = code.holds(core.loop_end_) ? code.at(core.loop_end_) : nullptr;

  while (pipeline.now() < core.limit_) {
    if (d->observed) [[unlikely]] {
      state.pc = code.pc_of(d);
      core.tell_observer();
    }
    if (d->new_line) {
      if (const Cycle wait = core.banks_.next_line(code.pc_of(d), pipeline.now()); wait != 0) [[unlikely]]
        pipeline.charge(core::Cause::FetchStall, wait);
    }
    switch (d->kind) {
#define INTEGER(kind, function)          \
  case Kind::kind:                       \
    promise(!d->insn.immediate);         \
    pipeline.issue_integer(*d);          \
    semantics::function(state, d->insn); \
    break;                               \
  case Kind::kind##Immediate:            \
    promise(d->insn.immediate);          \
    pipeline.issue_integer(*d);          \
    semantics::function(state, d->insn); \
    break;
      INTEGER(Add, add)
      INTEGER(Sub, sub)
      INTEGER(And, and_)
      INTEGER(Orr, orr)
      INTEGER(Eor, eor)
      INTEGER(Asr, asr)
      INTEGER(Lsr, lsr)
      INTEGER(Lsl, lsl)
      INTEGER(Mov, mov)
#undef INTEGER
      case Kind::Movt:
        pipeline.issue_integer(*d);
        semantics::movt(state, d->insn);
        break;
      case Kind::Integer:
        pipeline.issue_integer(*d);
        d->execute(state, d->insn);
        break;

      case Kind::LoadWord:
        promise(d->insn.size == 2 && d->insn.addressing == Addressing::Displacement && d->insn.immediate);
        if (!load(core, *d, code)) return Left::Waiting;
        break;
      case Kind::LoadWordIndexed:
        promise(d->insn.size == 2 && d->insn.addressing == Addressing::Index && !d->insn.immediate && !d->insn.subtract);
        if (!load(core, *d, code)) return Left::Waiting;
        break;
      case Kind::Load:
        if (!load(core, *d, code)) return Left::Waiting;
        break;
      case Kind::StoreWord:
        promise(d->insn.size == 2 && d->insn.addressing == Addressing::Displacement && d->insn.immediate);
        if (!store(core, *d, code)) return Left::Waiting;
        break;
      case Kind::StoreWordIndexed:
        promise(d->insn.size == 2 && d->insn.addressing == Addressing::Index && !d->insn.immediate && !d->insn.subtract);
        if (!store(core, *d, code)) return Left::Waiting;
        break;
      case Kind::Store:
        if (!store(core, *d, code)) return Left::Waiting;
        break;

      case Kind::Condition:
        pipeline.issue_control(*d);
        if (!condition_holds(d->insn.condition, state.status)) break;
        state.pc = code.pc_of(d) + static_cast<std::uint32_t>(d->insn.imm);
        goto taken;

      case Kind::BranchOnFloatFlags:
        pipeline.issue_branch_on_float_flags(*d);
        if (!condition_holds(d->insn.condition, state.status)) break;
        state.pc = code.pc_of(d) + static_cast<std::uint32_t>(d->insn.imm);
        goto taken;

      case Kind::Branch:
        pipeline.issue_control(*d);
        state.pc = code.pc_of(d);
        state.next_pc = state.pc + d->insn.bytes;
        d->execute(state, d->insn);
        state.pc = state.next_pc & ~1u;
        goto taken;

      case Kind::IntegerOnFloatFlags:
        pipeline.issue_integer_on_float_flags(*d);
        d->execute(state, d->insn);
        break;

      case Kind::Float:
        pipeline.issue_float(*d);
        d->execute(state, d->insn);
        if ((state.config & config::kExceptions) != 0) core.raise_float_exception();
        break;

      case Kind::Nop:
        pipeline.issue_control(*d);
        break;

      case Kind::System: {
        state.pc = code.pc_of(d);
        const std::uint32_t pc = state.pc;
        const bool ends_loop = kLoop && d == loop_end;
        state.next_pc = pc + d->insn.bytes;
        if (!core.execute_system(*d)) return Left::Waiting;
        state.pc = state.next_pc;
        if (state.pc != pc + d->insn.bytes) core.banks_.jump(state.pc, pipeline.now());
        if (ends_loop) core.hardware_loop(pc, pc + d->insn.bytes);
        if (kExtent != Extent::All) return Left::Elsewhere;
        goto enter;  // it may have changed the loop registers
      }

      case Kind::Empty:
        core.decode_into(*d, code.pc_of(d));
        continue;

      case Kind::End:
        state.pc = code.pc_of(d);
        goto enter;

      default:
        __builtin_unreachable();
    }

    if (kLoop && d == loop_end) [[unlikely]] {
      const std::uint32_t pc = code.pc_of(d);
      state.pc = pc + d->insn.bytes;
      core.hardware_loop(pc, pc + d->insn.bytes);
      if (kExtent == Extent::One) return Left::Elsewhere;
      goto enter;
    }
    d = behind(d);
    if (kExtent == Extent::One) {
      state.pc = code.pc_of(d);
      return Left::Elsewhere;
    }
    continue;

  taken:
    pipeline.charge(core::Cause::Branch, penalty::kTaken);
    if ((state.pc & 7u) == 6 && length_in_bytes(core.peek_code(state.pc)) == 4) pipeline.charge(core::Cause::Branch, penalty::kStraddle);
    core.banks_.jump(state.pc, pipeline.now());
    if (kLoop && d == loop_end) [[unlikely]] {
      const std::uint32_t pc = code.pc_of(d);
      core.hardware_loop(pc, pc + d->insn.bytes);
    }
    if (kExtent != Extent::All) return Left::Elsewhere;
    if (!code.holds(state.pc)) goto enter;
    d = code.at(state.pc);
  }
  state.pc = code.pc_of(d);
  return Left::AtLimit;
}

}  // namespace epysim::epiphany
