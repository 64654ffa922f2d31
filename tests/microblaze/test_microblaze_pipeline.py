"""The cycles of random instruction sequences against a naive pipeline written from the manual's tables: how long each instruction holds the
execute stage, how far from its producer a consumer is at least, what a taken branch costs.

Registers and data are zero, and stay so, so that any instruction may follow any other; only r8 holds 1.0, to divide by.
Runs the built program single_step_microblaze.

  python3 tests/microblaze/test_microblaze_pipeline.py [PROGRAMS] [SEED]     more of it, from the command line
"""

import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from assembled import ROWS, word  # noqa: E402  (before experiments: it finds tests/isa)
import microblaze_reference  # noqa: E402, F401
from experiments import BUILD  # noqa: E402

SINGLE_STEP = BUILD / "single_step_microblaze"
PROGRAMS = 400
ENGINES = ("reference", "eager")
FIVE, THREE = 5, 3
ONE = 8

# Cycles in the execute stage (UG984, instruction pages) with five and with three stages, and the least distance from the issue of a producer
# to that of a consumer with five (GCC's machine description; with three there is nothing to wait for).
ALU, LOAD, STORE = (1, 1, 1), (1, 2, 3), (1, 2, 1)
MULTIPLY, BARREL, FROM_SPECIAL, BARRIER = (1, 3, 3), (1, 2, 2), (1, 1, 2), (2, 2, 2)
KINDS = {
    **dict.fromkeys(("mul", "mulh", "mulhu", "mulhsu", "muli"), MULTIPLY),
    **dict.fromkeys(("bsll", "bsra", "bsrl", "bslli", "bsrai", "bsrli", "bsefi", "bsifi"), BARREL),
    **dict.fromkeys(("fadd", "frsub", "fmul"), (4, 6, 6)),
    **dict.fromkeys(("fcmp_lt", "fcmp_gt", "fcmp_un"), (1, 3, 3)),
    "fdiv": (28, 30, 30), "flt": (5, 7, 7), "fint": (4, 6, 6), "fsqrt": (27, 29, 29), "mfs": FROM_SPECIAL, "mbar": BARRIER,
    **dict.fromkeys(("lbui", "lhui", "lwi", "lw", "lhu", "lbu"), LOAD),
    **dict.fromkeys(("sbi", "shi", "swi", "sw", "sh", "sb"), STORE),
    "idiv": (34, 35, 34), "idivu": (1, 1, 1),  # by r8, and by zero
    **dict.fromkeys(("addk", "add", "rsubk", "addik", "addkc", "cmp", "or_", "and_", "xori", "sra", "src", "sext8", "pcmpne", "swapb"), ALU),
}
BRANCHES = ("beqi", "beqid", "bnei", "bneid", "bri", "brid", "brlid", "blei", "bgtid", "beq", "bned")
TAKEN = {"beqi", "beqid", "bri", "brid", "brlid", "blei", "beq"}  # with zero


class Instruction:
    """What the pipeline has to know of a word."""

    def __init__(self, op, *operands):
        self.op, self.word = op, word(op, *operands)
        row = ROWS[op]
        registers = dict(zip(row.text.replace("%", "").split("\\t")[1].replace(" ", "").split(",") if "\\t" in row.text else [], operands))
        stores = op in KINDS and KINDS[op] is STORE
        read = {letter for letter in ("a", "b") if letter in registers} | ({"d"} if "d" in registers and (stores or op == "bsifi") else set())
        self.reads = {registers[letter] for letter in read} - {0}
        self.writes = registers["d"] if "d" in registers and not stores else 0
        self.slot = op in BRANCHES and op.endswith("d")


class Pipeline:
    def __init__(self, stages, shared):
        self.five, self.shared = stages == FIVE, shared
        self.free = self.stalls = 0
        self.producers = {}  # register -> (cycle of issue, least distance)

    def issue(self, instruction):
        busy_five, busy_three, distance = KINDS.get(instruction.op, ALU)
        ready = [0]
        for register in instruction.reads:
            issued, least = self.producers.get(register, (0, 0))
            ready.append(issued + least)
        at = max(self.free, *ready) if self.five else self.free
        self.stalls += at - self.free
        if instruction.writes:
            self.producers[instruction.writes] = (at, distance)
        self.free = at + (busy_five if self.five else busy_three)
        if KINDS.get(instruction.op) in (LOAD, STORE):
            self.free += self.shared
        if instruction.op in TAKEN:
            self.free += 1 if instruction.slot else 2


def some_instruction(chooser):
    register = lambda: chooser.choice((0, 3, 4, 5, 6))  # noqa: E731
    op = chooser.choice(list(KINDS))
    form = ROWS[op].form
    if op in ("fdiv", "idiv"):
        return Instruction(op, register(), ONE, register())
    if form == "RdRaRb":
        return Instruction(op, register(), register(), register())
    if form == "RdRa":
        return Instruction(op, register(), register())
    if form == "RdRaField":
        return Instruction(op, register(), register(), 5, 3)
    if form in ("RdRaImm", "RdRaShift"):
        return Instruction(op, register(), register(), 0)
    return Instruction(op, 1) if form == "Barrier" else Instruction(op, register(), 7)  # mfs rD, rfsr


def program(chooser):
    """[Instruction]; a branch goes to what follows, over its slot if it has one."""
    made = []
    while len(made) < 30:
        if chooser.randrange(6):
            made.append(some_instruction(chooser))
            continue
        op = chooser.choice(BRANCHES)
        slot = op.endswith("d")
        distance = 8 if slot else 4
        register = chooser.choice((0, 3, 4, 5, 6))
        if ROWS[op].form == "RaRb":
            made += [Instruction("addik", 7, 0, distance), Instruction(op, register, 7)]
        elif ROWS[op].form == "Imm":
            made.append(Instruction(op, distance))
        else:
            made.append(Instruction(op, 15 if op == "brlid" else register, distance))
        if slot:
            made.append(some_instruction(chooser))
    return made


def run_all(programs, seed):
    """[what is wrong]"""
    chooser = random.Random(seed)
    lines, expected = [], []
    for _ in range(programs):
        made = program(chooser)
        for stages, shared in ((FIVE, 0), (FIVE, 1), (THREE, 0), (THREE, 1)):
            pipeline = Pipeline(stages, shared)
            for instruction in made:
                pipeline.issue(instruction)
            lines.append(f"run stages={stages} shared={shared} " + " ".join(f"{each.word:x}" for each in made))
            expected.append(f"cycles={pipeline.free} stalls={pipeline.stalls}")
    output = []
    for engine in ENGINES:
        command = [SINGLE_STEP, "little", engine]
        run = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
        output += run.stdout.splitlines()
    assert len(output) == len(ENGINES) * len(lines)
    lines, expected = lines * len(ENGINES), expected * len(ENGINES)
    return [f"{line}\n  core:      {got}\n  reference: {right}" for line, got, right in zip(lines, output, expected) if got != right]


def test_random_sequences_take_the_cycles_of_the_manual():
    wrong = run_all(PROGRAMS, 1)
    assert not wrong, f"{len(wrong)} of {8 * PROGRAMS} differ; the first:\n" + "\n".join(wrong[:5])


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    count = given[0] if given else PROGRAMS
    differing = run_all(count, given[1] if len(given) > 1 else 1)
    print("\n".join(differing[:10]))
    print(f"{count} programs on four pipelines with two engines, {len(differing)} differ")
    sys.exit(1 if differing else 0)
