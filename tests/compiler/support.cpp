#include "tests/compiler/support.h"

#include "vm/compiler/listing.h"

namespace compiler_test {

using namespace epysim::compiler;

Options options(Dialect dialect) {
  Options o;
  o.dialect = dialect;
  o.built_in_modules = EPYSIM_SOURCE_DIR "/vm/modules";
  return o;
}

Image compile(const std::string& text, Dialect dialect) {
  return epysim::compiler::compile(Source{{{"prog.py", 1, text}}}, options(dialect));
}
Image compile_modern(const std::string& text) { return compile(text, Dialect::kModern); }

std::string code(const Image& image, size_t function) {
  const Resident resident = take_apart(image.resident, "test");
  const Resident::Function& f = resident.functions.at(function);
  std::string out;
  for (uint32_t at = f.code; at < f.end;) {
    std::string text = instruction_text(image, resident, at);
    text = text.substr(0, text.find("  ;"));
    std::string one;
    for (char c : text) {
      if (c != ' ' || (!one.empty() && one.back() != ' ')) one += c;
    }
    while (!one.empty() && one.back() == ' ') one.pop_back();
    // The last word of a jump is its target.
    const bool jumps = one.rfind("JUMP", 0) == 0 || one.rfind("AND", 0) == 0 || one.rfind("OR", 0) == 0 || one.rfind("FOR_", 0) == 0 ||
                       one.rfind("DEFAULT", 0) == 0;
    if (jumps) {
      const size_t word = one.rfind(' ') + 1;
      one = one.substr(0, word) + "@" + std::to_string(std::stoul(one.substr(word), nullptr, 16) - f.code);
    }
    out += (out.empty() ? "" : "; ") + one;
  }
  return out;
}

std::string legacy(const std::string& text) { return code(compile(text)); }
std::string modern(const std::string& text) { return code(compile_modern(text)); }

size_t code_bytes(const Image& image, size_t function) {
  const Resident resident = take_apart(image.resident, "test");
  return resident.functions.at(function).end - resident.functions.at(function).code;
}

std::string error(const std::string& text, Dialect dialect) {
  try {
    compile(text, dialect);
  } catch (const CompileError& e) {
    return std::to_string(e.line()) + ":" + std::to_string(e.column()) + ": " + e.message() + (e.hint().empty() ? "" : " | " + e.hint());
  }
  return "no error";
}
std::string modern_error(const std::string& text) { return error(text, Dialect::kModern); }

}  // namespace compiler_test
