#pragma once
// The kinds of misuse of the machine that are noticed. The chip's own behaviour follows in every case; besides, the first time at each
// place of a program is a diagnostic (docs/diagnostics.md, `--silence KIND`).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace epysim::core {

enum class Misuse : std::uint8_t {
  Unaligned,      // an address that is no multiple of the access size; LDRD/STRD with an odd register
  Reserved,       // an address or special register inside a core where nothing is
  Unmapped,       // an address where nobody answers
  Unimplemented,  // an instruction that does not exist
  Protected,      // a store to a page that MEMPROTECT protects
  Testset,        // TESTSET on what it does not work on
  Loop,           // the rules of hardware loops
  Slot,           // an instruction in a delay slot that must not be there
  Dma,            // a DMA transfer that cannot work
  Unordered,      // two stores to the same place that nothing orders
  Registers,      // general registers of a running core, touched from outside
  Multicast,      // multicast from a core that cannot
  Link,           // link registers read, a stream link that leads nowhere
  Reset,          // a core reset while it waits for somebody's answer
  Trap,           // a TRAP that nobody serves
  Count
};

inline constexpr std::array<std::string_view, static_cast<std::size_t>(Misuse::Count)> kMisuseNames{
    "unaligned", "reserved",  "unmapped",  "unimplemented", "protected", "testset", "loop", "slot",
    "dma",       "unordered", "registers", "multicast",     "link",      "reset",   "trap"};

constexpr std::string_view name_of(Misuse kind) { return kMisuseNames[static_cast<std::size_t>(kind)]; }

}  // namespace epysim::core
