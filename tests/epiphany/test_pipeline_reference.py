"""The cycles of random instruction sequences against a naive pipeline written from the manual's tables: when each instruction issues, which
ones share a cycle, what a taken branch costs.

All registers and all data are zero, so that any instruction may follow any other: results are zero, addresses stay in local memory, and only
the condition flags have to be followed. Runs the built program single_step.

  python3 tests/epiphany/test_pipeline_reference.py [PROGRAMS] [SEED]     more of it, from the command line
"""

import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import isa_reference as reference  # noqa: E402
from experiments import BUILD  # noqa: E402
from isa_reference import AC, AZ, BZ  # noqa: E402

SINGLE_STEP = BUILD / "single_step_epiphany"
ENGINES = ("reference", "fast")
PROGRAMS = 1500
START = 0x4800  # code has a bank to itself: data are in the first two
NOP, BKPT = 0x01A2, 0x01C2

IALU, FPU, MEMORY, CONTROL = "ialu", "fpu", "memory", "control"
FLOATS = ("fadd", "fsub", "fmul", "fmadd", "fmsub", "float", "fix", "fabs")
INTEGERS = ("add", "sub", "and", "orr", "eor", "lsl", "lsr", "asr", "bitr")
FLOAT_CONDITIONS = ("beq", "bne", "blt", "blte")


class Instruction:
    """What the pipeline has to know of a word."""

    def __init__(self, row, word):
        self.row, self.word, self.name = row, word, row.mnemonic
        self.length = 4 if row.long else 2
        rd, rn, rm = reference.fields(word)
        self.reads, self.address, self.writes = set(), set(), {}  # registers; writes: register -> kind of producer
        self.on_float_flags = False
        if self.name in FLOATS:
            self.unit = FPU
            self.reads = {rn} | ({rm} if row.form == "RdRnRm" else set()) | ({rd} if self.name in ("fmadd", "fmsub") else set())
            self.writes = {rd: FPU}
        elif self.name[:3] in ("ldr", "str"):
            self.unit = MEMORY
            self.address = {rn} | ({rm} if row.form in ("Index", "PostRegister") else set())
            if row.form in ("PostRegister", "PostImmediate"):
                self.writes[rn] = IALU
            data = {rd & ~1, rd | 1} if self.name.endswith("d") else {rd}
            if self.name.startswith("str"):
                self.reads = data
            else:
                narrow = self.name in ("ldrb", "ldrh")
                self.writes.update({register: "narrow load" if narrow else "load" for register in data})
        elif self.name in INTEGERS or self.name.startswith("mov"):
            self.unit = IALU
            if row.form not in ("RdImm8", "RdImm16"):
                self.reads = {rn} | ({rm} if row.form == "RdRnRm" else set())
            if self.name == "movt" or (self.name.startswith("mov") and self.name != "mov"):
                self.reads.add(rd)
            self.on_float_flags = self.name[3:] in FLOAT_CONDITIONS and self.name.startswith("mov")
            self.writes = {rd: IALU}
        else:
            self.unit = CONTROL
            self.on_float_flags = self.name[1:] in FLOAT_CONDITIONS
            if self.name == "bl":
                self.writes = {14: IALU}


class Pipeline:
    """Issue cycles, one instruction at a time. `nearest`: one more cycle for results of the FPU."""

    def __init__(self, nearest):
        self.nearest = nearest
        self.next = 0  # the first free cycle
        self.writers = {}  # register -> (kind of producer, cycle of issue)
        self.last_float = -100
        self.previous = None  # the instruction in the last cycle, when it may still be joined
        self.pairs = self.stalls = self.load_stalls = 0
        self.ambiguous = False

    def latency(self, kind):
        """Until a result can be read by the IALU, which counts as its completion."""
        return {IALU: 1, FPU: 4 + self.nearest, "load": 2, "narrow load": 3}[kind]

    def distance(self, kind, instruction, register):
        """Cycles between issue of the producer and of a reader."""
        if instruction.unit == FPU:
            return {IALU: 2, FPU: 4 + self.nearest, "load": 3, "narrow load": 3}[kind]
        if instruction.name.startswith("str") and register not in instruction.address and kind == FPU:
            return 3 + self.nearest
        return self.latency(kind)

    def ready(self, instruction):
        """From when on it can issue, and the kinds of producers that it waits for until then."""
        waits = [(0, IALU)]
        for register in instruction.reads | instruction.address:
            if register in self.writers:
                kind, issued = self.writers[register]
                waits.append((issued + self.distance(kind, instruction, register), kind))
        for register, kind in instruction.writes.items():  # results arrive in program order
            if register in self.writers:
                earlier, issued = self.writers[register]
                waits.append((issued + self.latency(earlier) + 1 - self.latency(kind), earlier))
        if instruction.on_float_flags:
            waits.append((self.last_float + 4 + self.nearest, FPU))
        at = max(at for at, _ in waits)
        return at, {kind for last, kind in waits if last == at}

    def joins(self, instruction, ready):
        first = self.previous
        if first is None or {first.unit, instruction.unit} not in ({FPU, IALU}, {FPU, MEMORY}):
            return False
        touched = instruction.reads | instruction.address | set(instruction.writes)
        return not touched & set(first.writes) and ready <= self.next - 1

    def issue(self, instruction):
        ready, producers = self.ready(instruction)
        if self.joins(instruction, ready):
            at = self.next - 1
            self.pairs += 1
            self.previous = None
        else:
            at = max(self.next, ready)
            if at > self.next:
                self.stalls += at - self.next
                loads = producers & {"load", "narrow load"}
                if loads == producers:
                    self.load_stalls += at - self.next
                elif loads:
                    self.ambiguous = True  # the manual does not say whose fault it is
            self.next = at + 1
            self.previous = instruction
        for register, kind in instruction.writes.items():
            self.writers[register] = (kind, at)
        if instruction.unit == FPU:
            self.last_float = at

    def refill(self, cycles):
        self.next += cycles
        self.previous = None


def expected(instructions, nearest):
    """What single_step prints of the program and the BKPT behind it: cycles, pairs, cycles of dependency stalls, those of them on loads."""
    pipeline, status, pc = Pipeline(nearest), 0, START
    for instruction, following in zip(instructions, [*instructions[1:], None]):
        pipeline.issue(instruction)
        pc += instruction.length
        name = instruction.name
        if name in INTEGERS:
            status = status & ~(AZ | AC) | AZ | (AC if name == "sub" else 0)
        elif name in FLOATS:
            status |= BZ
        elif instruction.unit == CONTROL and name not in ("nop", "snop") and (name == "bl" or reference.holds(name[1:], status)):
            straddles = pc % 8 == 6 and following is not None and following.length == 4
            pipeline.refill(3 + straddles)
    pipeline.next += 1  # BKPT
    return f"cycles={pipeline.next} pairs={pipeline.pairs} stalls={pipeline.stalls}" + ("" if pipeline.ambiguous else f" loads={pipeline.load_stalls}")


def some_instruction(rows, chooser):
    """With few registers, and every immediate such that zeros stay zeros. A branch goes to the instruction behind it."""
    row = chooser.choice(rows[chooser.choice((IALU, IALU, FPU, FPU, MEMORY, MEMORY, CONTROL))])
    word = row.match
    if row.form in ("Branch8", "Branch24"):
        return Instruction(row, word | (2 if row.long else 1) << 8)
    registers = [chooser.choice((0, 1, 2, 3, 5) if not row.long else (0, 1, 2, 3, 5, 33, 62)) for _ in range(3)]
    if row.mnemonic in ("ldrd", "strd"):
        registers[0] &= ~1
    used = {"RdImm8": 1, "RdImm16": 1, "RdRn": 2, "RdRnSimm3": 2, "RdRnSimm11": 2, "RdRnShift": 2, "None": 0}.get(row.form, 3)
    if row.form in ("Displacement3", "Displacement11", "PostImmediate"):
        used = 2
        if row.form != "PostImmediate":
            word |= chooser.getrandbits(3) << 7
    for register, low, high in list(zip(registers, (13, 10, 7), (29, 26, 23)))[:used]:
        word |= (register & 7) << low | (register >> 3) << high
    return Instruction(row, word & (0xFFFFFFFF if row.long else 0xFFFF))


def known_rows():
    rows = {IALU: [], FPU: [], MEMORY: [], CONTROL: []}
    for row in reference.rows():
        name = row.mnemonic
        branch = row.form in ("Branch8", "Branch24") or name in ("nop", "snop")
        if branch or name in FLOATS or name in INTEGERS or (name.startswith("mov") and name[3:] not in ("ts", "fs")) or name[:3] in ("ldr", "str"):
            rows[Instruction(row, row.match).unit].append(row)
    return rows


def run_all(programs, seed, engine):
    """[what is wrong]"""
    chooser, rows, made = random.Random(seed), known_rows(), []
    assert [len(rows[unit]) for unit in (IALU, FPU, MEMORY, CONTROL)] == [61, 16, 56, 34]
    for _ in range(programs):
        made.append((chooser.getrandbits(1), [some_instruction(rows, chooser) for _ in range(chooser.randrange(2, 24))]))
    text = "".join(f"run config={truncate:x} pc={START:x} " + " ".join(f"{i.word:x}" for i in code) + "\n" for truncate, code in made)
    output = subprocess.run([SINGLE_STEP, engine], input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(output) == len(made)
    wrong = []
    for (truncate, code), got in zip(made, output):
        want = expected(code, 0 if truncate else 1)
        if got != want and not ("loads" not in want and got.startswith(want + " ")):
            listing = "".join(f"\n    {i.word:8x} {i.row.name} reads {i.reads | i.address} writes {i.writes}" for i in code)
            wrong.append(f"{'truncating' if truncate else 'to nearest'}: core {got}, reference {want}{listing}")
    return wrong


def test_random_programs_take_the_cycles_of_the_manuals_tables():
    for engine in ENGINES:
        wrong = run_all(PROGRAMS, 1, engine)
        assert not wrong, f"{len(wrong)} of {PROGRAMS} differ on the {engine} engine; the shortest:\n" + min(wrong, key=len)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    failed = False
    for name in ENGINES:
        differing = run_all(given[0] if given else PROGRAMS, given[1] if len(given) > 1 else 1, name)
        print("\n".join(sorted(differing, key=len)[:3]))
        print(f"{name} engine: {given[0] if given else PROGRAMS} programs, {len(differing)} differ")
        failed = failed or bool(differing)
    sys.exit(1 if failed else 0)
