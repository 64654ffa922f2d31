#include "sim/epiphany/engine.h"

#include <cstring>

#include "sim/epiphany/core.h"
#include "sim/epiphany/integer_semantics.h"

namespace epysim::epiphany {
namespace {

constexpr std::uint32_t kFpuException = 3;  // EXCAUSE of Epiphany-III

constexpr std::uint8_t kHeedLoad = core::Scratchpad::kShared;
constexpr std::uint8_t kHeedStore = core::Scratchpad::kShared | core::Scratchpad::kDecoded | core::Scratchpad::kProtected;

/// Whether a sticky FPU flag is set whose exception CONFIG enables.
bool fpu_exception(const CpuState& state) {
  return ((state.config & config::kInvalidEnable) != 0 && (state.status & status::kBIS) != 0) ||
         ((state.config & config::kOverflowEnable) != 0 && (state.status & status::kBVS) != 0) ||
         ((state.config & config::kUnderflowEnable) != 0 && (state.status & status::kBUS) != 0);
}

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

}  // namespace

bool ReferenceEngine::run(Core& core) {
  CpuState& state = core.state_;
  Pipeline& pipeline = core.pipeline_;
  core::Scratchpad& local = core.local_;
  const std::uint32_t local_bytes = local.bytes();
  // The decoded code being run: local memory, or a page of a RAM window. Two bytes of code, one slot: the address is scaled once.
  char* slots = reinterpret_cast<char*>(core.decoded_.slots());
  std::uint32_t code_base = 0;
  std::uint32_t code_bytes = local_bytes;

  while (pipeline.now() < core.limit_) {
    const std::uint32_t pc = state.pc;
    Decoded* d;
    if (pc - code_base < code_bytes) [[likely]] {
      d = reinterpret_cast<Decoded*>(slots + std::size_t{pc - code_base} * (sizeof(Decoded) / 2));
    } else if (pc < local_bytes) {
      slots = reinterpret_cast<char*>(core.decoded_.slots());
      code_base = 0;
      code_bytes = local_bytes;
      continue;
    } else if (const Ram::CodePage page = core.ram_code(pc); page.slots != nullptr) {
      slots = reinterpret_cast<char*>(page.slots);
      code_base = page.base;
      code_bytes = page.bytes;
      continue;
    } else {
      d = core.fetch_elsewhere(pc);
      if (d == nullptr) return false;
    }

    std::uint32_t next = pc + d->insn.bytes;
    switch (d->kind) {
#define INTEGER(kind, function)          \
  case Kind::kind:                       \
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
      INTEGER(Movt, movt)
#undef INTEGER
      case Kind::Integer:
        pipeline.issue_integer(*d);
        d->execute(state, d->insn);
        break;

      case Kind::Load: {
        const std::uint32_t address = effective_address(state, d->insn);
        const std::byte* from = local.data() + address;
        if ((address & d->outside_local) != 0) {
          const Ram* const ram = core.plain_ram(address, d->insn.size);
          from = ram != nullptr ? ram->at(address) : nullptr;
        } else if ((local.flags(address) & kHeedLoad) != 0) [[unlikely]] {
          from = nullptr;
        }
        if (from == nullptr) [[unlikely]] {
          if (!core.load_elsewhere(*d, address)) return false;
          break;
        }
        pipeline.issue_load(*d);
        if (d->insn.addressing >= Addressing::PostmodifyRegister) state.r[d->insn.rn] = postmodified_base(state, d->insn);
        switch (d->insn.size) {
          case 0:
            state.r[d->insn.rd] = static_cast<std::uint8_t>(*from);
            break;
          case 1:
            state.r[d->insn.rd] = get<std::uint16_t>(from);
            break;
          case 2:
            state.r[d->insn.rd] = get<std::uint32_t>(from);
            break;
          default:
            state.r[d->insn.rd] = get<std::uint32_t>(from);
            state.r[d->insn.rd + 1u] = get<std::uint32_t>(from + 4);
            break;
        }
        break;
      }

      case Kind::Store: {
        const std::uint32_t address = effective_address(state, d->insn);
        std::byte* to = local.data() + address;
        if ((address & d->outside_local) != 0) {
          Ram* const ram = core.plain_ram(address, d->insn.size);
          to = ram != nullptr && !ram->there_is_code(address) ? ram->plain(address) : nullptr;
        } else if ((local.flags(address) & kHeedStore) != 0) [[unlikely]] {
          to = nullptr;
        }
        if (to == nullptr) [[unlikely]] {
          if (!core.store_elsewhere(*d, address)) return false;
          break;
        }
        pipeline.issue_store(*d);
        switch (d->insn.size) {
          case 0:
            *to = static_cast<std::byte>(state.r[d->insn.rd]);
            break;
          case 1:
            put(to, static_cast<std::uint16_t>(state.r[d->insn.rd]));
            break;
          case 2:
            put(to, state.r[d->insn.rd]);
            break;
          default:
            put(to, state.r[d->insn.rd]);
            put(to + 4, state.r[d->insn.rd + 1u]);
            break;
        }
        if (d->insn.addressing >= Addressing::PostmodifyRegister) state.r[d->insn.rn] = postmodified_base(state, d->insn);
        break;
      }

      case Kind::Branch:
      case Kind::BranchOnFloatFlags:
        if (d->kind == Kind::Branch) {
          pipeline.issue_control(*d);
        } else {
          pipeline.issue_branch_on_float_flags(*d);
        }
        state.next_pc = next;
        d->execute(state, d->insn);
        if (state.next_pc != next) {
          next = state.next_pc & ~1u;
          pipeline.charge(core::Cause::Branch, penalty::kTaken);
          if ((next & 7u) == 6 && decode(core.peek_code(next)).bytes == 4) pipeline.charge(core::Cause::Branch, penalty::kStraddle);
        }
        break;

      case Kind::IntegerOnFloatFlags:
        pipeline.issue_integer_on_float_flags(*d);
        d->execute(state, d->insn);
        break;

      case Kind::Float:
        pipeline.issue_float(*d);
        d->execute(state, d->insn);
        if ((state.config & (config::kInvalidEnable | config::kOverflowEnable | config::kUnderflowEnable)) != 0 && fpu_exception(state)) {
          core.raise_exception(kFpuException);
        }
        break;

      case Kind::Nop:
        pipeline.issue_control(*d);
        break;

      case Kind::System:
        state.next_pc = next;
        if (!core.execute_system(*d)) return false;
        next = state.next_pc;
        break;

      case Kind::Empty:
        core.decode_into(*d, pc);
        continue;

      default:
        __builtin_unreachable();
    }

    state.pc = next;
    if (pc == core.loop_end_) [[unlikely]]
      core.hardware_loop(pc, pc + d->insn.bytes);
  }
  return true;
}

}  // namespace epysim::epiphany
