#include "sim/epiphany/engine.h"

#include "sim/epiphany/core.h"

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

}  // namespace

bool ReferenceEngine::run(Core& core) {
  CpuState& state = core.state_;
  Pipeline& pipeline = core.pipeline_;
  core::Scratchpad& local = core.local_;
  // Two bytes of code, one slot: the address is scaled once.
  char* const slots = reinterpret_cast<char*>(core.decoded_.slots());
  const std::uint32_t local_bytes = local.bytes();

  while (pipeline.now() < core.limit_) {
    const std::uint32_t pc = state.pc;
    Decoded* d;
    if (pc < local_bytes) [[likely]] {
      d = reinterpret_cast<Decoded*>(slots + std::size_t{pc} * (sizeof(Decoded) / 2));
    } else {
      d = core.fetch_elsewhere(pc);
      if (d == nullptr) return false;
    }

    std::uint32_t next = pc + d->insn.bytes;
    switch (d->kind) {
      case Kind::Integer:
        pipeline.issue_integer(*d);
        d->execute(state, d->insn);
        break;

      case Kind::Load: {
        const std::uint32_t address = effective_address(state, d->insn);
        if ((address & d->outside_local) != 0 || (local.flags(address) & kHeedLoad) != 0) [[unlikely]] {
          if (!core.load_elsewhere(*d, address)) return false;
          break;
        }
        pipeline.issue_load(*d);
        if (d->insn.addressing >= Addressing::PostmodifyRegister) state.r[d->insn.rn] = postmodified_base(state, d->insn);
        switch (d->insn.size) {
          case 0:
            state.r[d->insn.rd] = local.load<std::uint8_t>(address);
            break;
          case 1:
            state.r[d->insn.rd] = local.load<std::uint16_t>(address);
            break;
          case 2:
            state.r[d->insn.rd] = local.load<std::uint32_t>(address);
            break;
          default:
            state.r[d->insn.rd] = local.load<std::uint32_t>(address);
            state.r[d->insn.rd + 1u] = local.load<std::uint32_t>(address + 4);
            break;
        }
        break;
      }

      case Kind::Store: {
        const std::uint32_t address = effective_address(state, d->insn);
        if ((address & d->outside_local) != 0 || (local.flags(address) & kHeedStore) != 0) [[unlikely]] {
          if (!core.store_elsewhere(*d, address)) return false;
          break;
        }
        pipeline.issue_store(*d);
        switch (d->insn.size) {
          case 0:
            local.store(address, static_cast<std::uint8_t>(state.r[d->insn.rd]));
            break;
          case 1:
            local.store(address, static_cast<std::uint16_t>(state.r[d->insn.rd]));
            break;
          case 2:
            local.store(address, state.r[d->insn.rd]);
            break;
          default:
            local.store(address, state.r[d->insn.rd]);
            local.store(address + 4, state.r[d->insn.rd + 1u]);
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
        core.decode_local(pc);
        continue;

      default: __builtin_unreachable();
    }

    state.pc = next;
    if (pc == core.loop_end_) [[unlikely]]
      core.hardware_loop(pc, pc + d->insn.bytes);
  }
  return true;
}

}  // namespace epysim::epiphany
