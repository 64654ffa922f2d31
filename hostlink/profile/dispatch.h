#pragma once
// Which byte code instruction a core executes, seen from outside: the VM jumps to each instruction by a table of addresses, one per opcode,
// and keeps the place of the instruction in a register of the compiler's choice. Both are found without the VM's help: the table by its
// symbol, the register by what it holds when the first instruction begins and ever after.

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sim/core/types.h"

namespace epysim::core {
class ElfImage;
}

namespace epysim::hostlink {

class Dispatch {
 public:
  /// `vm`: a device ELF with its symbols. Throws UsageError when it has no such table.
  explicit Dispatch(const core::ElfImage& vm);

  /// Where the instructions are carried out, ascending; in each core's own memory.
  const std::vector<Address>& places() const { return places_; }

  /// Byte code as a core has it.
  struct Code {
    Address base = 0;         // of the code, in the core's addresses
    std::uint32_t first = 0;  // offset of the instruction that a program begins with
    std::span<const std::uint8_t> bytes;
  };
  /// A core is at `place`: the offset of the instruction that begins there now; nothing when none does, as instructions share their code.
  std::optional<std::uint32_t> begun(Address place, std::span<const std::uint32_t> registers, const Code& code);

 private:
  bool begins(Address place, const Code& code, std::uint32_t offset) const;

  std::vector<Address> handlers_;  // by opcode
  std::vector<Address> places_;
  std::vector<std::pair<std::size_t, std::uint64_t>> candidates_;  // registers that may hold the place, and how often they did
};

}  // namespace epysim::hostlink
