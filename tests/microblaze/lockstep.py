"""Random programs on the simulated core beside QEMU's user mode, compared after each instruction: registers, pc and FSR; what a program
stores it loads again at once, often it adds the carry to something, and all of its memory is compared at its end. Runs the built program lockstep_microblaze.

  python3 tests/microblaze/lockstep.py [PROGRAMS] [SEED]
  python3 tests/microblaze/lockstep.py --write-data         what QEMU makes of a few of them, for the tests that run without it

Needs qemu-microblazeel (Debian package qemu-user or qemu-user-static). QEMU 7.2 departs from the manual in some points (DEPARTURES and
the comments of Program); random programs keep clear of them. Ends with status 0 when all agree, 77 when there is no QEMU.
"""

import hashlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import microblaze_reference as reference  # noqa: E402
from assembled import ROWS, constant, word, write_elf  # noqa: E402
from experiments import BUILD  # noqa: E402

LOCKSTEP = BUILD / "lockstep_microblaze"
ENGINES = ("reference", "eager")  # by turns
DIGESTS = Path(__file__).parent / "data/lockstep_digests.txt"
DIGESTED = range(1, 21)
START = 0x10000
DATA, DATA_BYTES = 0x80000, 1024
STACK, LINK, COUNTER, INDEX, FIRST, SECOND = 1, 15, 31, 28, 26, 27  # registers with a purpose: r1 points to the data
FREE = [n for n in range(2, 26) if n not in (14, LINK, 17)]

COMPUTE = [
    op for op, row in ROWS.items()
    if row.form in ("RdRaRb", "RdRa") and row.option in ("Always", "Barrel", "Multiplier", "Multiplier64", "Pattern", "Reorder")
    and not op.startswith(("l", "sb", "sh", "sw"))
] + ["swapb", "swaph"]
IMMEDIATE = [op for op, row in ROWS.items() if row.form == "RdRaImm" and op[0] not in "l" and op not in ("sbi", "shi", "swi")]
CONDITIONS = ("eq", "ne", "lt", "le", "gt", "ge")
FLOATS = ("fadd", "frsub", "fmul", "fdiv", "fcmp_un", "fcmp_lt", "fcmp_eq", "fcmp_gt", "fcmp_ne")


def find_qemu():
    return shutil.which("qemu-microblazeel") or shutil.which("qemu-microblazeel-static")


class Program:
    """A random one. Everything that goes back is a loop with a counter, so that it ends."""

    def __init__(self, seed, pieces=300):
        self.chooser = random.Random(seed)
        self.words = [*constant(STACK, DATA)]
        for register in FREE:
            self.words += constant(register, reference_integer(self.chooser))
        for _ in range(pieces):
            self.words += self.piece(nested=False)
        self.words += [word("addik", 12, 0, 4), word("addik", 5, 0, 1), *constant(6, DATA), word("addik", 7, 0, DATA_BYTES), word("brki", 14, 8)]
        self.words += [word("addik", 12, 0, 1), word("addik", 5, 0, 0), word("brki", 14, 8)]

    def free(self):
        return self.chooser.choice(FREE)

    def source(self):
        return self.chooser.choice([0, STACK, *FREE])

    def single(self):
        """One instruction that may stand in a delay slot."""
        chooser = self.chooser
        kind = chooser.randrange(4)
        if kind == 0:
            return word(chooser.choice(IMMEDIATE), self.target(), self.source(), chooser.getrandbits(16))
        if kind == 1:
            return word(chooser.choice(("bslli", "bsrai", "bsrli")), self.target(), self.source(), chooser.randrange(32))
        op = chooser.choice(COMPUTE)
        target = self.free() if op in ("sra", "src", "srl") else self.target()  # into r0, QEMU forgets their carry
        return word(op, target, self.source(), *([self.source()] if ROWS[op].form == "RdRaRb" else []))

    def target(self):
        return self.chooser.choice([0, *FREE, *FREE])

    def piece(self, nested):
        kinds = [self.compute] * 6 + [self.memory] * 3 + [self.divide, self.field, self.special, self.reservation, self.float, self.float, self.convert]
        if not nested:
            kinds += [self.skip] * 5 + [self.loop, self.call]
        return self.chooser.choice(kinds)()

    def some(self, most):
        return [each for _ in range(self.chooser.randrange(1, most)) for each in self.piece(nested=True)]

    def compute(self):
        if self.chooser.randrange(4) == 0:
            return [self.single(), word("addkc", self.free(), 0, 0)]
        if self.chooser.randrange(4) == 0:
            return [word("imm", self.chooser.getrandbits(16)), self.single()]  # of use only to an immediate
        return [self.single()]

    def field(self):
        first = self.chooser.randrange(32)
        width = self.chooser.randrange(1, 33 - first)
        if self.chooser.getrandbits(1):
            return [word("bsefi", self.free(), self.source(), min(width, 31), first)]
        return [word("bsifi", self.free(), self.source(), first + width - 1, first)]

    def special(self):
        return [self.chooser.choice((word("mfs", self.free(), 0), word("msrset", 0, 4), word("msrclr", 0, 4), word("mbar", 1), word("mbar", 2)))]

    def divide(self):
        """By a number from 1 to 2^31 - 1: QEMU does not survive the overflow, and takes an exception for zero."""
        op = self.chooser.choice(("idiv", "idivu"))
        return [word("ori", FIRST, self.source(), 1), word("imm", 0x7FFF), word("andi", FIRST, FIRST, 0xFFFF), word(op, self.free(), FIRST, self.source())]

    def memory(self):
        chooser = self.chooser
        size = chooser.choice((1, 2, 4))
        letter = {1: "b", 2: "h", 4: "w"}[size]
        zero = {1: "u", 2: "u", 4: ""}[size]
        if chooser.getrandbits(1):
            offset = chooser.randrange(0, DATA_BYTES, size)
            if chooser.getrandbits(1):
                return [word(f"l{letter}{zero}i", self.free(), STACK, offset)]
            return [word(f"s{letter}i", self.source(), STACK, offset), word("lwi", self.free(), STACK, offset & -4)]
        place = [word("andi", INDEX, self.source(), DATA_BYTES - size)]
        reverse = chooser.choice(("", "r"))
        if chooser.getrandbits(1):
            return place + [word(f"l{letter}{zero}{reverse}", self.free(), STACK, INDEX)]
        return place + [word(f"s{letter}{reverse}", self.source(), STACK, INDEX), word("andi", INDEX, INDEX, -4), word("lw", self.free(), STACK, INDEX)]

    def reservation(self):
        """Taken, used, and used up; nobody else writes the word, so that QEMU's comparison holds. Of r0 QEMU cannot translate it."""
        place = [word("addik", INDEX, STACK, self.chooser.randrange(0, DATA_BYTES, 4)), word("lwx", self.free(), INDEX, 0)]
        store = [word("swx", self.free(), INDEX, 0), word("addkc", self.free(), 0, 0)]
        return place + self.compute() + store * self.chooser.choice((1, 2))

    def number(self, register, sign=0x8000):
        """Makes a number of moderate size of what is in a free register."""
        exponent = self.chooser.randrange(0x60, 0x98) << 7
        return [word("imm", sign | 0x7F), word("andi", register, self.source(), -1), word("imm", exponent), word("ori", register, register, 0)]

    def float(self):
        op = self.chooser.choice(FLOATS)
        second = self.number(SECOND) if self.chooser.randrange(4) else [word("addk", SECOND, FIRST, 0)]
        return self.number(FIRST) + second + [word(op, self.free(), FIRST, SECOND)]

    def convert(self):
        kind = self.chooser.randrange(3)
        if kind == 0:
            return [word("flt", self.free(), self.source())]
        if kind == 1:  # of a whole number: QEMU does not truncate
            return [word("sext16", FIRST, self.source()), word("flt", FIRST, FIRST), word("fint", self.free(), FIRST)]
        return self.number(FIRST, 0) + [word("fsqrt", self.free(), FIRST)]

    def skip(self):
        """A branch over some instructions, with or without a slot, near or far, by distance or by register."""
        chooser = self.chooser
        body = self.some(4)
        slot = chooser.getrandbits(1)
        distance = 4 * (len(body) + 1 + slot)
        d = "d" * slot
        condition = chooser.choice((*CONDITIONS, *CONDITIONS, ""))
        behind = [self.single()] * slot + body
        if condition:
            register = self.source()
            if chooser.getrandbits(1):
                return [word(f"b{condition}i{d}", register, distance), *behind]
            return [word("addik", INDEX, 0, distance), word(f"b{condition}{d}", register, INDEX), *behind]
        if chooser.getrandbits(1):
            return [word("imm", 0), word(f"bri{d}", distance), *behind]
        return [word("addik", INDEX, 0, distance), word(f"br{d}", INDEX), *behind]

    def loop(self):
        body = self.some(4)
        again = -4 * (len(body) + 1)
        count = word("addik", COUNTER, 0, self.chooser.randrange(2, 40))
        return [count, *body, word("addik", COUNTER, COUNTER, -1), word("bneid", COUNTER, again), self.single()]

    def call(self):
        function = [*self.some(4), word("rtsd", LINK, 8), self.single()]
        over = [word("brid", 4 * (len(function) + 2)), self.single()]
        return over + function + [word("brlid", LINK, -4 * len(function)), self.single()]


def reference_integer(chooser):
    return chooser.choice((0, 1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, chooser.getrandbits(32), chooser.getrandbits(32), chooser.getrandbits(16)))


def run_qemu(qemu, path, **options):
    return subprocess.Popen([qemu, "-singlestep", "-d", "cpu,nochain", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def write_program(path, words):
    write_elf(path, START, words, room=DATA + DATA_BYTES - START)
    path.chmod(0o755)  # or QEMU does not take it


def write_digests(qemu):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.elf"
        lines = ["# SHA-256 of the memory that QEMU 7.2's user mode leaves behind, by seed of the program. Written by lockstep.py --write-data.\n"]
        for seed in DIGESTED:
            write_program(path, Program(seed).words)
            memory = subprocess.run([qemu, path], capture_output=True, check=True).stdout
            lines.append(f"{seed} {hashlib.sha256(memory).hexdigest()}\n")
    DIGESTS.write_text("".join(lines))


def compare(qemu, words, folder, engine):
    """(instructions, what is wrong or "")"""
    path = folder / "program.elf"
    write_program(path, words)
    with run_qemu(qemu, path) as theirs:
        ours = subprocess.run([LOCKSTEP, path, engine], stdin=theirs.stderr, capture_output=True)
        theirs.stderr.read()
        memory = theirs.stdout.read()
    said = ours.stderr.decode()
    if theirs.returncode != 0:
        return 0, f"QEMU ended with {theirs.returncode}\n{said}"
    if ours.returncode != 0:
        return 0, said
    if memory != ours.stdout or len(memory) != DATA_BYTES:
        return 0, "memory differs at the end"
    return int(said.split()[0]), ""


def run(qemu, programs, seed):
    """(instructions, [what is wrong])"""
    instructions = 0
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(seed, seed + programs):
            executed, said = compare(qemu, Program(number).words, Path(folder), ENGINES[number % len(ENGINES)])
            instructions += executed
            if said:
                wrong.append(f"program {number}: {said}")
    return instructions, wrong


# Where QEMU 7.2 departs from the manual: what it is, instruction, rA, rB, what QEMU makes of it. What the manual says is in
# microblaze_reference.py. (And: -2^31 / -1 ends QEMU; a NaN's, a division's or a denormal's exception ends the program.)
ONE, TWO, SMALLEST = 0x3F800000, 0x40000000, 0x00800000
DEPARTURES = [
    ("fcmp.le takes its operands the other way round", "fcmp_le", ONE, TWO, 1),
    ("fcmp.ge takes its operands the other way round", "fcmp_ge", ONE, TWO, 0),
    ("a denormal result is kept", "fmul", SMALLEST, 0x3F000000, 0x00400000),
    ("fint rounds to nearest", "fint", 0x3FC00000, 0, 2),
]


def qemu_result(qemu, op, a, b, folder):
    """What the instruction leaves in rD, which the program writes to standard output."""
    operands = (3, 5) if ROWS[op].form == "RdRa" else (3, 5, 6)
    code = [*constant(1, DATA), *constant(5, a), *constant(6, b), word(op, *operands), word("swi", 3, 1, 0)]
    code += [word("addik", 12, 0, 4), word("addik", 5, 0, 1), word("addk", 6, 1, 0), word("addik", 7, 0, 4), word("brki", 14, 8)]
    code += [word("addik", 12, 0, 1), word("addik", 5, 0, 0), word("brki", 14, 8)]
    path = folder / "departure.elf"
    write_program(path, code)
    return struct.unpack("<I", subprocess.run([qemu, path], capture_output=True, check=True).stdout)[0]


def departures(qemu):
    """[(what, QEMU's result, expected of QEMU, the manual's)]"""
    with tempfile.TemporaryDirectory() as folder:
        return [
            (what, qemu_result(qemu, op, a, b, Path(folder)), theirs, reference.compute_float(op.replace("_", "."), a, b)[0])
            for what, op, a, b, theirs in DEPARTURES
        ]


def main():
    qemu = find_qemu()
    if qemu is None:
        print("no qemu-microblazeel on PATH (Debian package qemu-user-static)", file=sys.stderr)
        return 77
    if sys.argv[1:] == ["--write-data"]:
        write_digests(qemu)
        return 0
    given = [int(argument) for argument in sys.argv[1:]]
    programs, seed = (given + [100, 1][len(given) :])[:2]
    instructions, wrong = run(qemu, programs, seed)
    print("\n".join(wrong[:10]))
    print(f"{programs} programs, {instructions} instructions compared with QEMU, {len(wrong)} programs differ")
    for what, got, expected, manual in departures(qemu):
        print(f"QEMU departs as known: {what}: {got:#x}, by the manual {manual:#x}" if got == expected else f"QEMU departs no more: {what}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
