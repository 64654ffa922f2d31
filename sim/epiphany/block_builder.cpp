// Forms a block: which instructions it has, when they issue, which of them need to set flags, and what has to be checked on the way.
//
// The timing is the pipeline's own: the instructions are issued to one that has nothing on its way, and the block remembers what came out.

#include <algorithm>
#include <optional>

#include "sim/epiphany/banks.h"
#include "sim/epiphany/code.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/fast_engine.h"

namespace epysim::epiphany {
namespace {

bool sets_flags(Kind kind) { return kind >= Kind::Add && kind <= Kind::LslImmediate; }
bool is_condition(Kind kind) { return kind == Kind::Condition || kind == Kind::BranchOnFloatFlags; }
bool always(const Decoded& d) { return d.kind == Kind::Condition && d.insn.condition >= 14; }
bool is_memory(Kind kind) { return is_load(kind) || is_store(kind); }
bool is_branch(Kind kind) { return is_condition(kind) || kind == Kind::Branch; }
bool ends_block(const Decoded& d) { return d.kind == Kind::Branch || always(d); }

Do plus(Do first, unsigned n) { return static_cast<Do>(static_cast<unsigned>(first) + n); }

Do step_of(const Decoded& d, bool quiet) {
  constexpr unsigned kQuiet = static_cast<unsigned>(Do::AddQuiet) - static_cast<unsigned>(Do::Add);
  if (sets_flags(d.kind)) {
    return plus(Do::Add, static_cast<unsigned>(d.kind) - static_cast<unsigned>(Kind::Add) + (quiet ? kQuiet : 0));
  }
  if (is_memory(d.kind)) {
    const bool displacement = d.insn.addressing == Addressing::Displacement;
    const bool indexed = d.insn.addressing == Addressing::Index && !d.insn.immediate && !d.insn.subtract;
    const unsigned mode = displacement ? 0 : indexed ? 1 : 2;
    return plus(is_load(d.kind) ? Do::Load0 : Do::Store0, 3u * d.insn.size + mode);
  }
  switch (d.kind) {
    case Kind::Mov:
      return Do::Mov;
    case Kind::MovImmediate:
      return Do::MovImmediate;
    case Kind::Movt:
      return Do::Movt;
    case Kind::Condition:
    case Kind::BranchOnFloatFlags:
      return always(d) ? Do::Always : plus(Do::Condition0, d.insn.condition);
    case Kind::Branch:
      return d.insn.action == Action::BranchLink ? Do::BranchLink : d.insn.action == Action::Jump ? Do::Jump : Do::JumpLink;
    default:
      return Do::Call;
  }
}

/// The fetch line that instructions are taken from, and what was loaded or stored since it is the present one.
struct Line {
  Cycle since = 0;
  unsigned accesses = 0;

  void begin(Cycle now) { *this = {now, 0}; }
  void note(const Decoded& d) {
    if (is_memory(d.kind)) ++accesses;
  }
};

/// Issues the block's instructions before `end`, from `start` on.
Line issue(Pipeline& pipeline, const Block& block, const Decoded* end, Cycle start) {
  Line line;
  if (block.before != nullptr) {
    issue(pipeline, *block.before, block.code, start);
    pipeline.charge(core::Cause::FetchStall, 1);
  } else {
    pipeline.restart(start);
    if (block.straddles) pipeline.charge(core::Cause::Branch, penalty::kStraddle);
  }
  line.begin(pipeline.now());
  for (Decoded* d = block.code; d != end; d = behind(d)) {
    if (d->new_line) line.begin(pipeline.now());
    pipeline.issue(*d);
    line.note(*d);
  }
  return line;
}

}  // namespace

void FastEngine::replay(Core& core, const Block& block, const Decoded* end, Cycle start) {
  const Line line = issue(core.pipeline_, block, end, start);
  const auto* const touched = core.touched_.data();
  const auto in_bank = std::count_if(touched, touched + line.accesses, [&](Address a) { return core.banks_.same_bank(a, block.pc); });
  core.banks_.continue_line(block.pc, line.since, static_cast<Cycle>(in_bank));
}

void FastEngine::build(Core& core, Block& block, const Code& code) {
  // Which instructions.
  std::vector<Decoded*> instructions;
  Address pc = block.pc;
  for (Decoded* d = code.at(pc); instructions.size() < Block::kMost && core.banks_.same_bank(pc, block.pc);) {
    if (d->kind == Kind::Empty) core.decode_into(*d, pc);
    if (d->kind == Kind::System || d->kind == Kind::End) break;
    instructions.push_back(d);
    if (ends_block(*d)) break;
    d = behind(d);
    pc = code.pc_of(d);
  }
  block.code = code.at(block.pc);
  block.straddles = block.before == nullptr && !instructions.empty() && (block.pc & 7u) == 6 && instructions.front()->insn.bytes == 4;
  const Decoded* const last = instructions.empty() ? nullptr : instructions.back();
  block.bytes = last == nullptr ? 2 : code.pc_of(last) + last->insn.bytes - block.pc;

  // Whose flags are set again before anybody looks: from here to there nothing but integer instructions that do not read them.
  std::vector<bool> quiet(instructions.size());
  bool seen = true;
  for (std::size_t i = instructions.size(); i-- > 0;) {
    const Kind kind = instructions[i]->kind;
    if (sets_flags(kind)) {
      quiet[i] = !seen;
      seen = false;
    } else if (kind != Kind::Mov && kind != Kind::MovImmediate && kind != Kind::Movt && kind != Kind::Nop) {
      seen = true;
    }
  }

  // Their timing, and the steps.
  block.exits.clear();
  block.exits.reserve(2 * instructions.size());  // steps point to them
  block.late.clear();
  block.steps.clear();
  Pipeline pipeline;
  pipeline.set_truncate((core.state_.config & config::kTruncate) != 0);
  Line line = issue(pipeline, block, block.code, 0);
  std::uint32_t* run = &block.first_run;
  *run = 0;
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    Decoded& d = *instructions[i];
    *run = i == 0 && block.before != nullptr ? static_cast<std::uint32_t>(pipeline.now()) - 1 : static_cast<std::uint32_t>(pipeline.now());
    if (d.new_line) {
      const Cycle passed = pipeline.now() - line.since;
      if (line.accesses != 0 && line.accesses >= passed) {
        Step check;
        check.go = handler(Do::CheckLine);
        check.at = &d;
        check.imm = static_cast<std::int32_t>(line.accesses);
        check.which = static_cast<std::uint8_t>(passed);
        check.exit = &block.exits.emplace_back();
        check.exit->target = code.pc_of(&d);
        block.steps.push_back(check);
      }
      line.begin(pipeline.now());
    }
    pipeline.issue(d);
    if (d.kind == Kind::Nop) continue;

    Step step;
    step.go = handler(step_of(d, quiet[i]));
    step.at = &d;
    step.imm = d.insn.imm;
    step.rd = d.insn.rd;
    step.rn = d.insn.rn;
    step.rm = d.insn.rm;
    step.which = static_cast<std::uint8_t>(std::min<std::size_t>(line.accesses, Block::kLineAccesses - 1));
    line.note(d);
    if (is_branch(d.kind)) {
      Pipeline taken = pipeline;
      taken.charge(core::Cause::Branch, penalty::kTaken);
      Exit& exit = block.exits.emplace_back();
      const Address after = code.pc_of(&d) + d.insn.bytes;
      exit.target = d.insn.immediate ? code.pc_of(&d) + static_cast<std::uint32_t>(d.insn.imm) : after;
      step.imm = static_cast<std::int32_t>(after);
      exit.cycles = static_cast<std::uint32_t>(taken.now());
      exit.tally = taken.tally();
      step.exit = &exit;
      run = &exit.next_run;
    }
    block.steps.push_back(step);
  }
  Step leave;
  leave.go = handler(Do::Leave);
  leave.at = instructions.empty() ? block.code : behind(instructions.back());
  block.steps.push_back(leave);
  block.live = true;
}

}  // namespace epysim::epiphany
