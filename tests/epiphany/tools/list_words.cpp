// Reads lines "ADDRESS WORD" (hexadecimal) and prints what the disassembler makes of each word at that address:
// "BYTES TEXT". Used by compare_with_objdump.py.

#include <cstdint>
#include <cstdio>

#include "sim/epiphany/disassemble.h"

int main() {
  unsigned address = 0, word = 0;
  while (std::scanf("%x %x", &address, &word) == 2) {
    const auto insn = epysim::epiphany::decode(word);
    std::printf("%u %s\n", epysim::epiphany::listed_bytes(insn), epysim::epiphany::disassemble(insn, address).c_str());
  }
}
