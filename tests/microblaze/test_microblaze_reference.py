"""Single instructions on the simulated core against the reference of microblaze_reference.py: every row of the instruction table, random
operands and corner values, both byte orders, both engines, everything that must not change included. Runs the built program single_step_microblaze.

  python3 tests/microblaze/test_microblaze_reference.py [EXPERIMENTS A ROW] [SEED]     more of it, from the command line
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import microblaze_reference as reference  # noqa: E402
from assembled import rows  # noqa: E402
from experiments import BUILD, M32, changes, collect, compare, counts, products_near_the_ends, some_float, some_integer  # noqa: E402
from microblaze_reference import EE, EIP, WRITABLE, State  # noqa: E402

SINGLE_STEP = BUILD / "single_step_microblaze"
CORES = [(order, engine) for order in ("little", "big") for engine in ("reference", "eager")]
EXPERIMENTS = 40  # of each row; floating point rows have eight times as many
NAMED = ("msr", "ear", "esr", "fsr", "btr")
READABLE = (0x0, 0x1, 0x3, 0x5, 0x7, 0xB, 0xD, *(0x2000 + n for n in range(13)))


TABLE = rows()


def belongs(row, word):
    """No line with more fixed bits fits."""
    return not any(other.mask & ~row.mask and word & other.mask == other.match for other in TABLE)


def is_float(row):
    return row.option in ("Fpu", "FpuExtended")


def float_operands(row, chooser):
    first = some_integer(chooser) if row.op == "flt" else some_float(chooser)
    if row.op in ("fmul", "fdiv") and chooser.randrange(3) == 0:
        a, b = products_near_the_ends(chooser)
        return (a, b) if row.op == "fmul" else (0x7F000000 - a & 0x7FFFFFFF, b)
    return first, some_float(chooser, first)


def memory_operands(row, word, state, chooser):
    """Registers that make the access hit block RAM behind the code, or the outside; mostly aligned."""
    ra, rb = word >> 16 & 31, word >> 11 & 31
    address = chooser.choice((chooser.randrange(0x8000, 0xFF00), chooser.randrange(0x8000, 0xFF00), 0x20000000 + chooser.randrange(0x10000)))
    if chooser.randrange(8):
        address &= -4
    if row.form == "RdRaImm":
        low = word & 0xFFFF
        offset = low | state.prefix << 16 if state.prefix is not None else low - (low >> 15 << 16)
    elif ra == rb:
        state.r[ra] = address // 2
        return ra != 0 and address % 2 == 0
    else:
        state.r[rb] = chooser.choice((some_integer(chooser), chooser.randrange(64)))
        offset = state.reg(rb)
    state.r[ra] = address - offset & M32
    return ra != 0


def branch_operands(row, word, state, chooser):
    """Targets behind the code, some of them misaligned; conditions of every kind."""
    ra, rb = word >> 16 & 31, word >> 11 & 31
    target = chooser.randrange(0x4000, 0xFF00, chooser.choice((4, 4, 4, 1)))
    absolute = "a" in row.op[2:] or row.op.startswith(("brk", "rt"))
    operand = target if absolute else target - state.pc
    if row.op.startswith("rt"):
        state.r[ra] = target - reference.signed(word & 0xFFFF, 16) & M32
        return word if state.prefix is None and ra != 0 else None
    if row.form in ("RaRb", "RaImm"):
        state.r[ra] = chooser.choice((0, 1, M32, 0x80000000, 0x7FFFFFFF, some_integer(chooser)))
    if row.form in ("Rb", "RdRb", "RaRb"):
        if rb == 0 or (row.form == "RaRb" and ra == rb):
            return None
        state.r[rb] = operand & M32
        return word
    if state.prefix is not None or not -0x8000 <= operand < 0x8000:
        state.prefix = operand >> 16 & 0xFFFF
    return word & ~0xFFFF | operand & 0xFFFF


def experiment(row, chooser):
    """(word, State before), or None when the operands do not fit together."""
    state = State(pc=chooser.randrange(0x100, 0x3F00, 4))
    word = row.match | chooser.getrandbits(32) & ~row.mask & M32
    if not belongs(row, word):
        return None
    state.msr = chooser.getrandbits(10) & WRITABLE
    if chooser.getrandbits(1):
        state.msr = state.msr & ~(EE | EIP) | chooser.choice((0, EE))
    state.fsr = chooser.choice((0, chooser.getrandbits(5)))
    for name in ("ear", "esr", "btr"):
        setattr(state, name, chooser.getrandbits(32))
    state.reservation = chooser.getrandbits(1) == 1
    rd, ra, rb = word >> 21 & 31, word >> 16 & 31, word >> 11 & 31
    if row.form in ("RdRaImm", "RdImm", "RaImm", "Imm", "RdRaRb") and chooser.randrange(3) == 0:
        state.prefix = chooser.getrandbits(16)  # without effect where there is no immediate

    if is_float(row):
        state.r.update(zip((ra, rb), float_operands(row, chooser)))
    elif row.op[0] in "ls" and row.op[1] in "bhw" and row.op != "sleep":
        if not memory_operands(row, word, state, chooser):
            return None
        if rd not in (ra, rb):
            state.r[rd] = some_integer(chooser)
    elif row.op.startswith(("br", "rt")) or (row.op[0] == "b" and row.form in ("RaRb", "RaImm")):
        word = branch_operands(row, word, state, chooser)
        if word is None:
            return None
    elif row.op == "mfs":
        word = row.match | rd << 21 | chooser.choice(READABLE)
    elif row.op == "mts":
        word = row.match | ra << 16 | chooser.choice((1, 7))
        state.r[ra] = chooser.getrandbits(32)
    elif row.op in ("bsefi", "bsifi"):
        first, second = word & 31, word >> 6 & 31
        if (second == 0 or first + second > 32) if row.op == "bsefi" else second < first:
            return None  # undefined
    elif row.op.startswith("idiv") and chooser.randrange(4) == 0:
        state.r[ra], state.r[rb] = chooser.choice(((0, 5), (M32, 0x80000000), (1, 0x80000000), (M32, 5)))
    else:
        for register in {rd, ra, rb}:
            state.r[register] = some_integer(chooser)
    state.r.pop(0, None)
    return word, state


def as_input(word, state):
    parts = [f"{word:x}", f"pc={state.pc:x}"] + [f"{name}={getattr(state, name):x}" for name in NAMED]
    if state.reservation:
        parts.append("reservation=1")
    if state.prefix is not None:
        parts.append(f"prefix={state.prefix:x}")
    parts += [f"r{n}={v:x}" for n, v in state.r.items()]
    return " ".join(parts)


def as_output(before, after):
    parts = changes(after.r, before.reg, "r{0}={1:x}")
    parts += [f"{name}={getattr(after, name):x}" for name in NAMED if getattr(after, name) != getattr(before, name)]
    if after.reservation != before.reservation:
        parts.append(f"reservation={int(after.reservation)}")
    parts += changes(after.memory, before.byte, "m{0:x}={1:02x}")
    parts += after.outside + [f"pc={after.pc:x}"]
    if after.next is not None:
        parts.append(f"next={after.next:x}")
    if after.stops:
        parts.append(f"state={after.stops}")
    if after.said:
        parts.append(f"said={after.said}")
    return " ".join(parts)


def run_all(per_row, seed, order, engine):
    """(number of experiments by row, [what is wrong])"""
    chooser = random.Random(seed)
    experiments = collect(TABLE, lambda row: experiment(row, chooser), lambda row: per_row * (8 if is_float(row) else 1))
    after = [as_output(before, reference.execute(row, word, before, order == "big")) for row, word, before in experiments]
    lines = [as_input(word, before) for _, word, before in experiments]
    return counts(experiments), compare([SINGLE_STEP, order, engine], experiments, lines, after)


def test_every_row_of_the_instruction_table_does_what_the_manual_says():
    names = [row.name for row in TABLE]
    assert len(names) == 147
    for order, engine in CORES:
        tested, wrong = run_all(EXPERIMENTS, 1, order, engine)
        assert not wrong, f"{len(wrong)} of {sum(tested.values())} differ; the first:\n" + "\n".join(wrong[:5])
        assert [name for name in names if tested.get(name, 0) < EXPERIMENTS] == []


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    failed = False
    for core in CORES:
        made, differing = run_all(given[0] if given else EXPERIMENTS, given[1] if len(given) > 1 else 1, *core)
        print("\n".join(differing[:20]))
        print(f"{core[0]} endian, {core[1]} engine: {sum(made.values())} experiments with {len(made)} instructions, {len(differing)} differ")
        failed = failed or bool(differing)
    sys.exit(1 if failed else 0)
