// Forms a block: which instructions it has, when they issue, which of them need to set flags, and what has to be checked on the way.
//
// The timing is the pipeline's own: the instructions are issued to one that has the block's beginnings on its way, and the block remembers
// what came out.

#include <algorithm>
#include <optional>

#include "sim/epiphany/banks.h"
#include "sim/epiphany/code.h"
#include "sim/epiphany/core.h"
#include "sim/epiphany/fast_engine.h"
#include "sim/epiphany/registers.h"

namespace epysim::epiphany {
namespace {

bool is_condition(Kind kind) { return kind == Kind::Condition || kind == Kind::BranchOnFloatFlags; }
bool always(const Decoded& d) { return d.kind == Kind::Condition && d.insn.condition >= 14; }
bool is_memory(Kind kind) { return is_load(kind) || is_store(kind); }
bool is_branch(Kind kind) { return is_condition(kind) || kind == Kind::Branch; }
bool ends_block(const Decoded& d) { return d.kind == Kind::Branch || always(d); }

/// The system instructions of which a block knows what they do and when: what nobody else can notice, and reads no clock.
bool is_foreseeable(const Instruction& insn) {
  switch (insn.action) {
    case Action::Gie:
    case Action::Gid:
      return true;
    case Action::Movfs:
      return !is_shared(insn.special) && insn.special != special::CTIMER0 && insn.special != special::CTIMER1 &&
             *register_name(insn.special) != '\0';
    case Action::Movts:
      return insn.special == special::CONFIG || insn.special == special::STATUS || insn.special == special::LC ||
             insn.special == special::LS || insn.special == special::LE;
    default:
      return false;
  }
}

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
    case Kind::Nop:
      return Do::Nop;
    case Kind::Condition:
    case Kind::BranchOnFloatFlags:
      return always(d) ? Do::Always : plus(Do::Condition0, d.insn.condition);
    case Kind::Branch:
      return d.insn.action == Action::BranchLink ? Do::BranchLink : d.insn.action == Action::Jump ? Do::Jump : Do::JumpLink;
    case Kind::System:
      break;
    default:
      switch (d.insn.action) {
        case Action::MovCond:
          return Do::MovCondition;
#define X(action, function) \
  case Action::action:      \
    return Do::action;
          EPIPHANY_FLOAT_ACTIONS(X)
#undef X
        default:
          return Do::Call;
      }
  }
  const SpecialRegister number = d.insn.special;
  switch (d.insn.action) {
    case Action::Gid:
      return Do::Gid;
    case Action::Gie:
      return Do::Gie;
    case Action::Movfs:
      return number == special::CONFIG   ? Do::MovfsConfig
             : number == special::STATUS ? Do::MovfsStatus
             : number == special::PC     ? Do::MovImmediate
                                         : Do::Movfs;
    default:
      return number == special::CONFIG ? Do::MovtsConfig : number == special::STATUS ? Do::MovtsStatus : Do::MovtsLoop;
  }
}

/// The fetch line that instructions are taken from, and what was loaded or stored since it is the present one.
struct Line {
  Cycle since = 0;
  unsigned accesses = 0;
  bool began_before = false;  // the block

  void begin(Cycle now) { *this = {now, 0, false}; }
  void note(const Decoded& d) {
    if (is_memory(d.kind)) ++accesses;
  }
};

/// Blocks are timed from here on: late enough for what was on its way before.
constexpr Cycle kOrigin = 64;

void issue(Pipeline& pipeline, const Decoded& d) {
  if (d.kind != Kind::System) return pipeline.issue(d);
  const bool read = d.insn.action == Action::Movfs;
  const bool write = d.insn.action == Action::Movts;
  if (((read || write) && d.insn.special == special::STATUS) || (write && d.insn.special == special::CONFIG)) pipeline.drain_float();
  if (read) {
    pipeline.issue_movfs(d);
  } else {
    pipeline.issue_control(d);
  }
}

Line begin(Pipeline& pipeline, const Block& block) {
  pipeline.set_truncate((block.key.modes & config::kTruncate) != 0);
  pipeline.restore(block.key.flight, kOrigin);
  if (block.key.entry == BlockKey::Entry::Late) pipeline.charge(core::Cause::FetchStall, 1);
  if (block.key.entry == BlockKey::Entry::Straddles) pipeline.charge(core::Cause::Branch, penalty::kStraddle);
  return {pipeline.now(), 0, block.key.entry == BlockKey::Entry::Continues};
}

}  // namespace

const void* FastEngine::loud(const Decoded& d) { return handler(step_of(d, false)); }

Landing& FastEngine::make_landing(Block& block, std::size_t step) {
  Pipeline pipeline;
  Line line = begin(pipeline, block);
  for (Decoded* d = block.code; d != block.steps[step].at; d = behind(d)) {
    if (d->new_line && d != block.code) line.begin(pipeline.now());
    issue(pipeline, *d);
    line.note(*d);
  }
  Landing& landing = *(block.landings[step] = std::make_unique<Landing>());
  pipeline.capture(landing.flight);
  landing.tally = pipeline.tally();
  landing.cycles = static_cast<std::uint32_t>(pipeline.now() - kOrigin);
  landing.line = static_cast<std::uint32_t>(line.since - kOrigin);
  landing.accesses = static_cast<std::uint8_t>(std::min<std::size_t>(line.accesses, Block::kLineAccesses));
  landing.line_began_before = line.began_before;
  return landing;
}

bool FastEngine::build(Core& core, Block& block, Address pc, const Code& code) {
  // Which instructions.
  CommonCode* const common = pc < core.local_.bytes() ? core.common_ : nullptr;
  std::vector<Decoded*> instructions;
  block.pc = pc;
  Do last = Do::GoOn;
  for (Decoded* d = code.at(pc); instructions.size() < Block::kMost && core.banks_.same_bank(pc, block.pc);) {
    const bool fresh = d->kind == Kind::Empty;
    if (fresh) core.decode_into(*d, pc);
    if (common != nullptr && d->kind != Kind::End &&
        !(fresh ? common->note(core.local_, pc, d->length()) : core.takes_over(pc, d->length()))) {
      if (fresh) d->drop();
      return false;
    }
    const bool ends_loop = pc == block.key.loop_end;
    const Address next = pc + d->insn.bytes;
    if (d->kind == Kind::End || d->observed ||
        (d->kind == Kind::System && (!is_foreseeable(d->insn) || ends_loop || core.idle_follows(d->insn, pc, next))) ||
        (ends_loop && is_branch(d->kind))) {
      last = Do::Leave;
      break;
    }
    instructions.push_back(d);
    d = behind(d);
    pc = next;
    if (ends_loop) last = Do::LoopEnd;
    if (ends_loop || ends_block(*instructions.back())) break;
  }
  block.code = code.at(block.pc);
  block.bytes = instructions.empty() ? 2 : pc - block.pc;
  if (common != nullptr && !instructions.empty() && instructions.back()->insn.action == Action::Gie) {
    if (!common->note(core.local_, pc, 2)) return false;  // no IDLE follows
    block.bytes += 2;
  }

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
  block.exits.reserve(instructions.size());  // steps point to them
  block.steps.clear();
  block.timing.clear();
  Pipeline pipeline;
  Line line = begin(pipeline, block);
  std::uint8_t heard = 0;
  const auto add = [&block, &heard](const Step& step, Cycle at, Cycle wait = 0) {
    block.steps.push_back(step);
    block.timing.push_back({static_cast<std::uint16_t>(at - kOrigin), 0, static_cast<std::uint16_t>(block.pc_of(step.at) - block.pc),
                            static_cast<std::uint8_t>(wait), heard});
  };
  const auto only = [](Do what, Decoded* at) {
    Step step;
    step.go = handler(what);
    step.at = at;
    return step;
  };
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    Decoded& d = *instructions[i];
    const bool first = i == 0;
    // The first instruction's wait for its line is no reason not to execute it.
    const Cycle at = first && block.key.entry == BlockKey::Entry::Late ? kOrigin : pipeline.now();
    if (d.new_line && !first) {
      const Cycle passed = pipeline.now() - line.since;
      // What was before the block may have joined an instruction of the cycle before.
      if (line.accesses + (line.began_before ? 1 : 0) >= passed && (line.accesses != 0 || line.began_before)) {
        const bool full = !line.began_before && line.accesses == passed;
        Step check = only(full ? Do::CheckFullLine : Do::CheckLine, &d);
        check.imm = static_cast<std::int32_t>(line.accesses);
        check.which = static_cast<std::uint8_t>(passed);
        check.rd = line.began_before ? 1 : 0;
        add(check, at);
      }
      line.begin(pipeline.now());
    }
    const bool ends_loop = last == Do::LoopEnd && i + 1 == instructions.size();
    if (ends_loop) add(only(Do::LoopLast, &d), at);

    Step step = only(step_of(d, quiet[i]), &d);
    if (d.kind == Kind::Float && (block.key.modes & kRaises) != 0) step.go = handler(Do::CallChecked);
    const Address where = block.pc_of(&d);
    step.imm = d.insn.imm;
    step.rd = d.insn.rd;
    step.rn = d.insn.rn;
    step.rm = d.insn.action == Action::MovCond ? d.insn.condition : d.insn.rm;
    step.which = static_cast<std::uint8_t>(std::min<std::size_t>(line.accesses, Block::kLineAccesses - 1));
    if (d.kind == Kind::System) {
      step.imm = static_cast<std::int32_t>(d.insn.special == special::PC ? where + d.insn.bytes : register_offset(d.insn.special));
      step.which = d.insn.special;
    }
    const Cycle wait = is_store(d.kind) ? pipeline.earliest(d) - pipeline.now() : 0;
    issue(pipeline, d);
    line.note(d);
    if (is_branch(d.kind)) {
      Pipeline taken = pipeline;
      taken.charge(core::Cause::Branch, penalty::kTaken);
      Exit& exit = block.exits.emplace_back();
      const Address after = where + d.insn.bytes;
      exit.target = d.insn.immediate ? where + static_cast<std::uint32_t>(d.insn.imm) : after;
      step.imm = static_cast<std::int32_t>(after);
      exit.cycles = static_cast<std::uint32_t>(taken.now() - kOrigin);
      exit.tally = taken.tally();
      step.exit = &exit;
    }
    add(step, at, wait);
    if (sets_flags(d.kind)) heard = static_cast<std::uint8_t>(quiet[i] ? block.steps.size() : 0);
    if (ends_loop) add(only(Do::LoopEnd, &d), at);
  }
  // Behind the last one; where a block ends by a branch or a loop, only leaving it looks at this.
  add(only(last == Do::GoOn ? Do::GoOn : Do::Leave, instructions.empty() ? block.code : behind(instructions.back())), pipeline.now());
  block.landings.clear();
  block.landings.resize(block.steps.size());

  // From every way out, how far it is to the next.
  std::uint16_t run = block.timing.back().at;
  for (std::size_t i = block.steps.size(); i-- > 0;) {
    if (Exit* const exit = block.steps[i].exit) {
      exit->next_run = run;
      run = block.timing[i].at;
    }
    block.timing[i].run = run;
  }
  block.first_run = run;
  block.not_before.clear();
  for (std::size_t i = 0; i < block.steps.size(); ++i) {
    while (block.not_before.size() <= block.timing[i].at) block.not_before.push_back(static_cast<std::uint8_t>(i));
  }
  ++block.version;
  return true;
}

}  // namespace epysim::epiphany
