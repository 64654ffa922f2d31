#include "sim/microblaze/engine.h"

#include "sim/microblaze/core.h"

namespace epysim::microblaze {

bool ReferenceEngine::run(Core& core) {
  while (core.pipeline_.now() < core.limit_) {
    if (core.attention_) core.attend();
    const Address pc = core.state_.pc;
    if (pc >= core.local().bytes()) {
      core.fetch_outside();
      return false;
    }
    Decoded& slot = core.decoded_[pc];
    if (slot.empty()) core.decode_into(slot, pc);
    if (!core.execute(slot)) return false;
  }
  return true;
}

}  // namespace epysim::microblaze
