"""Single instructions on a simulated core against a reference, for any instruction set: operands worth trying, and the comparison.

A core has registers and memory that hold first_register() and first_byte() where an experiment does not say otherwise; so has
single_step (tests/isa/single_step.h), which executes the experiments.
"""

import os
import struct
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("EPYSIM", ROOT / "build/release/epysim")).resolve().parent
M32 = 0xFFFFFFFF

INTEGERS = [0, 1, 2, 31, 32, 33, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x55555555, 0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFE, 0xFFFFFFFF]


def first_register(number):
    return 0x01010101 * number + 7 & M32


def first_byte(address):
    return 7 * address + (address >> 8) & 255


def bits(word, high, low):
    return word >> low & (1 << high - low + 1) - 1


def signed(value, width=32):
    return value - (1 << width) if value >> width - 1 & 1 else value


def some_integer(chooser):
    kind = chooser.randrange(4)
    if kind == 0:
        return chooser.choice(INTEGERS)
    if kind == 1:
        return (chooser.choice(INTEGERS) + chooser.randrange(-3, 4)) & M32
    return chooser.getrandbits(32) >> chooser.choice((0, 0, 0, 8, 16, 24))


def some_float(chooser, near=None):
    """Zeros, denormals, the ends of the range, infinities, NaNs; short mantissas (for ties); a neighbour of `near`; or anything."""
    sign = chooser.getrandbits(1) << 31
    kind = chooser.randrange(10)
    if kind == 0:
        return sign | chooser.choice((0, 0x7F800000, 0x3F800000, 0x00800000, 0x7F7FFFFF, 0x00000001, 0x007FFFFF))
    if kind == 1:
        return sign | chooser.choice((0x7F800000 | 1 << chooser.randrange(23), chooser.getrandbits(23)))
    if kind == 2:
        return sign | chooser.choice((1, 2, 24, 127, 150, 230, 253, 254)) << 23 | chooser.getrandbits(23)
    if kind in (3, 4):
        return sign | chooser.randrange(100, 160) << 23 | chooser.getrandbits(4) << 19
    if kind in (5, 6) and near is not None:
        return (near ^ sign ^ 1 << chooser.randrange(27)) & M32
    if kind == 7:
        return struct.unpack("<I", struct.pack("<f", float(chooser.choice((0.5, 1.5, 2.5, 0.49999997, 2.0**31, 2.0**24 + 2, 16777215.5)))))[0] | sign
    return sign | chooser.randrange(90, 165) << 23 | chooser.getrandbits(23)


def products_near_the_ends(chooser):
    """Two factors whose product is close to the largest or the smallest number."""
    first = chooser.randrange(1, 255)
    total = chooser.choice((127 + 0, 127 + 1, 127 + 254, 127 + 253, 127 + 255)) + chooser.choice((-1, 0, 0, 1))
    second = min(max(total - first, 1), 254)
    return tuple(e << 23 | chooser.choice((0, 0x7FFFFF, chooser.getrandbits(23))) for e in (first, second))


class Memory:
    """Registers and bytes of a state; derived classes are dataclasses with the fields r and memory, for what differs from the first."""

    def reg(self, number):
        return self.r.get(number, first_register(number))

    def byte(self, address):
        return self.memory.get(address, first_byte(address))

    def load(self, address, size):
        return sum(self.byte(address + i) << 8 * i for i in range(size))

    def store(self, address, size, value):
        for i in range(size):
            self.memory[address + i] = value >> 8 * i & 255


def changes(values, before, pattern):
    """ "r5=1f" for each value that is not what it was; `before(key)` tells that."""
    return [pattern.format(key, value) for key, value in sorted(values.items()) if value != before(key)]


def collect(rows, experiment, wanted):
    """[(row, word, state)], `wanted(row)` of each row; `experiment(row)` makes one, or None when its operands do not fit together."""
    experiments = []
    for row in rows:
        made = []
        for _ in range(100 * wanted(row)):
            if len(made) == wanted(row):
                break
            one = experiment(row)
            if one is not None:
                made.append((row, *one))
        experiments += made
    return experiments


def compare(program, experiments, lines, expected):
    """Executes them with `program`; `lines` are its input, `expected` its output if the core is right. What is wrong."""
    output = subprocess.run(program, input="".join(line + "\n" for line in lines), capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(output) == len(experiments)
    return [
        f"{row.name}, {program[-1]}: {line}\n  core:      {got}\n  reference: {right}"
        for (row, _, _), line, got, right in zip(experiments, lines, output, expected)
        if got != right
    ]


def counts(experiments):
    found = {}
    for row, _, _ in experiments:
        found[row.name] = found.get(row.name, 0) + 1
    return found
