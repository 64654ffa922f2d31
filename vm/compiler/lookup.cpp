// What names stand for.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "sim/core/nearest.h"
#include "vm/compiler/declare.h"
#include "vm/compiler/generator.h"

namespace epysim::compiler {

namespace {

constexpr std::string_view kBuiltins[] = {"len", "str", "int", "float", "bool", "abs", "min", "max", "sum", "input"};
constexpr std::string_view kMissing[] = {"list",   "dict",   "set",      "tuple",   "enumerate", "zip",   "map",        "filter",
                                         "open",   "sorted", "reversed", "round",   "type",      "pow",   "isinstance", "chr",
                                         "ord",    "repr",   "any",      "all",     "format",    "print", "divmod",     "iter",
                                         "object", "super",  "bytes",    "complex", "getattr",   "hex",   "bin",        "raw_input"};

// The built-in module that defines a function of this name, for a hint.
std::string module_with(const std::string& folder, const std::string& name) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  std::error_code ignored;
  for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end; it.increment(ignored)) {
    if (it->path().extension() == ".py") files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (line.rfind("def " + name + "(", 0) == 0) return file.stem().string();
    }
  }
  return {};
}

}  // namespace

const NativeInfo* builtin_native(const std::string& name) {
  for (std::string_view builtin : kBuiltins) {
    if (builtin == name) return find_native(std::string_view(name));
  }
  if (name == "id") return find_native(std::string_view("global_reference"));
  return nullptr;
}

Generator::Found Generator::found(const Symbol& symbol) const {
  Found f;
  switch (symbol.kind) {
    case Symbol::Kind::kVariable:
      f.kind = Found::Kind::kVariable;
      break;
    case Symbol::Kind::kFunction:
      f.kind = Found::Kind::kFunction;
      break;
    case Symbol::Kind::kModule:
      f.kind = Found::Kind::kModule;
      break;
  }
  f.variable = symbol.variable;
  f.function = symbol.function;
  f.module = symbol.module;
  return f;
}

const Symbol* Generator::find_open(const Names& names, const std::string& key, std::set<const Module*>& seen) const {
  if (!key.empty() && key[0] == '_') return nullptr;
  for (auto it = names.open.rbegin(); it != names.open.rend(); ++it) {
    const Module& module = **it;
    if (!seen.insert(&module).second) continue;
    const auto own = module.names.symbols.find(key);
    if (own != module.names.symbols.end()) return &own->second;
    if (!program_.legacy()) continue;
    // Legacy imports are transitive, as if each module's text stood in place of its import.
    if (const Symbol* deeper = find_open(module.names, key, seen)) return deeper;
  }
  return nullptr;
}

Generator::Found Generator::look_up(const std::string& name) const {
  const std::string key = program_.key(name);
  if (scope_.expansion != nullptr) {
    const auto& parameters = scope_.expansion->function->parameters;
    for (size_t i = 0; i < parameters.size(); ++i) {
      if (program_.key(parameters[i]->name) != key) continue;
      Found f;
      f.kind = Found::Kind::kArgument;
      f.argument = i;
      return f;
    }
  }
  std::set<const Module*> seen;
  if (scope_.function != nullptr) {
    const auto own = scope_.function->names.symbols.find(key);
    if (own != scope_.function->names.symbols.end()) return found(own->second);
  }
  const auto global = scope_.module->names.symbols.find(key);
  if (global != scope_.module->names.symbols.end()) return found(global->second);
  if (scope_.function != nullptr) {
    if (const Symbol* symbol = find_open(scope_.function->names, key, seen)) return found(*symbol);
  }
  seen.clear();
  if (const Symbol* symbol = find_open(scope_.module->names, key, seen)) return found(*symbol);

  Found f;
  f.kind = Found::Kind::kBuiltin;
  if (builtin_native(key) != nullptr) {
    f.builtin = Builtin::kNative;
  } else if (!program_.legacy() && (key == "range" || key == "xrange")) {
    f.builtin = Builtin::kRange;
  } else if (key == "exit" || key == "quit") {
    f.builtin = Builtin::kExit;
  } else if (key == "symbol") {
    f.builtin = Builtin::kSymbol;
  } else if (key == "alias") {
    f.builtin = Builtin::kAlias;
  } else {
    f.kind = Found::Kind::kNothing;
  }
  return f;
}

Generator::Found Generator::look_up(const Expr& e) const {
  if (e.kind == ExprKind::kName) return look_up(e.text);
  if (e.kind != ExprKind::kAttribute || e.items[0]->kind != ExprKind::kName) return {};
  const Found owner = look_up(e.items[0]->text);
  if (owner.kind != Found::Kind::kModule) return {};
  const auto member = owner.module->names.symbols.find(program_.key(e.text));
  if (member == owner.module->names.symbols.end()) reject_member(*owner.module, e);
  return found(member->second);
}

std::optional<Constant> Generator::known_argument(size_t index) const {
  const Expansion& expansion = *scope_.expansion;
  const Expr* argument = expansion.arguments[index];
  if (argument == nullptr) return expansion.defaults[index];
  const InScope outer(*this, expansion.caller);  // the argument means what it means to the caller
  return known(*argument);
}

// Whether an expression's value certainly is something.
bool Generator::never_none(const Expr& e) const {
  switch (e.kind) {
    case ExprKind::kBinary:
    case ExprKind::kNegate:
    case ExprKind::kNot:
    case ExprKind::kList:
    case ExprKind::kCompare:
      return true;
    default:
      return false;
  }
}

std::optional<Constant> Generator::known(const Expr& e) const {
  // `n is none` in a wrapper that is expanded, where the argument is not a constant but certainly not none.
  if (scope_.expansion != nullptr && e.kind == ExprKind::kCompare && e.operators.size() == 1 && e.items[0]->kind == ExprKind::kName &&
      e.items[1]->kind == ExprKind::kNone && (e.operators[0] == Operator::kIs || e.operators[0] == Operator::kIsNot)) {
    const Found parameter = look_up(e.items[0]->text);
    if (parameter.kind == Found::Kind::kArgument) {
      const Expr* argument = scope_.expansion->arguments[parameter.argument];
      if (argument != nullptr && never_none(*argument)) {
        Constant c;
        c.kind = Constant::Kind::kBool;
        c.integer = e.operators[0] == Operator::kIsNot ? 1 : 0;
        return c;
      }
    }
  }
  return fold(e, program_.dialect, [this](const Expr& name) -> std::optional<Constant> {
    const Found f = look_up(name);
    if (f.kind == Found::Kind::kArgument) return known_argument(f.argument);
    if (f.kind == Found::Kind::kVariable) return f.variable->constant;
    if (f.kind == Found::Kind::kNothing && name.kind == ExprKind::kName) return module_constant(program_, *scope_.module, name.text);
    return std::nullopt;
  });
}

void Generator::reject_name(const Expr& name) const {
  const std::string& text = name.text;
  const std::string message = "unknown name '" + text + "'";
  const std::string home = module_with(options_.built_in_modules, program_.legacy() && text == "xrange" ? "range" : text);
  if (!home.empty()) fail(name.position, message, "write at the top: from " + home + " import " + text);
  std::vector<std::string> visible;
  const auto add = [&](const Names& names) {
    for (const auto& [key, symbol] : names.symbols) visible.push_back(symbol.name);
    for (const Module* module : names.open) {
      for (const auto& [key, symbol] : module->names.symbols) visible.push_back(symbol.name);
    }
  };
  if (scope_.function != nullptr) add(scope_.function->names);
  add(scope_.module->names);
  for (std::string_view builtin : kBuiltins) visible.emplace_back(builtin);
  if (!program_.legacy()) visible.emplace_back("range");
  for (std::string_view missing : kMissing) {
    if (text == missing) fail(name.position, message, "'" + text + "' of CPython is not available on the cores");
  }
  const std::string near = core::nearest(text, visible);
  fail(name.position, message,
       near.empty() ? "assign it before it is used, or import the module that defines it" : "did you mean '" + near + "'?");
}

void Generator::reject_member(const Module& module, const Expr& attribute) const {
  std::vector<std::string> known_names;
  for (const auto& [key, symbol] : module.names.symbols) known_names.push_back(symbol.name);
  const std::string near = core::nearest(attribute.text, known_names);
  fail(attribute.position, "the module '" + module.name + "' has no '" + attribute.text + "'",
       near.empty() ? "" : "did you mean '" + near + "'?");
}

}  // namespace epysim::compiler
