// Forms a block: which instructions it has, and when they issue. The timing is the pipeline's own: the instructions are issued to one that
// has the block's beginnings on its way, and the block remembers what came out.

#include "sim/microblaze/core.h"
#include "sim/microblaze/fast_engine.h"

namespace epysim::microblaze {
namespace {

Do plus(Do first, unsigned n) { return static_cast<Do>(static_cast<unsigned>(first) + n); }

/// Whether a block knows what it does and when: what nobody else can notice, as long as it goes to plain local memory. Rare forms are left
/// out.
bool is_foreseeable(const Decoded& d, const Instruction& insn) {
  switch (d.kind) {
    case Kind::Compute:
    case Kind::Divide:
    case Kind::Float:
    case Kind::Prefix:
      return true;
    case Kind::Load:
    case Kind::Store:
      return !insn.exclusive && !insn.reversed;
    case Kind::Branch:
      if (insn.immediate && (insn.imm & 3) != 0) return false;
      return insn.action == Action::Br || insn.action == Action::Rtsd || (insn.action == Action::Bcc && insn.immediate);
    default:
      return false;
  }
}

Do step_of(const Instruction& insn, Kind kind, bool big_endian) {
  const unsigned immediate = insn.immediate ? 1 : 0;
  const unsigned access = 2u * (insn.size + (big_endian ? 3u : 0)) + immediate;
  switch (kind) {
    case Kind::Compute:
      return plus(Do::Add, 2u * (static_cast<unsigned>(insn.action) - static_cast<unsigned>(Action::Add)) + immediate);
    case Kind::Divide:
    case Kind::Float:
      return plus(Do::Idiv, static_cast<unsigned>(insn.action) - static_cast<unsigned>(Action::Idiv));
    case Kind::Load:
      return plus(Do::Load0false, access);
    case Kind::Store:
      return plus(Do::Store0false, access);
    case Kind::Branch:
      if (insn.action == Action::Bcc) return plus(Do::If0, 2u * insn.condition + (insn.delay_slot ? 1 : 0));
      if (insn.immediate && insn.action == Action::Br) return !insn.delay_slot ? Do::Jump : insn.link ? Do::SlotLink : Do::Slot;
      return !insn.delay_slot ? Do::JumpTo : insn.link ? Do::SlotToLink : Do::SlotTo;
    default:
      return Do::Nop;
  }
}

}  // namespace

void FastEngine::build(Core& core, Block& block) {
  block.steps.clear();
  block.landings.clear();
  block.exits.clear();
  block.exits.reserve(Block::kMost + 2);  // steps point to them
  Pipeline pipeline = core.pipeline_.starting_with(block.key.flight);
  Address pc = block.pc;
  Landing before;  // what the next step finds, but for its timing
  before.in_slot = block.key.in_slot;
  // What follows the delay slot that the next step is in, if that ends the block.
  Do behind_slot = block.key.in_slot ? Do::JumpToBtr : Do::Nop;
  Address target = 0;

  const auto add = [&](Do what, Step step) -> Step& {
    step.go = handler(what);
    step.pc = pc;
    before.cycles = static_cast<std::uint32_t>(pipeline.now());
    before.flight = pipeline.flight();
    before.tally = pipeline.tally();
    block.landings.push_back(before);
    return block.steps.emplace_back(step);
  };
  const auto leads_to = [&block](Step& step, Address to, const Pipeline& then, bool into_slot) -> Exit& {
    Exit& exit = block.exits.emplace_back();
    exit.target = to;
    exit.cycles = static_cast<std::uint32_t>(then.now());
    exit.tally = then.tally();
    exit.key = {then.flight(), into_slot};
    step.exit = &exit;
    return exit;
  };

  for (std::size_t count = 0;; ++count) {
    if (count >= Block::kMost && !before.in_slot && !before.prefixed) {
      leads_to(add(Do::Jump, {}), pc, pipeline, false);
      break;
    }
    Decoded& d = core.decoded_[pc];
    if (d.empty()) core.decode_into(d, pc);
    const Instruction insn = before.prefixed ? with_prefix(d.insn, before.prefix) : d.insn;
    if (d.observed || !is_foreseeable(d, insn) || (before.in_slot && (d.kind == Kind::Branch || d.kind == Kind::Prefix))) {
      add(Do::Leave, {});
      break;
    }
    Step step;
    step.imm = insn.imm;
    step.rd = insn.rd;
    step.ra = insn.ra;
    step.rb = insn.rb;
    step.condition = insn.condition;
    step.width = insn.width;
    if (d.kind != Kind::Branch) {
      const bool was_slot = before.in_slot;
      add(step_of(insn, d.kind, core.options_.big_endian), step);
      pipeline.issue(insn);
      if (d.kind == Kind::Load || d.kind == Kind::Store) pipeline.local_access();
      before.in_slot = false;
      before.prefixed = d.kind == Kind::Prefix;
      before.prefix = static_cast<std::uint16_t>(insn.raw);
      pc += 4;
      if (!was_slot || behind_slot == Do::Nop) continue;
      Step& jump = add(behind_slot, {});
      leads_to(jump, target, pipeline, false);
      block.landings.back().cycles = block.landings[block.landings.size() - 2].cycles;  // no instruction: nobody stops before it
      break;
    }

    const bool relative = insn.action == Action::Bcc || (insn.action == Action::Br && !insn.absolute);
    const Address number = (relative ? pc : 0) + (insn.immediate ? static_cast<std::uint32_t>(insn.imm) : 0);
    step.imm = static_cast<std::int32_t>(number);
    if (insn.action == Action::Br) step.ra = insn.rb;  // of those to a register
    Step& branch = add(step_of(insn, d.kind, false), step);
    pipeline.issue(insn);
    Pipeline taken = pipeline;
    taken.taken(insn);
    before.prefixed = false;
    before.in_slot = insn.delay_slot;
    pc += 4;
    if (insn.action == Action::Bcc) {
      behind_slot = Do::Nop;
      Exit& exit = leads_to(branch, insn.delay_slot ? pc : number, taken, insn.delay_slot);
      exit.btr = number;
      branch.imm = static_cast<std::int32_t>(pc + 4);
      continue;
    }
    if (!insn.delay_slot) {
      leads_to(branch, number, taken, false);
      break;
    }
    pipeline = taken;
    behind_slot = insn.immediate && insn.action == Action::Br ? Do::Jump : Do::JumpToBtr;
    target = number;
  }
  block.bytes = std::max(pc - block.pc, Address{4});

  // From every way out, how far it is to the next.
  std::uint32_t run = block.landings.back().cycles;
  for (std::size_t i = block.steps.size(); i-- > 0;) {
    if (Exit* const exit = block.steps[i].exit) {
      exit->next_run = run;
      run = block.landings[i].cycles;
    }
    block.landings[i].run = run;
  }
  block.first_run = run;
  ++block.version;
  block.live = true;
}

}  // namespace epysim::microblaze
