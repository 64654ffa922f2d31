#include "sim/microblaze/engine.h"

#include "sim/microblaze/core.h"

namespace epysim::microblaze {

template <ReferenceEngine::Extent kExtent>
bool ReferenceEngine::execute(Core& core) {
  while (core.pipeline_.now() < core.limit_) {
    if (core.attention_) core.attend();
    const Address pc = core.state_.pc;
    if (pc >= core.local().bytes()) {
      core.fetch_outside();
      return false;
    }
    Decoded& slot = core.decoded_[pc];
    if (slot.empty()) core.decode_into(slot, pc);
    if (slot.observed) core.tell_observer(core.state_.r);
    if (!core.execute(slot)) return false;
    if (kExtent == Extent::One || (kExtent == Extent::ToJump && core.state_.pc != pc + 4)) break;
  }
  return true;
}

template bool ReferenceEngine::execute<ReferenceEngine::Extent::All>(Core&);
template bool ReferenceEngine::execute<ReferenceEngine::Extent::ToJump>(Core&);
template bool ReferenceEngine::execute<ReferenceEngine::Extent::One>(Core&);

}  // namespace epysim::microblaze
