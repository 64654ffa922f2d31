"""Programs for a MicroBlaze core made in Python: instructions by their names in the instruction table, and an ELF file around them."""

import re
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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


def write_elf(path, address, words, symbols=(), room=0):
    """An executable with its code at `address`, where it starts, and `room` zero bytes behind. `symbols`: (name,
    address), ascending."""
    page = 0x1000
    code = struct.pack(f"<{len(words)}I", *words)
    names = b"\0.text\0.symtab\0.strtab\0"
    strings, entries = b"\0", struct.pack("<IIIBBH", 0, 0, 0, 0, 0, 0)
    ends = sorted(at for _, at in symbols)[1:] + [address + len(code)]
    for (name, at), end in zip(symbols, ends):
        entries += struct.pack("<IIIBBH", len(strings), at, end - at, 0x12, 0, 1)
        strings += name.encode() + b"\0"
    offset = page
    at_entries = offset + len(code)
    at_strings = at_entries + len(entries)
    at_names = at_strings + len(strings)
    at_sections = (at_names + len(names) + 3) & ~3
    header = b"\x7fELF\1\1\1" + bytes(9) + struct.pack("<HHIIIIIHHHHHH", 2, 189, 1, address, 52, at_sections, 0, 52, 32, 1, 40, 4, 3)
    segment = struct.pack("<IIIIIIII", 1, offset, address, address, len(code), len(code) + room, 7, page)
    sections = bytes(40)
    sections += struct.pack("<IIIIIIIIII", 1, 1, 6, address, offset, len(code), 0, 0, 4, 0)
    sections += struct.pack("<IIIIIIIIII", 7, 2, 0, 0, at_entries, len(entries), 3, 1, 4, 16)
    sections += struct.pack("<IIIIIIIIII", 15, 3, 0, 0, at_strings, len(strings) + len(names), 0, 0, 1, 0)
    body = (header + segment).ljust(offset, b"\0") + code + entries + strings + names
    # One string table serves symbols and sections: the section names follow the symbols' ones.
    sections = bytearray(sections)
    for i, name in ((1, 1), (2, 7), (3, 15)):
        struct.pack_into("<I", sections, 40 * i, len(strings) + name)
    Path(path).write_bytes(body.ljust(at_sections, b"\0") + bytes(sections))
