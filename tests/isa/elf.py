"""ELF files made of a few words of code, for tests of any instruction set."""

import struct
from pathlib import Path


def write_elf(path, machine, address, words, symbols=(), room=0, order="<"):
    """An executable for an ELF machine number, with its code at `address`, where it starts, and `room` zero bytes behind. `symbols`: (name,
    address), ascending. `order`: of bytes, "<" is little-endian."""
    page = 0x1000
    code = struct.pack(f"{order}{len(words)}I", *words)
    names = b"\0.text\0.symtab\0.strtab\0"
    strings, entries = b"\0", struct.pack(order + "IIIBBH", 0, 0, 0, 0, 0, 0)
    ends = sorted(at for _, at in symbols)[1:] + [address + len(code)]
    for (name, at), end in zip(symbols, ends):
        entries += struct.pack(order + "IIIBBH", len(strings), at, end - at, 0x12, 0, 1)
        strings += name.encode() + b"\0"
    offset = page
    at_entries = offset + len(code)
    at_strings = at_entries + len(entries)
    at_names = at_strings + len(strings)
    at_sections = (at_names + len(names) + 3) & ~3
    header = b"\x7fELF\1" + (b"\1" if order == "<" else b"\2") + b"\1" + bytes(9) + struct.pack(order + "HHIIIIIHHHHHH", 2, machine, 1, address, 52, at_sections, 0, 52, 32, 1, 40, 4, 3)
    segment = struct.pack(order + "IIIIIIII", 1, offset, address, address, len(code), len(code) + room, 7, page)
    sections = bytes(40)
    sections += struct.pack(order + "IIIIIIIIII", 1, 1, 6, address, offset, len(code), 0, 0, 4, 0)
    sections += struct.pack(order + "IIIIIIIIII", 7, 2, 0, 0, at_entries, len(entries), 3, 1, 4, 16)
    sections += struct.pack(order + "IIIIIIIIII", 15, 3, 0, 0, at_strings, len(strings) + len(names), 0, 0, 1, 0)
    body = (header + segment).ljust(offset, b"\0") + code + entries + strings + names
    # One string table serves symbols and sections: the section names follow the symbols' ones.
    sections = bytearray(sections)
    for i, name in ((1, 1), (2, 7), (3, 15)):
        struct.pack_into(order + "I", sections, 40 * i, len(strings) + name)
    Path(path).write_bytes(body.ljust(at_sections, b"\0") + bytes(sections))
