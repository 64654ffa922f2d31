#pragma once
// Instructions that do the work of several: what stands next to each other in inner loops becomes one.
//
//   LOAD list, LOAD i, INDEX              INDEX_LOCALS            both local, in the first 16 slots, and certainly assigned
//   LOAD list, LOAD i, STORE_INDEX        STORE_INDEX_LOCALS
//   LOAD v, <expression>, ADD, STORE v    <expression>, ADD_TO v  the same for SUB and MUL; v local and certainly assigned
//   FOR_RANGE to STORE v                  FOR_RANGE_STORE         v local, the loop's body within 255 bytes

#include <functional>

#include "vm/compiler/program.h"

namespace epysim::compiler {

/// `local_slot` tells the slot of an instruction's variable, -1 when it is none of the function's own.
void combine(Function& f, const std::function<int(const Instruction&)>& local_slot);

}  // namespace epysim::compiler
