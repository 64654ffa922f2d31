#!/usr/bin/env python3
"""Compares the Epiphany decoder and disassembler with GNU objdump, word by word: text, length, and what is no instruction.

  compare_with_objdump.py               every 16-bit word and eleven million 32-bit words (word_sets.h)
  compare_with_objdump.py --write-data  writes objdump's side of the smaller sets that the unit tests compare with

Needs epiphany-elf-objdump, on PATH, in $EPYSIM_TOOLCHAIN (its bin folder or the folder above) or built by `epysim toolchain`, and a C++
compiler. Ends with status 0 when all words agree, 77 when there is no objdump. Where objdump is not followed, and why, is in data/objdump_differences.txt.
"""

import argparse
import array
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(__file__).resolve().parent / "data"
NOPS = 0x01A201A2
BATCH = 1_000_000  # words in one run of objdump
SETS = ("short", "table", "extended", "random")


def find_objdump():
    """On PATH, in $EPYSIM_TOOLCHAIN, or where `epysim toolchain` puts it."""
    folders = [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(":") if folder]
    if os.environ.get("EPYSIM_TOOLCHAIN"):
        toolchain = pathlib.Path(os.environ["EPYSIM_TOOLCHAIN"])
        folders = [toolchain, toolchain / "bin", *folders]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    for folder in [*folders, cache / "epysim/toolchain/epiphany-elf/bin"]:
        if os.access(folder / "epiphany-elf-objdump", os.X_OK):
            return str(folder / "epiphany-elf-objdump")
    return None


def differences():
    """[(match, mask, objdump's text, our text with %d and %n for the registers)] of objdump_differences.txt"""
    found = []
    for line in (DATA / "objdump_differences.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            match, mask, theirs, ours = (column.strip() for column in line.split("|")[:4])
            found.append((int(match, 16), int(mask, 16), theirs, ours))
    return found


def corrected(word, text, known):
    """objdump's text with the listed differences put right."""
    for match, mask, theirs, ours in known:
        if word & mask == match and text == theirs:
            return ours.replace("%d", f"r{word >> 13 & 7}").replace("%n", f"r{word >> 10 & 7}")
    return text


class Comparison:
    def __init__(self, objdump, folder):
        self.objdump, self.folder = objdump, folder
        self.known = differences()
        self.fixed_texts = {theirs for _, _, theirs, _ in self.known}
        self.program = folder / "list_words"
        sources = ["tests/epiphany/tools/list_words.cpp", "sim/epiphany/decode.cpp", "sim/epiphany/disassemble.cpp"]
        command = [os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-I", str(ROOT), "-o", str(self.program)]
        subprocess.run(command + [str(ROOT / source) for source in sources], check=True)

    def words(self, name, size):
        return array.array("I", subprocess.run([self.program, "words", name, str(size)], capture_output=True, check=True).stdout)

    def blocks(self, name, size):
        """[(number of words, name)]"""
        lines = subprocess.run([self.program, "blocks", name, str(size)], capture_output=True, text=True, check=True).stdout.splitlines()
        return [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]

    def ours(self, words):
        """"BYTES TEXT" of each word; word k is at address 8 * k."""
        listing = subprocess.run([self.program, "list"], input=words.tobytes(), capture_output=True, check=True).stdout
        return listing.decode().splitlines()

    def theirs(self, words):
        """The same from objdump, the differences that are listed put right."""
        image = self.folder / "words.bin"
        spaced = array.array("I", [NOPS]) * (2 * len(words))
        spaced[::2] = words
        image.write_bytes(spaced.tobytes())
        listing = subprocess.run([self.objdump, "-D", "-z", "-b", "binary", "-m", "epiphany", image], capture_output=True, text=True,
                                 check=True).stdout
        found = re.findall(r"^ *[0-9a-f]*[08]:\t((?:[0-9a-f]+ )+) *\t(.*)$", listing, re.M)
        if len(found) != len(words):
            sys.exit(f"objdump lists {len(found)} of {len(words)} words")
        texts = []
        for word, (half_words, text) in zip(words, found):
            text = text.rstrip()
            if text in self.fixed_texts:
                text = corrected(word, text, self.known)
            texts.append(f"{4 if len(half_words) > 5 else 2} {text}")
        return texts

    def compare(self):
        failures = total = 0
        for name in SETS:
            words = self.words(name, 1)
            wrong = []
            for first in range(0, len(words), BATCH):
                batch = words[first : first + BATCH]
                theirs, ours = self.theirs(batch), self.ours(batch)
                if theirs != ours:
                    wrong += [(w, t, o) for w, t, o in zip(batch, theirs, ours) if t != o]
            print(f"{name}: {len(words)} words compared, {len(wrong)} differ", flush=True)
            for word, theirs_one, ours_one in wrong[:20]:
                print(f"  {word:08x}  objdump {theirs_one}  epysim {ours_one}")
            failures += len(wrong)
            total += len(words)
        print(f"all: {total} words compared, {failures} differ")
        return 1 if failures else 0

    def write_data(self):
        with open(DATA / "objdump_digests.txt", "w") as out:
            out.write("# FNV-1a hash of objdump's lines \"BYTES TEXT\\n\", block by block of the sets in word_sets.h (size 0):\n")
            out.write("# set, hash, number of words, what. Written by compare_with_objdump.py --write-data.\n")
            for name in SETS:
                texts = self.theirs(self.words(name, 0))
                first = 0
                for count, block in self.blocks(name, 0):
                    lines = "".join(text + "\n" for text in texts[first : first + count])
                    out.write(f"{name} {fnv1a(lines):016x} {count} {block}\n")
                    first += count


def fnv1a(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write-data", action="store_true", help="write the digests for the unit tests")
    options = parser.parse_args()
    objdump = find_objdump()
    if objdump is None:
        print("no epiphany-elf-objdump on PATH, in EPYSIM_TOOLCHAIN or built by `epysim toolchain`", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as name:
        comparison = Comparison(objdump, pathlib.Path(name))
        if options.write_data:
            comparison.write_data()
            return 0
        return comparison.compare()


if __name__ == "__main__":
    sys.exit(main())
