#pragma once
// The reference engine: one instruction at a time out of the decode cache, each priced by the pipeline. Simple, and kept for ever:
// every faster engine has to agree with it.

namespace epysim::epiphany {

class Core;
struct Decoded;

class ReferenceEngine {
 public:
  /// Executes instructions of `core` until its limit. False when the next one has to wait for something outside the core.
  static bool run(Core& core);

  enum class Left { AtLimit, Waiting, Elsewhere };
  /// The same, but only until the program has jumped or a system instruction has been executed (Elsewhere); at least one instruction.
  static Left run_until_elsewhere(Core& core);
  /// The same for one instruction.
  static Left run_one(Core& core);

 private:
  enum class Extent { All, UntilElsewhere, One };
  template <bool kLoop, Extent kExtent>
  static Left run_code(Core& core);
  static bool load(Core& core, const Decoded& d, const struct Code& code);
  static bool store(Core& core, const Decoded& d, const struct Code& code);
};

}  // namespace epysim::epiphany
