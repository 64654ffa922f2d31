#pragma once
// An instruction prepared for execution on a certain core: what decode() found, the function that computes it, and what the engine does.

#include <cstdint>

#include "sim/microblaze/instruction.h"
#include "sim/microblaze/options.h"
#include "sim/microblaze/semantics.h"

namespace epysim::microblaze {

enum class Kind : std::uint8_t {
  Empty = 0,  // nothing decoded here
  Compute,    // `execute`
  Divide,
  Float,
  Load,
  Store,
  Branch,  // Br, Bcc and returns
  Prefix,
  System,     // everything else that the core has
  Undefined,  // no instruction, or one whose option is off
  End         // behind the last slot of a run of slots
};

struct Decoded {
  Semantics execute = nullptr;  // of Compute, Divide, Float
  Instruction insn;
  Kind kind = Kind::Empty;
  bool observed = false;  // somebody wants to know when it is executed

  static Decoded end() {
    Decoded d;
    d.kind = Kind::End;
    return d;
  }
  bool empty() const { return kind == Kind::Empty; }
  void drop() { kind = Kind::Empty; }
  unsigned length() const { return 4; }
};

/// Decodes and prepares a word for a core with these options.
Decoded prepare(std::uint32_t word, const Options& options);

}  // namespace epysim::microblaze
