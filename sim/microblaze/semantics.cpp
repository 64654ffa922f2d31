#include "sim/microblaze/semantics.h"

#include "sim/microblaze/operations.h"

namespace epysim::microblaze {
namespace {

template <fpu::Result (*kOperation)(const CpuState&, const Instruction&)>
void compute_float(CpuState& state, const Instruction& insn) {
  operations::put_float(state, insn.rd, kOperation(state, insn));
}

}  // namespace

Semantics semantics_of(Action action) {
  switch (action) {
#define X(name, function) \
  case Action::name:      \
    return &operations::function<Instruction>;
    MICROBLAZE_INTEGER_ACTIONS(X)
    MICROBLAZE_DIVIDE_ACTIONS(X)
#undef X
#define X(name, function) \
  case Action::name:      \
    return &compute_float<&operations::function<Instruction>>;
    MICROBLAZE_FLOAT_ACTIONS(X)
#undef X
    default:
      return nullptr;
  }
}

}  // namespace epysim::microblaze
