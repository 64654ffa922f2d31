#include "hostlink/sizes.h"

#include <cstdio>

#include "vm/compiler/image.h"
#include "vm/format/image.h"

namespace epysim::hostlink {
namespace {

class Text {
 public:
  void line(const std::string& what, std::size_t bytes, const std::string& remark = {}) {
    char text[64];
    std::snprintf(text, sizeof text, "%-28s %6zu bytes", what.c_str(), bytes);
    all_ += text;
    all_ += (remark.empty() ? "" : "  " + remark) + "\n";
  }
  std::string all_;
};

std::string count(std::size_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

void image_parts(Text& text, const Program& program, const compiler::Resident& parts) {
  const std::size_t tables = sizeof(epy_resident) + parts.functions.size() * sizeof(epy_function);
  const std::size_t constants = 4 * parts.constants.size();
  text.line("byte code image", program.resident_bytes());
  text.line("  header and functions", tables, count(parts.functions.size(), "function"));
  text.line("  constants", constants, count(parts.constants.size(), "number"));
  text.line("  strings", program.resident_bytes() - tables - constants - parts.code.size(), count(parts.strings.size(), "string"));
  text.line("  code", parts.code.size());
  for (std::size_t i = 0; i < parts.functions.size(); ++i) {
    const compiler::Resident::Function& f = parts.functions[i];
    text.line("    " + program.function_name(static_cast<std::uint32_t>(i)), f.end - f.code,
              count(f.slots, "variable") + ", " + count(f.operands, "operand"));
  }
}

}  // namespace

std::string sizes(const DeviceDescription& device, const Program& program, const Layout& layout) {
  Text text;
  const compiler::Resident parts = compiler::take_apart(program.image().resident, "the program");
  image_parts(text, program, parts);
  text.line("module variables", 5 * std::size_t{parts.globals}, count(parts.globals, "variable"));

  const epy_core_layout& core = layout.core.front();
  const Address base = layout.is_virtual(0) ? core.window : 0;
  const Address status = core.status - base;
  const std::size_t code = layout.code_local ? core.stack - core.code : 0;
  text.line("memory of a core", device.local_bytes);
  text.line("  virtual machine", status);
  text.line("  status and mailbox", core.stack - base - status - code);
  text.line("  byte code", code, layout.code_local ? "" : "it runs from shared memory");
  text.line("  stack", core.stack_bytes, core.stack_bytes == 0 ? "it lies in shared memory" : "");
  text.line("  heap", core.heap_bytes, core.heap_bytes == 0 ? "it lies in shared memory" : "");
  const std::size_t unused = device.local_bytes - (core.heap - base) - core.heap_bytes;
  if (unused > 0) text.line("  unused", unused);
  return text.all_;
}

}  // namespace epysim::hostlink
