#pragma once
// Instructions to an image: keeps what can be reached, gives out slots (the hottest variables get the one-byte instructions), pools
// constants and strings, chooses near and far jumps, and writes the tables.

#include "vm/compiler/image.h"
#include "vm/compiler/program.h"

namespace epysim::compiler {

/// CompileError when a table or a distance outgrows its field.
Image assemble(Program& program);

}  // namespace epysim::compiler
