"""Single instructions on the simulated core against the reference of isa_reference.py: every row of the instruction table, random operands
and corner values, everything that must not change included. Runs the built program single_step.

  python3 tests/epiphany/test_isa_reference.py [EXPERIMENTS A ROW] [SEED]     more of it, from the command line
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import isa_reference as reference  # noqa: E402
from experiments import BUILD, collect, compare, counts, products_near_the_ends, some_float, some_integer  # noqa: E402
from isa_reference import ACTIVE, CONFIG, GID, IMASK, IPEND, IRET, ILAT, STATUS, WINDOW, State  # noqa: E402

SINGLE_STEP = BUILD / "single_step_epiphany"
ENGINES = ("reference", "fast")
EXPERIMENTS = 60  # of each row; floating point rows have eight times as many

def free_pc(chooser):
    return chooser.randrange(0x100, 0x3F00, 2)


def memory_operands(row, word, state, chooser):
    """Registers that make the access hit local memory behind the code; mostly aligned."""
    rd, rn, rm = reference.fields(word)
    size = reference.SIZES[row.mnemonic[3:]] if not row.mnemonic.startswith("testset") else 4
    address = chooser.randrange(0x4100, 0x7F00) & -8 | chooser.randrange(8)
    if chooser.randrange(8):
        address &= -size
    if row.mnemonic.startswith("testset"):
        address += WINDOW
        if chooser.getrandbits(1):
            for i in range(4):
                state.memory[address - WINDOW & -4 | i] = 0
    minus = row.long and reference.bits(word, 20, 20)
    if row.form == "Displacement3":
        offset = reference.bits(word, 9, 7) * size
    elif row.form == "Displacement11":
        offset = reference.immediate11(word) * size * (-1 if reference.bits(word, 24, 24) else 1)
    elif row.form == "Index" and rn == rm:
        if minus:
            return False  # the address is 0
        state.r[rn] = address // 2 if address % 2 == 0 else address // 2 + 0x80000000
        return (2 * state.reg(rn) & 0xFFFFFFFF) - (WINDOW if row.mnemonic.startswith("testset") else 0) in range(0x4000, 0x7F80)
    elif row.form == "Index":
        state.r[rm] = chooser.choice((some_integer(chooser), chooser.randrange(64)))
        offset = -state.r[rm] if minus else state.r[rm]
    else:
        offset = 0
        if rm != rn and row.form == "PostRegister":
            state.r[rm] = some_integer(chooser)
    state.r[rn] = address - offset & 0xFFFFFFFF
    if row.form == "Index" and rd in (rn, rm):
        return True
    if rd not in (rn, rm):
        state.r[rd] = some_integer(chooser)
    return True


def experiment(row, chooser):
    """(word, State before), or None when the operands do not fit together."""
    state = State(pc=free_pc(chooser))
    word = (row.match | chooser.getrandbits(32) & ~row.mask) & (0xFFFFFFFF if row.long else 0xFFFF)
    state.status = ACTIVE | chooser.getrandbits(16) & 0xFFF8 | chooser.choice((0, GID))
    state.special[CONFIG] = 0x00400000
    state.special[IMASK] = 0x3FF
    rd, rn, rm = reference.fields(word)
    name = row.mnemonic

    if name in ("fadd", "fsub", "fmul", "fmadd", "fmsub", "float", "fix", "fabs"):
        integer = name not in ("float", "fix", "fabs") and chooser.randrange(4) == 0
        state.special[CONFIG] |= chooser.getrandbits(1) | (reference.INTEGER_MODE if integer else 0)
        if not integer:
            state.special[CONFIG] |= chooser.choice((0, 0, chooser.getrandbits(3) << 1))
            state.status &= ~chooser.choice((0, 0xE000))
        if integer or name == "float":
            values = [some_integer(chooser) for _ in range(3)]
        else:
            first = some_float(chooser)
            values = [first, some_float(chooser, first), some_float(chooser, first)]
            if name in ("fmul", "fmadd", "fmsub") and chooser.randrange(3) == 0:
                values[1:] = products_near_the_ends(chooser)
            elif name in ("fmadd", "fmsub") and chooser.getrandbits(1):
                close = reference.compute_float("fmul", 0, values[1], values[2], False)[0]  # so that most of the sum cancels
                values[0] = close ^ chooser.choice((0, 0x80000000)) ^ chooser.choice((0, 1, 2))
        state.r.update(zip((rd, rn, rm), values))
    elif name.startswith(("ldr", "str", "testset")):
        if not memory_operands(row, word, state, chooser):
            return None
    elif name == "movts" or name == "movfs":
        number = chooser.choice([n for n in (reference.WRITABLE if name == "movts" else reference.READABLE) if row.long or (n[0] == 0 and n[1] < 8)])
        word = word & ~(7 << 10 | 7 << 26 | 3 << 20) | (number[1] & 7) << 10
        if row.long:
            word |= number[1] >> 3 << 26 | number[0] << 20
        for touched in reference.PLAIN + [reference.LS, reference.LE, reference.LC]:
            state.special[touched] = chooser.getrandbits(32)
        state.special[IRET] = chooser.getrandbits(32) & ~1
        state.special[ILAT], state.special[IPEND] = chooser.getrandbits(10), chooser.getrandbits(10)
        state.special[reference.LE] |= 1  # no instruction ends a loop
        state.r[rd] = some_integer(chooser)
        if name == "movts" and number == IMASK:
            state.r[rd] |= 0x3FF
        if name == "movts" and number == CONFIG:
            state.r[rd] = chooser.getrandbits(4) | chooser.getrandbits(4) << 12 | chooser.choice((0, 4, 3)) << 17 | chooser.getrandbits(1) << 22
        if name == "movts" and number == reference.LE:
            state.r[rd] |= 1
    elif name == "rti":
        state.special[IRET], state.special[IPEND] = free_pc(chooser), chooser.getrandbits(10)
    else:
        for register in {rd, rn, rm}:
            state.r[register] = some_integer(chooser)
        if name in ("jr", "jalr", "rts"):
            state.r[rn] = chooser.getrandbits(32)
    state.special.setdefault(ILAT, 0)
    return word, state


def as_input(word, state):
    parts = [f"{word:x}", f"pc={state.pc:x}", f"status={state.status:x}"]
    parts += [f"r{n}={v:x}" for n, v in state.r.items()]
    parts += [f"x{g}.{n}={v:x}" for (g, n), v in state.special.items()]
    parts += [f"m{a:x}={v:02x}" for a, v in state.memory.items()]
    return " ".join(parts)


def as_output(before, after):
    parts = [f"r{n}={v:x}" for n, v in sorted(after.r.items()) if v != before.reg(n)]
    if after.status != before.status:
        parts.append(f"status={after.status:x}")
    parts += [f"x{g}.{n}={v:x}" for (g, n), v in sorted(after.special.items()) if v != before.special.get((g, n), 0)]
    parts += [f"m{a:x}={v:02x}" for a, v in sorted(after.memory.items()) if v != before.byte(a)]
    parts.append(f"pc={after.pc:x}")
    if after.stops:
        parts.append(f"state={after.stops}")
    return " ".join(parts + [f"outside={what}" for what in after.outside])


def stop(row, before, after):
    """Where the fast engine, which does not stop at a cycle, is stopped behind the instruction; nowhere when that is not possible."""
    length = 4 if row.long else 2
    if after.stops or after.pc > 0x7FF0 or after.pc + 2 > before.pc > after.pc - length:
        return ""
    return f" stop={after.pc:x}"


def run_all(per_row, seed, engine):
    """(number of experiments by row, [what is wrong])"""
    chooser = random.Random(seed)
    experiments = collect(
        reference.rows(),
        lambda row: experiment(row, chooser),
        lambda row: per_row * (8 if row.form in ("RdRnRm", "RdRn") and row.mnemonic.startswith("f") else 1),
    )
    expected = [reference.execute(row, word, before) for row, word, before in experiments]
    lines = [
        as_input(word, before) + (stop(row, before, after) if engine == "fast" else "")
        for (row, word, before), after in zip(experiments, expected)
    ]
    after = [as_output(before, after) for (_, _, before), after in zip(experiments, expected)]
    return counts(experiments), compare([SINGLE_STEP, engine], experiments, lines, after)


def test_every_row_of_the_instruction_table_does_what_the_manual_says():
    rows = [row.name for row in reference.rows()]
    assert len(rows) == 195
    for engine in ENGINES:
        tested, wrong = run_all(EXPERIMENTS, 1, engine)
        assert not wrong, f"{len(wrong)} of {sum(tested.values())} differ; the first:\n" + "\n".join(wrong[:5])
        assert [name for name in rows if tested.get(name, 0) < EXPERIMENTS] == []


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    failed = False
    for name in ENGINES:
        tested, differing = run_all(given[0] if given else EXPERIMENTS, given[1] if len(given) > 1 else 1, name)
        print("\n".join(differing[:20]))
        print(f"{name} engine: {sum(tested.values())} experiments with {len(tested)} instructions, {len(differing)} differ")
        failed = failed or bool(differing)
    sys.exit(1 if failed else 0)
