#!/usr/bin/env python3
"""Compares our decoders and disassemblers with GNU objdump, word by word: text, length, and what is no instruction.

  compare_with_objdump.py [ISA ...]               millions of words of each instruction set (tests/ISA/word_sets.h)
  compare_with_objdump.py --write-data [ISA ...]  writes objdump's side of the smaller sets that the unit tests compare with

An instruction set takes part by having these in tests/ISA:
  data/objdump.json             the name of its objdump, the arguments by which that takes a file of bare words, and (as "ignore", a regular
                                expression) what its lines say that depends on other words
  data/objdump_differences.txt  where objdump is not followed, and why
  tools/list_words.cpp          makes the words and lists them (tests/isa/list_words.h)

Needs the objdump on PATH, in $EPYSIM_TOOLCHAIN (a bin folder, or one or two above it) or built by `epysim toolchain`, and a C++ compiler.
Ends with status 0 when all words agree, 77 when there is no objdump for any of the instruction sets.
"""

import argparse
import array
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BATCH = 1_000_000  # words in one run of objdump


def find_objdump(name):
    """On PATH, in $EPYSIM_TOOLCHAIN, or where `epysim toolchain` puts it."""
    target = name.removesuffix("-objdump")
    folders = [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(":") if folder]
    if os.environ.get("EPYSIM_TOOLCHAIN"):
        toolchain = pathlib.Path(os.environ["EPYSIM_TOOLCHAIN"])
        folders = [toolchain, toolchain / "bin", toolchain / target / "bin", *folders]
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    for folder in [*folders, cache / "epysim/toolchain" / target / "bin"]:
        if os.access(folder / name, os.X_OK):
            return str(folder / name)
    return None


class Difference:
    """A line "match | mask | objdump's text | ours | reason". objdump's text is a regular expression; in ours, {h:l} stands for bits h to l of
    the word as a decimal number, {h:l-h:l+n} for such a sum, {hex h:l} for either in hexadecimal, and {x} for the word in eight such digits."""

    def __init__(self, line):
        match, mask, theirs, self.ours = (column.strip() for column in line.split(" | ")[:4])
        self.match, self.mask, self.theirs = int(match, 16), int(mask, 16), re.compile(theirs)

    def applies(self, word, text):
        return word & self.mask == self.match and self.theirs.fullmatch(text)

    def correct(self, word, text):
        def field(found):
            if found.group() == "{x}":
                return f"0x{word:08x}"
            terms = found.group(1).removeprefix("hex ")
            numbers = re.sub(r"(\d+):(\d+)", lambda bits: str(word >> int(bits[2]) & (2 << int(bits[1]) - int(bits[2])) - 1), terms)
            value = sum(int(term) for term in re.findall(r"[+-]?\d+", numbers))
            return hex(value) if terms != found.group(1) else str(value)

        return re.sub(r"\{(x|(?:hex )?[\d:+-]+)\}", field, self.ours.replace("\\t", "\t"))


class Comparison:
    def __init__(self, folder, objdump, scratch):
        self.data, self.objdump, self.scratch = folder / "data", objdump, scratch
        settings = json.loads((self.data / "objdump.json").read_text())
        self.arguments, self.ignored = settings["arguments"], re.compile(settings.get("ignore", "$^"))
        lines = (self.data / "objdump_differences.txt").read_text().splitlines()
        self.known = [Difference(line) for line in lines if line and not line.startswith("#")]
        self.program = scratch / f"list_words_{folder.name}"
        sources = [folder / "tools/list_words.cpp", *(ROOT / "sim" / folder.name / f"{part}.cpp" for part in ("decode", "disassemble"))]
        command = [os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-I", str(ROOT), "-o", str(self.program)]
        subprocess.run(command + [str(source) for source in sources], check=True)
        offset, *self.sets = self.run("sets").decode().split()
        self.offset = int(offset)  # of a word in its eight bytes

    def run(self, *arguments, **options):
        return subprocess.run([self.program, *arguments], capture_output=True, check=True, **options).stdout

    def image(self, name, size):
        return array.array("I", self.run("image", name, str(size)))

    def blocks(self, name, size):
        """[(number of words, name)]"""
        lines = self.run("blocks", name, str(size)).decode().splitlines()
        return [(int(line.split(" ", 1)[0]), line.split(" ", 1)[1]) for line in lines]

    def ours(self, image):
        """"BYTES TEXT" of each word; word k is in the eight bytes from 8 * k on."""
        return self.run("list", input=image.tobytes()).decode().splitlines()

    def theirs(self, image):
        """The same from objdump, the differences that are listed put right."""
        file = self.scratch / "words.bin"
        file.write_bytes(image.tobytes())
        command = [self.objdump, "-D", "-z", "-b", "binary", *self.arguments, file]
        listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        last_digit = "[08]" if self.offset == 0 else "[4c]"
        found = re.findall(rf"^ *[0-9a-f]*{last_digit}:\t((?:[0-9a-f]+ )+) *\t(.*)$", listing, re.M)
        words = image[self.offset // 4 :: 2]
        if len(found) != len(words):
            sys.exit(f"objdump lists {len(found)} of {len(words)} words")
        texts = []
        for word, (half_words, text) in zip(words, found):
            text = self.ignored.sub("", text.rstrip())
            for difference in self.known:
                if difference.applies(word, text):
                    text = difference.correct(word, text)
                    break
            texts.append(f"{4 if len(half_words) > 5 else 2} {text}")
        return texts

    def compare(self):
        failures = total = 0
        for name in self.sets:
            image = self.image(name, 1)
            wrong = []
            for first in range(0, len(image), 2 * BATCH):
                batch = image[first : first + 2 * BATCH]
                theirs, ours = self.theirs(batch), self.ours(batch)
                if theirs != ours:
                    wrong += [(w, t, o) for w, t, o in zip(batch[self.offset // 4 :: 2], theirs, ours) if t != o]
            print(f"{name}: {len(image) // 2} words compared, {len(wrong)} differ", flush=True)
            for word, theirs_one, ours_one in wrong[:20]:
                print(f"  {word:08x}  objdump {theirs_one!r}  epysim {ours_one!r}")
            failures += len(wrong)
            total += len(image) // 2
        print(f"all: {total} words compared, {failures} differ")
        return failures == 0

    def write_data(self):
        with open(self.data / "objdump_digests.txt", "w") as out:
            out.write("# FNV-1a hash of objdump's lines \"BYTES TEXT\\n\", block by block of the sets in word_sets.h (size 0):\n")
            out.write("# set, hash, number of words, what. Written by compare_with_objdump.py --write-data.\n")
            for name in self.sets:
                texts = self.theirs(self.image(name, 0))
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
    folders = {file.parents[1].name: file.parents[1] for file in sorted(ROOT.glob("tests/*/data/objdump.json"))}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("isa", nargs="*", choices=[[], *folders], help="all by default")
    parser.add_argument("--write-data", action="store_true", help="write the digests for the unit tests")
    options = parser.parse_args()
    agree = []
    for name in options.isa or folders:
        objdump_name = json.loads((folders[name] / "data/objdump.json").read_text())["objdump"]
        objdump = find_objdump(objdump_name)
        if objdump is None:
            print(f"no {objdump_name} on PATH, in EPYSIM_TOOLCHAIN or built by `epysim toolchain`: {name} is not compared", file=sys.stderr)
            continue
        print(f"{name}:")
        with tempfile.TemporaryDirectory() as scratch:
            comparison = Comparison(folders[name], objdump, pathlib.Path(scratch))
            if options.write_data:
                comparison.write_data()
                agree.append(True)
            else:
                agree.append(comparison.compare())
    return 77 if not agree else 0 if all(agree) else 1


if __name__ == "__main__":
    sys.exit(main())
