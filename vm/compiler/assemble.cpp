// The assembler.

#include "vm/compiler/assemble.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "vm/compiler/compile_error.h"
#include "vm/compiler/opcodes.h"
#include "vm/compiler/superinstructions.h"
#include "vm/format/image.h"

namespace epysim::compiler {

namespace {

constexpr size_t kMaximumSlots = 255;
constexpr size_t kMaximumOperands = 255;
constexpr size_t kMaximumCount = 255;
constexpr size_t kPromoted = 200;  // variables of the top level that live in its frame; more become globals
constexpr size_t kMaximumBytes = 65535;
constexpr uint32_t kMaximumLine = 1000000;

constexpr Op offset_op(Op first, int n) { return static_cast<Op>(static_cast<uint8_t>(first) + n); }

bool is_jump(const Instruction& i) { return !i.is_label && i.label >= 0; }

Op far_form(Op op) {
  switch (op) {
    case Op::JUMP:
      return Op::JUMP_FAR;
    case Op::JUMP_IF:
      return Op::JUMP_IF_FAR;
    case Op::JUMP_UNLESS:
      return Op::JUMP_UNLESS_FAR;
    case Op::AND:
      return Op::AND_FAR;
    case Op::OR:
      return Op::OR_FAR;
    default:
      return op;
  }
}

// The comparison of a fused jump; STOP for the others.
Op compare_form(Op op) {
  switch (op) {
    case Op::JUMP_UNLESS_LT:
      return Op::LT;
    case Op::JUMP_UNLESS_LE:
      return Op::LE;
    case Op::JUMP_UNLESS_GT:
      return Op::GT;
    case Op::JUMP_UNLESS_GE:
      return Op::GE;
    case Op::JUMP_UNLESS_EQ:
      return Op::EQ;
    case Op::JUMP_UNLESS_NE:
      return Op::NE;
    default:
      return Op::STOP;
  }
}

bool needs_far(Op op) { return op == Op::FOR_RANGE || op == Op::FOR_LIST; }

class Assembler {
 public:
  explicit Assembler(Program& program) : program_(program) {}

  Image run() {
    find_reachable();
    for (Function* f : functions_) tidy(*f);
    place_globals();
    for (Function* f : functions_) place_slots(*f);
    for (Function* f : functions_) combine(*f, [&](const Instruction& i) { return local_slot(*f, i); });
    for (Function* f : functions_) encode(*f);
    build_resident();
    describe();
    return std::move(image_);
  }

 private:
  struct Table {
    uint32_t code;
    size_t parameters, required, slots, operands;
  };

  // An instruction's bytes, but for the distance of a jump.
  struct Piece {
    const Instruction* instruction = nullptr;
    std::vector<uint8_t> bytes;
    int label = -1;
    bool is_label = false;
    bool far = false;
    uint32_t offset = 0;

    unsigned size() const {
      if (is_label) return 0;
      if (label < 0) return static_cast<unsigned>(bytes.size());
      const bool fused = compare_form(instruction->op) != Op::STOP;
      return static_cast<unsigned>(bytes.size()) + (far ? (fused ? 3u : 2u) : 1u);
    }
  };

  [[noreturn]] void fail(Position at, const std::string& message, const std::string& hint = {}) const {
    throw CompileError(program_.lines, at, message, hint);
  }
  static Position position_of(const Function& f) { return f.tree ? f.tree->position : Position{0, 1}; }

  // -- what is needed
  void add_function(Function* f) {
    if (index_.count(f) != 0) return;
    index_[f] = static_cast<uint32_t>(functions_.size());
    functions_.push_back(f);
  }

  void find_reachable() {
    add_function(program_.functions.front().get());
    for (const auto& f : program_.functions) {
      if (f->exported) add_function(f.get());
    }
    for (size_t i = 0; i < functions_.size(); ++i) {
      for (const Instruction& instruction : functions_[i]->code) {
        if (instruction.function != nullptr) add_function(instruction.function);
      }
    }
  }

  // Where labels stand, and what a jump to one really meets.
  class Labels {
   public:
    explicit Labels(const Function& f) : code_(f.code), at_(static_cast<size_t>(f.labels), 0) {
      for (size_t i = 0; i < code_.size(); ++i) {
        if (code_[i].is_label) at_[static_cast<size_t>(code_[i].label)] = i;
      }
    }
    size_t behind(size_t i) const {
      while (i < code_.size() && code_[i].is_label) ++i;
      return i;
    }
    size_t target(const Instruction& jump) const { return behind(at_[static_cast<size_t>(jump.label)]); }
    bool meets(const Instruction& jump, Op op) const { return target(jump) < code_.size() && code_[target(jump)].op == op; }

   private:
    const std::vector<Instruction>& code_;
    std::vector<size_t> at_;
  };

  // Jumps to jumps go on to where those lead, jumps to what comes next anyway vanish, jumps to a return return.
  static void tidy(Function& f) {
    std::vector<Instruction>& code = f.code;
    {
      const Labels labels(f);
      for (Instruction& i : code) {
        for (size_t hops = 0; is_jump(i) && labels.meets(i, Op::JUMP) && hops < code.size(); ++hops) i.label = code[labels.target(i)].label;
      }
    }
    sweep(f);
    const Labels labels(f);
    std::vector<bool> dropped(code.size(), false);
    for (size_t i = 0; i < code.size(); ++i) {
      if (!is_jump(code[i]) || code[i].op != Op::JUMP) continue;
      dropped[i] = labels.behind(i + 1) == labels.target(code[i]);
      if (dropped[i] || !labels.meets(code[i], Op::RETURN_NONE)) continue;
      code[i].op = Op::RETURN_NONE;
      code[i].label = -1;
    }
    drop(code, dropped);
    sweep(f);
  }

  static void sweep(Function& f) {
    while (drop_unreached(f)) {
    }
  }

  static void drop(std::vector<Instruction>& code, const std::vector<bool>& dropped) {
    std::vector<Instruction> kept;
    for (size_t i = 0; i < code.size(); ++i) {
      if (!dropped[i]) kept.push_back(std::move(code[i]));
    }
    code = std::move(kept);
  }

  // Labels that nothing jumps to any more, and what stands between an unconditional jump and the next label.
  static bool drop_unreached(Function& f) {
    std::vector<bool> wanted(static_cast<size_t>(f.labels), false);
    for (const Instruction& i : f.code) {
      if (is_jump(i)) wanted[static_cast<size_t>(i.label)] = true;
    }
    std::vector<bool> dropped(f.code.size(), false);
    bool any = false;
    bool reached = true;
    for (size_t i = 0; i < f.code.size(); ++i) {
      const Instruction& instruction = f.code[i];
      if (instruction.is_label) {
        dropped[i] = !wanted[static_cast<size_t>(instruction.label)];
        reached = reached || !dropped[i];
      } else {
        dropped[i] = !reached;
        const Op op = instruction.op;
        if (op == Op::JUMP || op == Op::RETURN || op == Op::RETURN_NONE || op == Op::STOP) reached = false;
      }
      any = any || dropped[i];
    }
    if (any) drop(f.code, dropped);
    return any;
  }

  void place_globals() {
    std::vector<Variable*> order;
    const auto add = [&](Variable* v) {
      if (globals_.count(v) != 0) return;
      globals_[v] = static_cast<uint32_t>(order.size());
      order.push_back(v);
    };
    for (const auto& v : program_.variables) {
      if (v->resident) add(v.get());
    }
    for (size_t i = 1; i < functions_.size(); ++i) {
      for (const Instruction& instruction : functions_[i]->code) {
        if (instruction.variable != nullptr && instruction.variable->owner == nullptr) add(instruction.variable);
      }
    }
    // The rest of the module's variables live in the frame of the top level, as long as there is room.
    const std::vector<Variable*> mine = by_heat(*functions_.front());
    for (size_t i = kPromoted; i < mine.size(); ++i) add(mine[i]);
    for (const Variable* v : order) image_.globals.push_back(v->module->main ? v->name : v->module->name + "." + v->name);
  }

  // Named variables of a frame, the most used ones first; a use in a loop counts four times per loop around it.
  std::vector<Variable*> by_heat(const Function& f) const {
    std::map<Variable*, uint64_t> heat;
    std::vector<Variable*> order;
    for (const Instruction& i : f.code) {
      Variable* v = i.variable;
      if (v == nullptr || i.is_label || globals_.count(v) != 0) continue;
      if (std::find(f.parameters.begin(), f.parameters.end(), v) != f.parameters.end()) continue;
      if (heat.count(v) == 0) order.push_back(v);
      heat[v] += uint64_t{1} << (2 * std::min(i.loops, 8));
    }
    std::stable_sort(order.begin(), order.end(), [&](Variable* a, Variable* b) { return heat.at(a) > heat.at(b); });
    return order;
  }

  void place_slots(Function& f) {
    std::vector<Variable*> order = f.parameters;
    const std::vector<Variable*> locals = by_heat(f);
    order.insert(order.end(), locals.begin(), locals.end());
    for (size_t i = 0; i < order.size(); ++i) slots_[order[i]] = static_cast<uint32_t>(i);
    f.locals = locals;
    named_[&f] = order.size();
    const size_t total = order.size() + static_cast<size_t>(f.hidden_slots);
    if (total > kMaximumSlots) {
      fail(position_of(f), "'" + f.name + "' needs " + std::to_string(total) + " variables, more than 255",
           "use lists, or split the function");
    }
  }

  // The slot of an instruction's variable; -1 for a global, or none.
  int local_slot(const Function& f, const Instruction& i) const {
    if (i.hidden >= 0) return static_cast<int>(named_.at(&f)) + i.hidden;
    if (i.variable == nullptr || globals_.count(i.variable) != 0) return -1;
    return static_cast<int>(slots_.at(i.variable));
  }

  // -- pools
  uint32_t constant(uint32_t bits) {
    for (size_t i = 0; i < constants_.size(); ++i) {
      if (constants_[i] == bits) return static_cast<uint32_t>(i);
    }
    constants_.push_back(bits);
    return static_cast<uint32_t>(constants_.size() - 1);
  }

  uint32_t string(const std::string& text) {
    const auto [entry, added] = string_index_.try_emplace(text, static_cast<uint32_t>(strings_.size()));
    if (added) strings_.push_back(text);
    return entry->second;
  }

  // -- bytes
  void put_indexed(std::vector<uint8_t>& out, Op op, uint32_t index, Position at) const {
    if (index > 0xffff) fail(at, "the program has more than 65536 of one kind of entry", "split it into several programs");
    if (index > 0xff) {
      out.push_back(static_cast<uint8_t>(Op::WIDE));
      out.push_back(static_cast<uint8_t>(index >> 8));
    }
    out.push_back(static_cast<uint8_t>(op));
    out.push_back(static_cast<uint8_t>(index & 0xff));
  }

  uint8_t count(int32_t n, Position at) const {
    if (n < 0 || static_cast<size_t>(n) > kMaximumCount) fail(at, "more than 255 values in one call or list", "use a list and a loop");
    return static_cast<uint8_t>(n);
  }

  std::vector<uint8_t> bytes_of(const Function& f, const Instruction& i) {
    std::vector<uint8_t> out;
    const auto plain = [&](Op op) { out.push_back(static_cast<uint8_t>(op)); };
    const auto slot = [&] { return static_cast<uint32_t>(local_slot(f, i)); };
    const bool global = i.variable != nullptr && globals_.count(i.variable) != 0;
    switch (i.op) {
      case Op::LOAD:
        if (global) {
          put_indexed(out, Op::LOAD_GLOBAL, globals_.at(i.variable), i.position);
        } else if (i.checked) {
          put_indexed(out, Op::LOAD_CHECKED, slot(), i.position);
        } else if (slot() < 16) {
          plain(offset_op(Op::LOAD_0, static_cast<int>(slot())));
        } else {
          put_indexed(out, Op::LOAD, slot(), i.position);
        }
        break;
      case Op::STORE:
        if (global) {
          put_indexed(out, Op::STORE_GLOBAL, globals_.at(i.variable), i.position);
        } else if (slot() < 16) {
          plain(offset_op(Op::STORE_0, static_cast<int>(slot())));
        } else {
          put_indexed(out, Op::STORE, slot(), i.position);
        }
        break;
      case Op::INCREMENT:
        if (global) {
          put_indexed(out, Op::INCREMENT_GLOBAL, globals_.at(i.variable), i.position);
        } else {
          put_indexed(out, Op::INCREMENT, slot(), i.position);
        }
        out.push_back(static_cast<uint8_t>(i.value));
        break;
      case Op::INT:
        if (i.value >= -1 && i.value <= 14) {
          plain(offset_op(Op::SMALL_M1, i.value + 1));
        } else if (i.value >= -128 && i.value <= 127) {
          plain(Op::INT8);
          out.push_back(static_cast<uint8_t>(i.value));
        } else {
          put_indexed(out, Op::INT, constant(static_cast<uint32_t>(i.value)), i.position);
        }
        break;
      case Op::REAL:
        put_indexed(out, Op::REAL, constant(static_cast<uint32_t>(i.value)), i.position);
        break;
      case Op::STRING:
        put_indexed(out, Op::STRING, string(i.text), i.position);
        break;
      case Op::FUNCTION:
        put_indexed(out, Op::FUNCTION, index_.at(i.function), i.position);
        break;
      case Op::CALL:
        put_indexed(out, Op::CALL, index_.at(i.function), i.position);
        out.push_back(count(i.count, i.position));
        break;
      case Op::NATIVE:
        put_indexed(out, Op::NATIVE, static_cast<uint32_t>(i.value), i.position);
        break;
      case Op::NATIVE_N:
        put_indexed(out, Op::NATIVE_N, static_cast<uint32_t>(i.value), i.position);
        out.push_back(count(i.count, i.position));
        break;
      case Op::RANGE:
      case Op::ITER:
      case Op::FOR_RANGE:
      case Op::FOR_LIST:
      case Op::DEFAULT:
      case Op::ADD_TO:
      case Op::SUB_FROM:
      case Op::MUL_BY:
        put_indexed(out, i.op, slot(), i.position);
        break;
      case Op::FOR_RANGE_STORE:
        put_indexed(out, i.op, slot(), i.position);
        out.push_back(static_cast<uint8_t>(i.value));
        break;
      case Op::INDEX_LOCALS:
      case Op::STORE_INDEX_LOCALS:
        plain(i.op);
        out.push_back(static_cast<uint8_t>(i.value));
        break;
      default:
        plain(i.op);
        if (op_info(static_cast<uint8_t>(i.op))->operands == Operands::u8) out.push_back(count(i.value, i.position));
        break;
    }
    return out;
  }

  // The deepest operand stack, following the code once: a label's depth is known from the jump that leads to it or from what is before it.
  size_t operands(const Function& f) const {
    std::vector<int> at(static_cast<size_t>(f.labels), -1);
    int depth = 0;
    int deepest = 0;
    for (const Instruction& i : f.code) {
      if (i.is_label) {
        int& known = at[static_cast<size_t>(i.label)];
        if (known >= 0) depth = known;
        known = depth;
        continue;
      }
      const StackEffect effect = stack_effect(i.op, i.operands());
      if (is_jump(i)) at[static_cast<size_t>(i.label)] = depth - effect.pops + effect.pushes_when_jumping;
      depth += effect.pushes - effect.pops;
      deepest = std::max(deepest, depth);
    }
    return static_cast<size_t>(deepest);
  }

  void encode(Function& f) {
    std::vector<Piece> pieces;
    for (const Instruction& i : f.code) {
      Piece p;
      p.instruction = &i;
      p.label = i.label;
      p.is_label = i.is_label;
      p.far = is_jump(i) && needs_far(i.op);
      if (!i.is_label) p.bytes = bytes_of(f, i);
      pieces.push_back(std::move(p));
    }
    const std::vector<uint32_t> labels = relax(f, pieces);
    const auto start = static_cast<uint32_t>(code_.size());
    for (const Piece& p : pieces) {
      if (p.is_label) continue;
      note_line(start + p.offset, p.instruction->position, p.offset == 0);
      write(p, labels);
    }
    size_t required = 0;
    if (f.tree) {
      for (const Parameter& parameter : f.tree->parameters) required += parameter.standard ? 0u : 1u;
    }
    const size_t depth = operands(f);
    if (depth > kMaximumOperands) {
      fail(position_of(f), "an expression of '" + f.name + "' holds more than 255 values at once",
           "compute parts of it in statements of their own");
    }
    table_.push_back({start, f.parameters.size(), required, named_.at(&f) + static_cast<size_t>(f.hidden_slots), depth});
  }

  // Every jump is near until it cannot be; a jump that has become far may push others apart.
  std::vector<uint32_t> relax(const Function& f, std::vector<Piece>& pieces) const {
    std::vector<uint32_t> labels(static_cast<size_t>(f.labels), 0);
    for (bool again = true; again;) {
      again = false;
      uint32_t offset = 0;
      for (Piece& p : pieces) {
        p.offset = offset;
        if (p.is_label) labels[static_cast<size_t>(p.label)] = offset;
        offset += p.size();
      }
      for (Piece& p : pieces) {
        if (p.is_label || p.label < 0) continue;
        const int64_t distance = static_cast<int64_t>(labels[static_cast<size_t>(p.label)]) - (p.offset + p.size());
        if (p.instruction->op == Op::FOR_RANGE_STORE) continue;  // near enough in any case (superinstructions.cpp)
        if (p.far) {
          if (distance < -32768 || distance > 32767)
            fail(p.instruction->position, "a jump of more than 32767 bytes", "split '" + f.name + "' into functions");
        } else if (distance < -128 || distance > 127) {
          if (p.instruction->op == Op::DEFAULT) {
            fail(p.instruction->position, "the expression of this default value is too long",
                 "use none as the default value and compute it in the function");
          }
          p.far = true;
          again = true;
        }
      }
    }
    return labels;
  }

  void write(const Piece& p, const std::vector<uint32_t>& labels) {
    std::vector<uint8_t> bytes = p.bytes;
    if (p.label >= 0) {
      const int64_t distance = static_cast<int64_t>(labels[static_cast<size_t>(p.label)]) - (p.offset + p.size());
      if (p.far && !needs_far(p.instruction->op)) {
        const Op compare = compare_form(p.instruction->op);
        bytes.back() = static_cast<uint8_t>(compare != Op::STOP ? compare : far_form(p.instruction->op));
        if (compare != Op::STOP) bytes.push_back(static_cast<uint8_t>(Op::JUMP_UNLESS_FAR));
      }
      const int64_t written = p.instruction->op == Op::FOR_RANGE_STORE ? -distance : distance;
      bytes.push_back(static_cast<uint8_t>(written & 0xff));
      if (p.far) bytes.push_back(static_cast<uint8_t>((distance >> 8) & 0xff));
    }
    code_.insert(code_.end(), bytes.begin(), bytes.end());
  }

  void note_line(uint32_t offset, Position position, bool always) {
    const SourceLines::Line& line = program_.lines.at(position);
    if (!always && image_.lines.back().file == line.file && image_.lines.back().line == line.number) return;
    image_.lines.push_back({offset, line.file, line.number});
  }

  // -- the image
  static void put(std::vector<uint8_t>& out, uint32_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
  }
  static void align(std::vector<uint8_t>& out) {
    while (out.size() % 4 != 0) out.push_back(0);
  }

  void build_resident() {
    const size_t functions = sizeof(epy_resident);
    const size_t constants = functions + table_.size() * sizeof(epy_function);
    const size_t strings = constants + 4 * constants_.size();
    size_t text = (strings + 2 * strings_.size() + 3) / 4 * 4;
    std::vector<size_t> offsets;
    for (const std::string& s : strings_) {
      offsets.push_back(text);
      text = (text + 4 + s.size() + 1 + 3) / 4 * 4;
    }
    const size_t total = text + code_.size();
    if (total > kMaximumBytes) {
      fail({0, 1}, "the program needs " + std::to_string(total) + " bytes, more than 65535", "split it, or pass its data to kernels");
    }
    image_.flags = program_.legacy() ? 0 : EPY_IMAGE_MODERN;
    std::vector<uint8_t>& out = image_.resident;
    put(out, static_cast<uint32_t>(total), 2);
    put(out, image_.flags, 2);
    put(out, static_cast<uint32_t>(table_.size()), 2);
    put(out, static_cast<uint32_t>(image_.globals.size()), 2);
    put(out, static_cast<uint32_t>(constants), 2);
    put(out, static_cast<uint32_t>(strings), 2);
    put(out, static_cast<uint32_t>(text), 2);
    put(out, 0, 2);
    for (const Table& t : table_) {
      put(out, t.code, 2);
      put(out, static_cast<uint32_t>(t.parameters), 1);
      put(out, static_cast<uint32_t>(t.required), 1);
      put(out, static_cast<uint32_t>(t.slots), 1);
      put(out, static_cast<uint32_t>(t.operands), 1);
      put(out, 0, 2);
    }
    for (uint32_t word : constants_) put(out, word, 4);
    for (size_t offset : offsets) put(out, static_cast<uint32_t>(offset), 2);
    align(out);
    for (const std::string& s : strings_) {
      put(out, static_cast<uint32_t>(s.size()), 4);
      out.insert(out.end(), s.begin(), s.end());
      out.push_back(0);
      align(out);
    }
    out.insert(out.end(), code_.begin(), code_.end());
  }

  void describe() {
    const SourceLines& lines = program_.lines;
    image_.files = lines.files();
    for (const Function* f : functions_) {
      Image::FunctionInfo info;
      info.name = f->name;
      info.file = lines.file_of(position_of(*f));
      info.line = lines.at(position_of(*f)).number;
      for (const Variable* v : f->parameters) info.parameters.push_back(v->name);
      for (const Variable* v : f->locals) info.locals.push_back(v->name);
      image_.functions.push_back(std::move(info));
      if (f->exported && f->module->main) image_.exports[f->name] = index_.at(f);
    }
    std::map<std::string, std::map<uint32_t, const std::string*>> texts;
    for (const SourceLines::Line& line : lines.lines()) texts[lines.files()[line.file]][line.number] = &line.text;
    for (const auto& [file, by_number] : texts) {
      if (by_number.rbegin()->first > kMaximumLine) continue;  // no file is that long
      std::string& text = image_.sources[file];
      uint32_t next = 1;
      for (const auto& [number, line] : by_number) {
        text.append(number - next, '\n');
        text += *line + "\n";
        next = number + 1;
      }
    }
  }

  Program& program_;
  Image image_;
  std::vector<Function*> functions_;
  std::map<const Function*, uint32_t> index_;
  std::map<const Variable*, uint32_t> globals_;
  std::map<const Variable*, uint32_t> slots_;
  std::map<const Function*, size_t> named_;
  std::vector<uint32_t> constants_;
  std::vector<std::string> strings_;
  std::map<std::string, uint32_t> string_index_;
  std::vector<uint8_t> code_;
  std::vector<Table> table_;
};

}  // namespace

Image assemble(Program& program) { return Assembler(program).run(); }

}  // namespace epysim::compiler
