#pragma once
// Text of an instruction as GNU objdump prints it (binutils 2.40, operand text only).
//
// A line of `objdump -d`, for whoever prints listings:
//
//   "   0:\t000b 0002 \tmov r0,0x0"     address in hexadecimal, then the half words in memory order, each followed by a space;
//   "   4:\t051a      \tadd r0,r1,r2"   a missing second half word is five spaces
//   "\n0000000e <f>:"                   before the first line of each symbol, eight digits
//   "\t..."                             instead of zero bytes, counted up to the next symbol or the section's end: when there
//                                       are 8 or more, then a multiple of 4 of them unless they reach that end; and when
//                                       there are less than 3 that reach it
//
// The address column is right-aligned in four places, or in eight when the section ends at 0x1000 or above.
// objdump takes four bytes for a word that is no instruction, whatever its length (listed_bytes()).
//
// Where this listing differs from objdump on purpose: the 16-bit FABS, for which objdump prints the fixed text "fabs rd,rn".

#include <string>

#include "sim/core/listing.h"
#include "sim/epiphany/instruction.h"

namespace epysim::epiphany {

/// `namer`: without it an address is a plain hexadecimal number ("0x80000cdc"), as objdump prints in a file without symbols.
/// "add r0,r1,r2", "ldr lr,[sp,+0x2]", "beq 1a4 <_f+0x10>"; "*unknown*" for what is no instruction.
std::string disassemble(const Instruction& insn, Address pc, const core::AddressNamer& namer = {});

/// How many bytes one line of an objdump listing covers: 2 or 4.
inline unsigned listed_bytes(const Instruction& insn) { return insn.op == Op::invalid ? 4 : insn.bytes; }

}  // namespace epysim::epiphany
