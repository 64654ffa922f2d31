// Modules and declarations.

#include "vm/compiler/declare.h"
#include "sim/core/nearest.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

#include "vm/compiler/fold.h"
#include "vm/compiler/parser.h"

namespace epysim::compiler {

namespace {

namespace fs = std::filesystem;

// Modules that exist for CPython only; a program that imports one was meant for the host.
constexpr std::string_view kHostModules[] = {
    "epython",         "numpy",     "scipy",     "pandas",      "matplotlib", "dask",    "pytest",     "os",     "sys",     "time",
    "datetime",        "json",      "re",        "ctypes",      "threading",  "asyncio", "subprocess", "socket", "pathlib", "shutil",
    "argparse",        "functools", "itertools", "collections", "typing",     "copy",    "struct",     "pickle", "csv",     "string",
    "multiprocessing", "logging",   "statistics"};

std::string folder_of(const std::string& file) { return fs::path(file).parent_path().string(); }

std::vector<std::string> environment_path() {
  std::vector<std::string> folders;
  const char* value = std::getenv("EPYTHONPATH");
  std::istringstream in(value == nullptr ? "" : value);
  for (std::string folder; std::getline(in, folder, ':');) {
    if (!folder.empty()) folders.push_back(folder);
  }
  return folders;
}

Dialect dialect_of(const Source& source, const Options& options) {
  if (!options.follow_first_line || source.chunks.empty()) return options.dialect;
  const std::string& text = source.chunks.front().text;
  std::string line = text.substr(0, text.find('\n'));
  line.erase(std::remove_if(line.begin(), line.end(), [](char c) { return c == ' ' || c == '\t' || c == '\r'; }), line.end());
  if (line == "#epython:modern") return Dialect::kModern;
  if (line == "#epython:legacy") return Dialect::kLegacy;
  return options.dialect;
}

class Declarer {
 public:
  Declarer(Program& program, const Options& options) : program_(program), options_(options), search_path_(options.module_path) {
    const std::vector<std::string> environment = environment_path();
    search_path_.insert(search_path_.end(), environment.begin(), environment.end());
  }

  void run(const Source& source) {
    auto top = std::make_unique<Function>();
    top->name = "<module>";
    program_.functions.push_back(std::move(top));
    Module& module = parse_main(source);
    module.main = true;
    program_.functions.front()->module = &module;
    if (!source.chunks.empty()) module.folder = folder_of(source.chunks.back().file);
    declare_module(module);
    mark_exports(module);
    find_constants();
  }

 private:
  [[noreturn]] void fail(Position at, const std::string& message, const std::string& hint = {}) const {
    throw CompileError(program_.lines, at, message, hint);
  }

  // -- modules
  Module& add_module(const std::string& name, const Source& source, bool built_in) {
    auto owned = std::make_unique<Module>();
    Module& module = *owned;
    module.name = name;
    module.built_in = built_in;
    program_.modules.push_back(std::move(owned));
    const uint32_t first = program_.lines.add(source);
    module.tree = parse(program_.lines, first, program_.dialect);
    return module;
  }

  // A host program may well use what the cores do not have; the point is then that it is a host program.
  Module& parse_main(const Source& source) {
    try {
      return add_module("__main__", source, false);
    } catch (const CompileError&) {
      for (uint32_t line = 0; line < program_.lines.lines().size(); ++line) {
        const std::string& text = program_.lines.lines()[line].text;
        for (const std::string_view start : {"import epython", "from epython import"}) {
          if (text.rfind(start, 0) == 0) reject_module("epython", Position{line, static_cast<uint32_t>(text.find("epython") + 1)});
        }
      }
      throw;
    }
  }

  Module& load(const std::string& name, Position position, const Module& importer) {
    for (const auto& module : program_.modules) {
      if (!module->main && module->name == name) return *module;
    }
    // The importing file's folder: of its own chunk, when the program is made of several.
    std::vector<std::string> folders = {importer.main ? folder_of(program_.lines.file_of(position)) : importer.folder};
    folders.insert(folders.end(), search_path_.begin(), search_path_.end());
    for (const std::string& folder : folders) {
      const fs::path path = fs::path(folder) / (name + ".py");
      if (is_file(path)) return load_file(name, path, folder, false, position);
    }
    const fs::path path = fs::path(options_.built_in_modules) / (name + ".py");
    if (!options_.built_in_modules.empty() && is_file(path)) return load_file(name, path, options_.built_in_modules, true, position);
    reject_module(name, position);
  }

  static bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
  }

  Module& load_file(const std::string& name, const fs::path& path, const std::string& folder, bool built_in, Position position) {
    Source source;
    try {
      source = read_source(path.string());
    } catch (const UsageError&) {
      fail(position, "the module '" + name + "' cannot be read", "check the permissions of " + path.string());
    }
    // A built-in module is named in the same way wherever the project is installed.
    if (built_in) source.chunks.front().file = "modules/" + name + ".py";
    if (program_.legacy() && dialect_of(source, {}) == Dialect::kModern) {
      fail(position, "the module '" + name + "' is written in the modern dialect, this program in the legacy one",
           "make the program's first line: # epython: modern");
    }
    const size_t index = program_.modules.size();
    Module& module = add_module(name, source, built_in);
    module.folder = folder;
    module.built_in = built_in;
    declare_module(*program_.modules[index]);
    return module;
  }

  [[noreturn]] void reject_module(const std::string& name, Position position) const {
    for (std::string_view host : kHostModules) {
      if (name != host) continue;
      fail(position, "the module '" + name + "' is not available on the cores",
           "a host program is run by Python itself: python3 FILE.py; only its kernels run on the cores");
    }
    std::vector<std::string> known;
    std::error_code ignored;
    for (fs::directory_iterator it(options_.built_in_modules, ignored), end; !ignored && it != end; it.increment(ignored)) {
      if (it->path().extension() == ".py") known.push_back(it->path().stem().string());
    }
    std::sort(known.begin(), known.end());
    const std::string near = core::nearest(name, known);
    fail(position, "there is no module '" + name + "'",
         near.empty() ? "modules are looked for in the program's folder, EPYTHONPATH and the built-in modules"
                      : "did you mean '" + near + "'?");
  }

  // -- names
  Variable* add_variable(const std::string& name, Position position, Module& module, Function* owner) {
    auto variable = std::make_unique<Variable>();
    variable->name = name;
    variable->position = position;
    variable->module = &module;
    variable->owner = owner;
    program_.variables.push_back(std::move(variable));
    return program_.variables.back().get();
  }

  static bool earlier(Position a, Position b) { return a.line != b.line ? a.line < b.line : a.column < b.column; }

  void declare_module(Module& module) {
    if (module.main) {
      for (const std::string& name : options_.resident) variable_of_module(module, name, Position{first_line(module), 1})->resident = true;
    }
    declare_block(module, module.tree, 0);
    declare_aliases(module, nullptr, module.tree);
    for (Function* function : module.functions) declare_function(*function);
  }

  uint32_t first_line(const Module& module) const {
    return module.tree.empty() ? static_cast<uint32_t>(program_.lines.lines().size() - 1) : module.tree.front().position.line;
  }

  Variable* variable_of_module(Module& module, const std::string& name, Position position) {
    Symbol& symbol = module.names.symbols[program_.key(name)];
    if (symbol.variable != nullptr) {
      if (earlier(position, symbol.variable->position)) symbol.variable->position = position;
      return symbol.variable;
    }
    check_case(symbol, name, position);
    // A name that is both a function and assigned becomes a variable; its def then assigns it.
    symbol.name = name;
    symbol.kind = Symbol::Kind::kVariable;
    symbol.variable = add_variable(name, position, module, nullptr);
    return symbol.variable;
  }

  // Legacy names differ in more than their case, or a function could not be told from a variable.
  void check_case(const Symbol& symbol, const std::string& name, Position position) const {
    if (symbol.name.empty() || symbol.name == name) return;
    fail(position, "'" + name + "' and '" + symbol.name + "' are the same name in the legacy dialect, which ignores case",
         "rename one of them");
  }

  // Statements at the top level of a module, and the blocks below them. `depth` counts the conditional blocks around.
  void declare_block(Module& module, const std::vector<Stmt>& block, int depth) {
    for (const Stmt& s : block) {
      switch (s.kind) {
        case StmtKind::kAssign:
        case StmtKind::kAugment:
        case StmtKind::kFor:
          for (const ExprPtr& target : s.targets) {
            if (target->kind != ExprKind::kName) continue;
            Variable* variable = variable_of_module(module, target->text, target->position);
            // Only a plain assignment outside every block can make a constant; anything else counts twice.
            variable->assignments += s.kind == StmtKind::kAssign && s.targets.size() == 1 && depth == 0 ? 1 : 2;
          }
          declare_block(module, s.body, depth + 1);
          break;
        case StmtKind::kWhile:
          declare_block(module, s.body, depth + 1);
          break;
        case StmtKind::kIf:
          declare_if(module, s, depth);
          break;
        case StmtKind::kFunction:
          add_function(module, s, depth);
          break;
        case StmtKind::kImport:
        case StmtKind::kFrom:
          declare_import(module, module.names, s, depth > 0);
          break;
        default:
          break;
      }
    }
  }

  void declare_if(Module& module, const Stmt& s, int depth) {
    for (const Stmt::Clause& clause : s.clauses) {
      const std::optional<Constant> known = module_fold(module, *clause.condition);
      if (known && !truth(*known)) continue;
      declare_block(module, clause.body, known ? depth : depth + 1);
      if (known) return;
    }
    declare_block(module, s.otherwise, depth + (!s.clauses.empty() && has_open_condition(module, s) ? 1 : 0));
  }

  bool has_open_condition(const Module& module, const Stmt& s) const {
    return std::any_of(s.clauses.begin(), s.clauses.end(), [&](const Stmt::Clause& c) { return !module_fold(module, *c.condition); });
  }

  std::optional<Constant> module_fold(const Module& module, const Expr& e) const {
    return fold(e, program_.dialect, [&](const Expr& name) -> std::optional<Constant> {
      if (name.kind != ExprKind::kName) return std::nullopt;
      return module_constant(program_, module, name.text);
    });
  }

  void add_function(Module& module, const Stmt& s, int depth) {
    if (depth > 0) fail(s.position, "a function inside a block is not supported", "move it to the top level");
    const FunctionTree& tree = *s.function;
    Symbol& symbol = module.names.symbols[program_.key(tree.name)];
    check_case(symbol, tree.name, tree.position);
    auto owned = std::make_unique<Function>();
    Function* function = owned.get();
    function->name = module.main ? tree.name : module.name + "." + tree.name;
    function->module = &module;
    function->tree = s.function;
    function->exported = tree.exportable;
    program_.functions.push_back(std::move(owned));
    module.functions.push_back(function);
    symbol.name = tree.name;
    symbol.function = function;  // of two definitions the later one counts
    symbol.module = nullptr;
    if (symbol.variable == nullptr) symbol.kind = Symbol::Kind::kFunction;
  }

  void declare_import(Module& importer, Names& names, const Stmt& s, bool nested) {
    if (s.kind == StmtKind::kImport) {
      for (const ImportedName& name : s.names) {
        Module& module = load(name.name, name.position, importer);
        if (nested) start_early(module);
        Symbol& symbol = names.symbols[program_.key(name.bound)];
        if (symbol.variable == nullptr && symbol.function == nullptr)
          symbol = {Symbol::Kind::kModule, name.bound, nullptr, nullptr, &module};
        if (program_.legacy()) open(names, module);
      }
      return;
    }
    Module& module = load(s.text, s.position, importer);
    if (nested) start_early(module);
    if (s.names.empty()) return open(names, module);
    for (const ImportedName& name : s.names) {
      const auto found = module.names.symbols.find(program_.key(name.name));
      if (found == module.names.symbols.end()) reject_member(module, name.name, name.position);
      Symbol& symbol = names.symbols[program_.key(name.bound)];
      if (symbol.variable == nullptr && symbol.function == nullptr) {
        symbol = found->second;
        symbol.name = name.bound;
      }
    }
  }

  [[noreturn]] void reject_member(const Module& module, const std::string& name, Position position) const {
    std::vector<std::string> known;
    for (const auto& [key, symbol] : module.names.symbols) known.push_back(symbol.name);
    const std::string near = core::nearest(name, known);
    fail(position, "the module '" + module.name + "' has no '" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?");
  }

  static void open(Names& names, Module& module) {
    if (std::find(names.open.begin(), names.open.end(), &module) == names.open.end()) names.open.push_back(&module);
  }

  void start_early(Module& module) {
    if (std::find(program_.early.begin(), program_.early.end(), &module) == program_.early.end()) program_.early.push_back(&module);
  }

  // -- alias(name, symbol(variable)): a second name for a variable, in the whole function, or module, that says so
  void declare_aliases(Module& module, Function* function, const std::vector<Stmt>& block) {
    for (const Stmt& s : block) {
      if (is_alias(program_, module, s)) declare_alias(module, function, *s.value);
      declare_aliases(module, function, s.body);
      declare_aliases(module, function, s.otherwise);
      for (const Stmt::Clause& clause : s.clauses) declare_aliases(module, function, clause.body);
    }
  }

  void declare_alias(Module& module, Function* function, const Expr& call) {
    const std::string hint = "write: alias(name, symbol(variable))";
    if (call.items.size() != 3) fail(call.position, "alias() takes a new name and the symbol of a variable", hint);
    const Expr& name = *call.items[1];
    const Expr& symbol = *call.items[2];
    if (name.kind != ExprKind::kName) fail(name.position, "alias() needs a name", hint);
    if (symbol.kind != ExprKind::kCall || symbol.items.size() != 2 || symbol.items[0]->kind != ExprKind::kName ||
        program_.key(symbol.items[0]->text) != "symbol" || symbol.items[1]->kind != ExprKind::kName) {
      fail(symbol.position, "which variable an alias is for has to be known before the program runs", hint);
    }
    Variable* const variable = aliased(module, function, *symbol.items[1]);
    variable->assignments += 2;  // by whatever name
    Names& names = function != nullptr ? function->names : module.names;
    Symbol& own = names.symbols[program_.key(name.text)];
    if (own.function != nullptr || own.module != nullptr || own.variable == variable || is_parameter(function, own.variable))
      fail(name.position, "'" + name.text + "' has a meaning already", "an alias needs a name of its own");
    if (function != nullptr)  // what was assigned by this name is the other one
      function->locals.erase(std::remove(function->locals.begin(), function->locals.end(), own.variable), function->locals.end());
    own = {Symbol::Kind::kVariable, name.text, variable, nullptr, nullptr};
  }

  Variable* aliased(const Module& module, const Function* function, const Expr& name) const {
    const std::string key = program_.key(name.text);
    if (function != nullptr) {
      const auto own = function->names.symbols.find(key);
      if (own != function->names.symbols.end() && own->second.variable != nullptr) return own->second.variable;
    }
    const auto outer = module.names.symbols.find(key);
    if (outer == module.names.symbols.end() || outer->second.variable == nullptr)
      fail(name.position, "there is no variable '" + name.text + "'", "symbol() takes the name of a variable that is assigned here");
    return outer->second.variable;
  }

  static bool is_parameter(const Function* function, const Variable* variable) {
    return function != nullptr && variable != nullptr &&
           std::find(function->parameters.begin(), function->parameters.end(), variable) != function->parameters.end();
  }

  // -- functions
  void declare_function(Function& function) {
    const FunctionTree& tree = *function.tree;
    for (const Parameter& p : tree.parameters) {
      if (p.rest && !function.module->built_in) fail(p.position, "a variable number of arguments is not supported", "pass a list");
      Symbol& symbol = function.names.symbols[program_.key(p.name)];
      if (symbol.variable != nullptr) fail(p.position, "two parameters are named '" + p.name + "'", "rename one of them");
      symbol = {Symbol::Kind::kVariable, p.name, add_variable(p.name, p.position, *function.module, &function), nullptr, nullptr};
      function.parameters.push_back(symbol.variable);
    }
    std::set<std::string> globals;
    collect_globals(function, tree.body, globals);
    declare_locals(function, tree.body, globals);
    declare_aliases(*function.module, &function, tree.body);
  }

  void collect_globals(Function& function, const std::vector<Stmt>& block, std::set<std::string>& globals) {
    for (const Stmt& s : block) {
      if (s.kind == StmtKind::kGlobal) {
        for (const ImportedName& name : s.names) {
          const std::string key = program_.key(name.name);
          if (function.names.symbols.count(key) != 0)
            fail(name.position, "the parameter '" + name.name + "' cannot be global", "rename the parameter");
          const auto found = function.module->names.symbols.find(key);
          if (found == function.module->names.symbols.end() || found->second.variable == nullptr) {
            variable_of_module(*function.module, name.name, name.position);
          }
          globals.insert(key);
        }
      }
      collect_globals(function, s.body, globals);
      collect_globals(function, s.otherwise, globals);
      for (const Stmt::Clause& clause : s.clauses) collect_globals(function, clause.body, globals);
    }
  }

  void declare_locals(Function& function, const std::vector<Stmt>& block, const std::set<std::string>& globals) {
    for (const Stmt& s : block) {
      for (const ExprPtr& target : s.targets) {
        if (target->kind == ExprKind::kName) declare_assigned(function, *target, globals);
      }
      if (s.kind == StmtKind::kImport || s.kind == StmtKind::kFrom) declare_import(*function.module, function.names, s, true);
      declare_locals(function, s.body, globals);
      declare_locals(function, s.otherwise, globals);
      for (const Stmt::Clause& clause : s.clauses) declare_locals(function, clause.body, globals);
    }
  }

  void declare_assigned(Function& function, const Expr& target, const std::set<std::string>& globals) {
    const std::string key = program_.key(target.text);
    const auto own = function.names.symbols.find(key);
    if (own != function.names.symbols.end() && own->second.kind == Symbol::Kind::kVariable) return;
    const auto outer = function.module->names.symbols.find(key);
    if (outer != function.module->names.symbols.end() && outer->second.variable != nullptr) {
      Variable* variable = outer->second.variable;
      const bool earlier_here = program_.legacy() && earlier(variable->position, target.position);
      if (globals.count(key) != 0 || variable->resident || earlier_here) {
        variable->assignments += 2;
        return;
      }
    }
    Variable* variable = add_variable(target.text, target.position, *function.module, &function);
    function.names.symbols[key] = {Symbol::Kind::kVariable, target.text, variable, nullptr, nullptr};
    function.locals.push_back(variable);
  }

  // -- the whole program
  void mark_exports(Module& module) {
    for (const std::string& name : options_.exports) {
      const auto found = module.names.symbols.find(program_.key(name));
      if (found == module.names.symbols.end() || found->second.function == nullptr) {
        throw UsageError("the program has no function '" + name + "' to export");
      }
      found->second.function->exported = true;
    }
    if (!options_.export_all) return;
    for (auto& [key, symbol] : module.names.symbols) {
      if (symbol.function != nullptr && symbol.function->module == &module) symbol.function->exported = true;
    }
  }

  // An imported module's variable that is assigned once, a constant, is that constant.
  void find_constants() {
    for (const auto& module : program_.modules) {
      if (!module->main) find_constants(*module, module->tree);
    }
  }

  void find_constants(Module& module, const std::vector<Stmt>& block) {
    for (const Stmt& s : block) {
      if (s.kind == StmtKind::kIf) {
        const std::vector<Stmt>* taken = &s.otherwise;
        for (const Stmt::Clause& clause : s.clauses) {
          const std::optional<Constant> known = module_fold(module, *clause.condition);
          if (!known) return;
          if (!truth(*known)) continue;
          taken = &clause.body;
          break;
        }
        find_constants(module, *taken);
      }
      if (s.kind != StmtKind::kAssign || s.targets.size() != 1 || s.targets[0]->kind != ExprKind::kName) continue;
      Symbol& symbol = module.names.symbols[program_.key(s.targets[0]->text)];
      if (symbol.variable != nullptr && symbol.function == nullptr && symbol.variable->assignments == 1) {
        symbol.variable->constant = module_fold(module, *s.value);
      }
    }
  }

  Program& program_;
  const Options& options_;
  std::vector<std::string> search_path_;
};

}  // namespace

std::string Program::key(const std::string& name) const {
  if (!legacy()) return name;
  std::string low = name;
  for (char& c : low) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return low;
}

bool is_alias(const Program& program, const Module& module, const Stmt& s) {
  if (s.kind != StmtKind::kExpr || s.value->kind != ExprKind::kCall || s.value->items[0]->kind != ExprKind::kName) return false;
  if (program.key(s.value->items[0]->text) != "alias") return false;
  return std::none_of(module.tree.begin(), module.tree.end(),
                      [&](const Stmt& other) { return other.kind == StmtKind::kFunction && program.key(other.function->name) == "alias"; });
}

std::optional<Constant> module_constant(const Program& program, const Module& module, const std::string& name) {
  Constant c;
  if (name == "__modern__") {
    c.kind = Constant::Kind::kBool;
    c.integer = program.legacy() ? 0 : 1;
    return c;
  }
  if (name == "__name__") {
    c.kind = Constant::Kind::kString;
    c.text = module.name;
    return c;
  }
  return std::nullopt;
}

Program declare(const Source& source, const Options& options) {
  Program program;
  program.dialect = dialect_of(source, options);
  Declarer(program, options).run(source);
  return program;
}

}  // namespace epysim::compiler
