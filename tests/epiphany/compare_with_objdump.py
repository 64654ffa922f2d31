#!/usr/bin/env python3
"""Compares the Epiphany disassembler with GNU objdump, word by word.

  compare_with_objdump.py               every 16-bit word, every line of the instruction table with random
                                        operands, and a million random words
  compare_with_objdump.py --write-data  writes the listings that the unit tests compare with, from objdump

Needs epiphany-elf-objdump, on PATH or in $EPYSIM_TOOLCHAIN (its bin folder or the folder above), and a C++
compiler. Ends with status 0 when all words agree, 77 when there is no objdump.

Where objdump is not followed, and why:
 * 16-bit FABS: objdump prints the fixed text "fabs rd,rn", because the operands of that form are plain letters in
   its instruction table. We print the registers.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(__file__).resolve().parent / "data"
SLOT = 8  # bytes from one word to the next; the rest of a slot is NOPs
NOP = 0x01A2
LONG_NIBBLES = (0x8, 0x9, 0xB, 0xC, 0xD, 0xF)


def find_objdump():
    found = shutil.which("epiphany-elf-objdump")
    if found:
        return found
    toolchain = os.environ.get("EPYSIM_TOOLCHAIN")
    if toolchain:
        for folder in (pathlib.Path(toolchain), pathlib.Path(toolchain) / "bin"):
            if (folder / "epiphany-elf-objdump").exists():
                return str(folder / "epiphany-elf-objdump")
    return None


def objdump_texts(objdump, words, folder):
    """[(bytes, text)] of the words, the k-th one at address k * SLOT."""
    image = folder / "words.bin"
    image.write_bytes(b"".join(struct.pack("<IHH", word, NOP, NOP) for word in words))
    listing = subprocess.run(
        [objdump, "-D", "-z", "-b", "binary", "-m", "epiphany", image], capture_output=True, text=True, check=True
    ).stdout
    texts = [None] * len(words)
    for line in listing.split("\n"):
        columns = line.split("\t")
        if len(columns) >= 3 and columns[0].endswith(":"):
            address = int(columns[0].strip()[:-1], 16)
            if address % SLOT == 0:
                texts[address // SLOT] = (2 * len(columns[1].split()), "\t".join(columns[2:]).rstrip())
    for word, text in zip(words, texts):
        if text is None:
            sys.exit(f"objdump lists nothing for {word:08x}")
    return [with_registers(word, text) for word, text in zip(words, texts)]


def with_registers(word, text):
    """The one correction of objdump's output (see above)."""
    if text[1] != "fabs rd,rn":
        return text
    return (text[0], f"fabs r{word >> 13 & 7},r{word >> 10 & 7}")


def our_texts(words, folder):
    program = folder / "list_words"
    if not program.exists():
        sources = ["tests/epiphany/tools/list_words.cpp", "sim/epiphany/decode.cpp", "sim/epiphany/disassemble.cpp"]
        command = [os.environ.get("CXX", "c++"), "-std=c++20", "-O1", "-I", str(ROOT), "-o", str(program)]
        subprocess.run(command + [str(ROOT / source) for source in sources], check=True)
    lines = "".join(f"{SLOT * k:x} {word:x}\n" for k, word in enumerate(words))
    output = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout
    return [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in output.splitlines()]


def short_words():
    """Every 16-bit word, with a NOP behind it (which is the upper half of what is a 32-bit form)."""
    return [NOP << 16 | word for word in range(0x10000)]


def table_words(per_line):
    """Every line of instructions.def: operand bits all zero, all one, alternating, then random."""
    chooser = random.Random(1)
    words = []
    for line in (ROOT / "sim/epiphany/instructions.def").read_text().splitlines():
        found = re.match(r'EPIPHANY_INSN\(\w+, *"[^"]*", *(0x\w+), *(0x\w+),', line)
        if not found:
            continue
        match, mask = (int(text, 16) for text in found.groups())
        operands = [0, 0xFFFFFFFF, 0x55555555, 0xAAAAAAAA]
        operands += [chooser.getrandbits(32) for _ in range(per_line - len(operands))]
        for bits in operands:
            word = match | bits & ~mask & 0xFFFFFFFF
            words.append(word if match & 15 in LONG_NIBBLES else word & 0xFFFF | NOP << 16)
    return words


def random_words(count):
    """Random words, most of them 32-bit forms, the crowded low nibble 1111 above all."""
    chooser = random.Random(2)
    words = []
    for k in range(count):
        word = chooser.getrandbits(32)
        if k % 4:
            word = word & ~15 | (0xF if k % 4 == 1 else chooser.choice(LONG_NIBBLES))
        if k % 8 == 1:  # most 1111 words are no instruction; thin out their opcode bits
            word &= ~chooser.choice((0x00700000, 0x03F80000, 0x01F00380))
        words.append(word)
    return words


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def write_data(objdump, folder):
    DATA.mkdir(exist_ok=True)
    words = table_words(12) + random_words(1000)
    with open(DATA / "objdump_words.txt", "w") as out:
        out.write("# What objdump prints: address, word, bytes, text. Written by compare_with_objdump.py --write-data.\n")
        for k, (word, (count, text)) in enumerate(zip(words, objdump_texts(objdump, words, folder))):
            out.write(f"{SLOT * k:x} {word:08x} {count} {text}\n")
    texts = objdump_texts(objdump, short_words(), folder)
    with open(DATA / "objdump_blocks.txt", "w") as out:
        out.write("# FNV-1a hash of objdump's lines \"BYTES TEXT\\n\" for the 256 words 01a2BB00 to 01a2BBff, each BB in turn;\n")
        out.write("# word 01a2xxxx stands at address 8 * xxxx. Written by compare_with_objdump.py --write-data.\n")
        for block in range(256):
            lines = "".join(f"{count} {text}\n" for count, text in texts[256 * block : 256 * block + 256])
            out.write(f"{block:02x} {fnv1a(lines):016x}\n")


def compare(objdump, folder, count):
    failures = 0
    for what, words in (("16-bit words", short_words()), ("table lines", table_words(500)), ("random words", random_words(count))):
        wrong = [
            (word, theirs, ours)
            for word, theirs, ours in zip(words, objdump_texts(objdump, words, folder), our_texts(words, folder))
            if theirs != ours
        ]
        print(f"{what}: {len(words)} compared, {len(wrong)} differ")
        for word, theirs, ours in wrong[:20]:
            print(f"  {word:08x}  objdump {theirs}  epysim {ours}")
        failures += len(wrong)
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write-data", action="store_true", help="write the listings for the unit tests")
    parser.add_argument("--random", type=int, default=1_000_000, metavar="N", help="how many random words to compare")
    options = parser.parse_args()
    objdump = find_objdump()
    if objdump is None:
        print("no epiphany-elf-objdump on PATH or in EPYSIM_TOOLCHAIN", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if options.write_data:
            write_data(objdump, folder)
            return 0
        return compare(objdump, folder, options.random)


if __name__ == "__main__":
    sys.exit(main())
