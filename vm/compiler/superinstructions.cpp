#include "vm/compiler/superinstructions.h"

#include <algorithm>

namespace epysim::compiler {

namespace {

constexpr int kPairSlots = 16;
constexpr size_t kReach = 255;  // bytes that FOR_RANGE_STORE can go back
constexpr size_t kLongest = 6;  // bytes of the longest instruction, prefix and far jump included
constexpr int kNoSlot = -1;

class Combiner {
 public:
  Combiner(Function& f, const std::function<int(const Instruction&)>& local_slot) : code_(f.code), local_slot_(local_slot) {}

  void run() {
    dropped_.assign(code_.size(), false);
    for (size_t i = 0; i < code_.size(); ++i) {
      if (code_[i].is_label) continue;
      index_of_locals(i);
    }
    sweep();
    for (size_t i = 0; i + 1 < code_.size(); ++i) accumulate(i);
    sweep();
    for (size_t i = 0; i < code_.size(); ++i) counted_loop(i);
    sweep();
  }

 private:
  // The slot of a plain load or store, kNoSlot for anything else.
  int slot_of(size_t i, Op op) const {
    const Instruction& instruction = code_[i];
    if (instruction.is_label || instruction.op != op || instruction.checked) return kNoSlot;
    return local_slot_(instruction);
  }

  void index_of_locals(size_t i) {
    const Op op = code_[i].op;
    if ((op != Op::INDEX && op != Op::STORE_INDEX) || i < 2) return;
    const int list = slot_of(i - 2, Op::LOAD);
    const int index = slot_of(i - 1, Op::LOAD);
    if (list == kNoSlot || index == kNoSlot || list >= kPairSlots || index >= kPairSlots) return;
    code_[i].op = op == Op::INDEX ? Op::INDEX_LOCALS : Op::STORE_INDEX_LOCALS;
    code_[i].value = list | index << 4;
    dropped_[i - 2] = dropped_[i - 1] = true;
  }

  static Op into_variable(Op op) {
    switch (op) {
      case Op::ADD:
        return Op::ADD_TO;
      case Op::SUB:
        return Op::SUB_FROM;
      case Op::MUL:
        return Op::MUL_BY;
      default:
        return Op::STOP;
    }
  }

  // What may stand in the expression: it pushes and pops, and changes no variable.
  static bool only_computes(const Instruction& i) {
    return !i.is_label && i.label < 0 && i.op != Op::STORE && i.op != Op::INCREMENT && i.op != Op::ADD_TO && i.op != Op::SUB_FROM &&
           i.op != Op::MUL_BY && i.op != Op::DUP && i.op != Op::DUP2 && i.op != Op::ROT3;
  }

  void accumulate(size_t at) {
    const Op op = code_[at].is_label ? Op::STOP : into_variable(code_[at].op);
    if (op == Op::STOP) return;
    const int slot = slot_of(at + 1, Op::STORE);
    if (slot == kNoSlot) return;
    // Back to where the right operand begins.
    int wanted = 1;
    size_t i = at;
    while (wanted > 0) {
      do {
        if (i-- == 0) return;
      } while (dropped_[i]);
      if (!only_computes(code_[i])) return;
      const StackEffect effect = stack_effect(code_[i].op, code_[i].operands());
      wanted += effect.pops - effect.pushes;
    }
    do {
      if (i-- == 0) return;
    } while (dropped_[i]);
    if (wanted < 0 || slot_of(i, Op::LOAD) != slot) return;
    code_[at].op = op;
    code_[at].variable = code_[at + 1].variable;
    code_[at].hidden = code_[at + 1].hidden;
    dropped_[i] = dropped_[at + 1] = true;
  }

  void counted_loop(size_t at) {
    if (code_[at].is_label || code_[at].op != Op::FOR_RANGE) return;
    const int label = code_[at].label;
    const auto uses = std::count_if(code_.begin(), code_.end(), [label](const Instruction& i) { return !i.is_label && i.label == label; });
    const auto place = std::find_if(code_.begin(), code_.end(), [label](const Instruction& i) { return i.is_label && i.label == label; });
    const auto top = static_cast<size_t>(place - code_.begin());
    if (uses != 1 || top == 0 || top + 1 >= at || code_[top - 1].is_label || code_[top - 1].op != Op::JUMP) return;
    const int slot = slot_of(top + 1, Op::STORE);
    if (slot == kNoSlot || (at - top) * kLongest > kReach) return;
    code_[at].op = Op::FOR_RANGE_STORE;
    code_[at].value = slot;
    dropped_[top + 1] = true;
  }

  void sweep() {
    size_t kept = 0;
    for (size_t i = 0; i < code_.size(); ++i) {
      if (dropped_[i]) continue;
      if (kept != i) code_[kept] = std::move(code_[i]);
      ++kept;
    }
    code_.resize(kept);
    dropped_.assign(kept, false);
  }

  std::vector<Instruction>& code_;
  const std::function<int(const Instruction&)>& local_slot_;
  std::vector<bool> dropped_;
};

}  // namespace

void combine(Function& f, const std::function<int(const Instruction&)>& local_slot) { Combiner(f, local_slot).run(); }

}  // namespace epysim::compiler
