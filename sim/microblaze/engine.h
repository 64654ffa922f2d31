#pragma once
// The reference engine: one instruction at a time out of the decode cache, each priced by the pipeline. Simple, and kept for ever: every
// faster engine has to agree with it.

namespace epysim::microblaze {

class Core;

class ReferenceEngine {
 public:
  /// Executes instructions of `core` until its limit. False when the next one has to wait for something outside the core.
  static bool run(Core& core) { return execute<Extent::All>(core); }
  /// The same, but only until the program goes on elsewhere than behind an instruction.
  static bool run_to_jump(Core& core) { return execute<Extent::ToJump>(core); }
  /// The same for one instruction.
  static bool run_one(Core& core) { return execute<Extent::One>(core); }

 private:
  enum class Extent { All, ToJump, One };
  template <Extent kExtent>
  static bool execute(Core& core);
};

}  // namespace epysim::microblaze
