"""Programs for a MicroBlaze core made in Python: instructions by their names in the instruction table, and an ELF file around them (tests/isa/elf.py)."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/isa"))
import elf  # noqa: E402

MACHINE = 189


class Row:
    """A line of the instruction table."""

    def __init__(self, op, text, match, mask, form, option):
        self.op, self.text, self.form, self.option = op, text, form, option
        self.match, self.mask = int(match, 16), int(mask, 16)

    @property
    def name(self):
        return self.op


def rows():
    table = (ROOT / "sim/microblaze/instructions.def").read_text()
    pattern = r'^MICROBLAZE_INSN\((\w+), *"([^"]*)", *(0x\w+), *(0x\w+), *(\w+), *\w+, *\w+, *(\w+),'
    return [Row(*found) for found in re.findall(pattern, table, re.M)]


ROWS = {row.op: row for row in rows()}

# The places of the operands, in the order of the listing
PLACES = {
    "RdRaRb": (21, 16, 11), "RdRa": (21, 16), "RaRb": (16, 11), "RdRb": (21, 11), "Rb": (11,),
    "RdRaImm": (21, 16, 0), "RdImm": (21, 0), "RaImm": (16, 0), "Imm": (0,), "RdRaShift": (21, 16, 0), "RdRaField": (21, 16, 6, 0),
    "RdImm15": (21, 0), "RdSpecial": (21, 0), "SpecialRa": (0, 16), "Barrier": (21,), "RdLink": (21, 0), "RaLink": (16, 0), "Link": (0,),
}


def word(op, *operands):
    """The encoding; immediates may be negative. BSEFI and BSIFI take the two numbers of their encoding."""
    row = ROWS[op]
    value = row.match
    for place, operand in zip(PLACES[row.form], operands, strict=True):
        value |= (operand & 0xFFFF) << place if place == 0 else operand << place
    return value


def constant(register, value):
    """Two instructions that put a constant into a register."""
    return [word("imm", value >> 16 & 0xFFFF), word("addik", register, 0, value & 0xFFFF)]


def write_elf(path, address, words, symbols=(), room=0, order="<"):
    elf.write_elf(path, MACHINE, address, words, symbols, room, order)
