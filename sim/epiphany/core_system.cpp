// Instructions that reach beyond registers and memory: special registers, interrupts, sleeping, stopping, signals to other cores.

#include <string>

#include "sim/core/hex.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/registers.h"

namespace epysim::epiphany {

using core::Cause;

namespace {

// EXCAUSE of Epiphany-III
constexpr unsigned kExceptionSoftware = 1, kExceptionUnimplemented = 4;

constexpr std::uint32_t kIdleEncoding = 0x01b2;

}  // namespace

bool Core::idle_follows(const Instruction& insn, Address pc, Address next) const {
  return insn.action == Action::Gie && next >> 3 == pc >> 3 && (peek_code(next) & 0xffffu) == kIdleEncoding;
}

bool Core::execute_system(const Decoded& d) {
  // MOVTS and MOVFS decide by register; these are noticed by others or depend on what others do.
  const auto mine = [this, &d] { return turn(pipeline_.earliest(d)); };
  Cycle at = 0;
  switch (d.insn.action) {
    case Action::Movts:
      return move_to_special(d);
    case Action::Movfs:
      return move_from_special(d);
    case Action::Testset:
      return testset(d);
    case Action::Load:
      return load_elsewhere(d, effective_address(state_, d.insn));
    case Action::Store:
      return store_elsewhere(d, effective_address(state_, d.insn));

    case Action::Gie: {
      pipeline_.issue_control(d);
      state_.status &= ~status::kGid;
      // GIE and IDLE in one fetch line cannot be separated by an interrupt: the race-free way to wait.
      if (idle_follows(d.insn, state_.pc, state_.next_pc)) {
        hold_interrupts_ = state_.next_pc;
      } else {
        attention();
      }
      return true;
    }
    case Action::Gid:
      pipeline_.issue_control(d);
      state_.status |= status::kGid;
      return true;
    case Action::Rti:
      pipeline_.issue_control(d);
      pipeline_.charge(Cause::Interrupt, penalty::kRti);
      interrupts_.finish();
      state_.status &= ~status::kGid;
      state_.next_pc = interrupts_.return_to;
      attention();
      return true;
    case Action::Swi:
      pipeline_.issue_control(d);
      raise_exception(kExceptionSoftware);
      return true;
    case Action::Idle:
      if (mine() == kNever) return false;
      pipeline_.issue_control(d);
      hold_interrupts_ = 1;
      sleep();
      return true;
    case Action::Bkpt:
      if (mine() == kNever) return false;
      pipeline_.issue_control(d);
      halt(now());
      return true;
    case Action::Mbkpt:
      if ((at = mine()) == kNever) return false;
      pipeline_.issue_control(d);
      halt(now(), true);
      outside_.breakpoint_all(*this, at);
      return true;
    case Action::Sync:
      if ((at = mine()) == kNever) return false;
      pipeline_.issue_control(d);
      outside_.sync(*this, at);
      return true;
    case Action::Wand:
      if ((at = mine()) == kNever) return false;
      pipeline_.issue_control(d);
      state_.status |= status::kWand;
      outside_.wand(*this, at);
      return true;
    case Action::Trap: {
      if (mine() == kNever) return false;
      pipeline_.issue_control(d);
      const unsigned number = static_cast<unsigned>(d.insn.imm);
      const TrapOutcome outcome = outside_.trap(*this, number);
      if (outcome.kind == TrapOutcome::Kind::Exit) {
        exit_code_ = outcome.exit_code;
        enter(Life::Dead);
        limit_ = 0;
      } else if (outcome.kind == TrapOutcome::Kind::Unknown) {
        misuse(core::Misuse::Trap, "TRAP " + std::to_string(number) + " has no service: the core halts");
        halt(now());
      }
      return true;
    }
    default:
      pipeline_.issue_control(d);
      misuse(core::Misuse::Unimplemented, "unimplemented instruction " + core::hex(d.insn.raw));
      raise_exception(kExceptionUnimplemented);
      return true;
  }
}

bool Core::move_to_special(const Decoded& d) {
  const SpecialRegister number = d.insn.special;
  const std::uint32_t value = state_.r[d.insn.rd];
  // Of registers that are otherwise private, what others can notice: DMA holds still, the core leaves a barrier, a timer looks at the mesh.
  const bool noticed = (number == special::CONFIG && (((state_.config ^ value) & config::kPauseDma) != 0 || counts_mesh())) ||
                       (number == special::STATUS && ((state_.status ^ value) & status::kWand) != 0) ||
                       ((number == special::CTIMER0 || number == special::CTIMER1) && counts_mesh());
  if ((is_shared(number) || noticed) && turn(pipeline_.earliest(d)) == kNever) return false;
  // CONFIG and STATUS are also the FPU's: its results have to be in before they change.
  if (number == special::CONFIG || number == special::STATUS) pipeline_.drain_float();
  pipeline_.issue_control(d);
  if (*register_name(number) == '\0') {
    misuse(core::Misuse::Reserved,
           "MOVTS to special register " + std::to_string(number >> 6) + "." + std::to_string(number & 63u) + ", which does not exist");
  }
  write_register(register_offset(number), value, now());
  return true;
}

bool Core::move_from_special(const Decoded& d) {
  const SpecialRegister number = d.insn.special;
  const bool mesh_timer = (number == special::CTIMER0 || number == special::CTIMER1) && counts_mesh();
  if ((is_shared(number) || mesh_timer) && turn(pipeline_.earliest(d)) == kNever) return false;
  if (number == special::STATUS) pipeline_.drain_float();
  pipeline_.issue_movfs(d);
  if (*register_name(number) == '\0') {
    misuse(core::Misuse::Reserved, "MOVFS from special register " + std::to_string(number >> 6) + "." + std::to_string(number & 63u) +
                                       ", which does not exist: reads 0");
  }
  state_.r[d.insn.rd] = number == special::PC ? state_.next_pc : read_register(register_offset(number));
  return true;
}

/// What the architecture asks of the body of a hardware loop; what happens otherwise is not documented, here it loops all the same.
void Core::check_loop(Address start, Address last) {
  constexpr std::uint32_t kShortest = 8 * 4;  // bytes of body
  checked_loop_ = {start, last};
  std::string broken;
  if ((start & 7u) != 0) broken += ", LS is not 8-byte aligned";
  if (((last - 4) & 7u) != 0) broken += ", the next-to-last instruction is not 8-byte aligned";
  if (last < start || last + 4 - start < kShortest) broken += ", the body has less than 8 instructions";
  for (Address pc = start; pc <= last && last - start < local_.bytes(); pc += length_in_bytes(peek_code(pc))) {
    if (length_in_bytes(peek_code(pc)) == 4) continue;
    broken += ", the instruction at " + core::hex(pc) + " has 16 bits";
    break;
  }
  if (!broken.empty()) {
    misuse(core::Misuse::Loop, last,
           "hardware loop from " + core::hex(start) + " to " + core::hex(last) + " breaks the rules: " + broken.substr(2));
  }
}

void Core::hardware_loop(Address pc, Address sequential) {
  std::uint32_t& passes = special_[special::LC];
  const Address start = special_[special::LS];
  if (state_.pc != sequential) {
    misuse(core::Misuse::Loop, pc, "the last instruction of a hardware loop branches: the loop counter is left alone");
    return;
  }
  if (checked_loop_ != std::pair(start, pc)) check_loop(start, pc);
  if ((state_.status & status::kGid) == 0) misuse(core::Misuse::Loop, pc, "hardware loop with interrupts enabled");
  --passes;
  if (passes != 0) state_.pc = start & ~1u;
  refresh_loop();
}

}  // namespace epysim::epiphany
