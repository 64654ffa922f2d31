// The stages of the compiler, one after the other.

#include "vm/compiler/compile.h"

#include "vm/compiler/assemble.h"
#include "vm/compiler/codegen.h"
#include "vm/compiler/declare.h"

namespace epysim::compiler {

Image compile(const Source& source, const Options& options) {
  Program program = declare(source, options);
  generate(program, options);
  return assemble(program);
}

}  // namespace epysim::compiler
