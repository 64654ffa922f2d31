#pragma once
// The reference engine: one instruction at a time out of the decode cache, each priced by the pipeline. Simple, and kept for ever: every
// faster engine has to agree with it.

namespace epysim::microblaze {

class Core;

class ReferenceEngine {
 public:
  /// Executes instructions of `core` until its limit. False when the next one has to wait for something outside the core.
  static bool run(Core& core);
};

}  // namespace epysim::microblaze
