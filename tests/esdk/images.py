"""Programs for cores, made byte by byte: ELF files of the Epiphany, SREC files."""

import struct

EPIPHANY = 0x1223


def elf(segments, sections=(), machine=EPIPHANY, kind=2):
    """`segments`: (address, bytes, bytes in memory); `sections`: (name, address)."""
    names = b"\0" + b"".join(name.encode() + b"\0" for name, _ in sections) + b".shstrtab\0"
    programs = 52
    data = programs + 32 * len(segments)
    strings = data + sum(len(contents) for _, contents, _ in segments)
    table = strings + len(names)
    count = len(sections) + 2
    header = b"\x7fELF\1\1\1" + bytes(9) + struct.pack("<HHIIIIIHHHHHH", kind, machine, 1, 0, programs, table, 0, 52, 32, len(segments), 40, count, count - 1)
    file, at = header, data
    for address, contents, memory in segments:
        file += struct.pack("<8I", 1, at, address, address, len(contents), memory, 7, 4)
        at += len(contents)
    file += b"".join(contents for _, contents, _ in segments) + names + bytes(40)
    for name, address in sections:
        file += struct.pack("<10I", names.index(name.encode() + b"\0"), 1, 2, address, 0, 0, 0, 0, 4, 0)
    return file + struct.pack("<10I", names.index(b".shstrtab"), 3, 0, 0, strings, len(names), 0, 0, 1, 0)


def segments_of(file):
    """Of an ELF file: (address, bytes)."""
    (programs,), (count,) = struct.unpack_from("<I", file, 28), struct.unpack_from("<H", file, 44)
    for at in range(programs, programs + 32 * count, 32):
        kind, offset, address, _, size, _ = struct.unpack_from("<6I", file, at)
        if kind == 1 and size:
            yield address, file[offset : offset + size]


def srec(segments):
    def record(kind, body):
        body = bytes([len(body) + 1]) + body
        return f"S{kind}{(body + bytes([~sum(body) & 0xFF])).hex().upper()}"

    lines = [record(0, b"\0\0program")]
    for address, contents in segments:
        for at in range(0, len(contents), 16):
            lines.append(record(3, struct.pack(">I", address + at) + contents[at : at + 16]))
    return "\r\n".join([*lines, record(7, bytes(4))]) + "\r\n"
