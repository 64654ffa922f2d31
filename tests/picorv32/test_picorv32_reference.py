"""Single instructions on the simulated core against the reference of picorv32_reference.py: every row of the instruction table but those of
time and interrupts, random operands and corner values, everything that must not change included. Runs the built program
single_step_picorv32.

  python3 tests/picorv32/test_picorv32_reference.py [EXPERIMENTS A ROW] [SEED]     more of it, from the command line
"""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import picorv32_reference as reference  # noqa: E402
from experiments import BUILD, M32, changes, collect, compare, counts, some_integer  # noqa: E402
from picorv32_reference import State, bits  # noqa: E402

SINGLE_STEP = BUILD / "single_step_picorv32"
EXPERIMENTS = 100  # of each row
OTHERS = ("rd", "getq", "setq", "retirq", "maskirq", "waitirq")  # in core_system_test.cpp
TABLE = [row for row in reference.rows() if not row.name.startswith(OTHERS)]


def address(chooser, size):
    """In block RAM behind the code, or far outside; one in four is misaligned, if it can be."""
    place = chooser.choice((chooser.randrange(0x4000, 0xFFF0), 0x20000000 + chooser.getrandbits(20), 0xFFFFFF00 + chooser.getrandbits(7)))
    return place if chooser.randrange(4) == 0 else place - place % size


def experiment(row, chooser):
    """(word, State before), or None when the operands do not fit together."""
    state = State(pc=chooser.randrange(0x100, 0x3F00, 4))
    word = row.match | chooser.getrandbits(32) & ~row.mask & M32
    name, rs1, rs2 = row.name, bits(word, 19, 15), bits(word, 24, 20)
    for register in {rs1, rs2}:
        state.r[register] = some_integer(chooser)
    if name in reference.TAKEN and chooser.randrange(3) == 0:
        state.r[rs1] = state.reg(rs2)
    if name.startswith(("div", "rem")) and chooser.randrange(3) == 0:
        state.r[rs1], state.r[rs2] = chooser.choice(((5, 0), (0, 0), (0x80000000, 0), (0x80000000, M32), (M32, 0x80000000), (5, M32), (0x80000000, 1)))
    elif name[0] in "ls" and name[1] in "bhw" and len(name) < 4:
        if rs1 == 0:
            return None
        offset = reference.immediate_s(word) if name[0] == "s" else reference.immediate_i(word)
        state.r[rs1] = address(chooser, reference.SIZES[name[1]]) - offset & M32
    elif name == "jalr":
        state.r[rs1] = chooser.randrange(0x4000, 0xFF00, chooser.choice((4, 4, 4, 1))) - reference.immediate_i(word) & M32
    state.r.pop(0, None)
    return word, state


def as_input(word, state):
    return " ".join([f"{word:x}", f"pc={state.pc:x}"] + [f"r{n}={v:x}" for n, v in state.r.items()])


def as_output(before, after):
    parts = changes(after.r, before.reg, "r{0}={1:x}") + changes(after.memory, before.byte, "m{0:x}={1:02x}")
    parts += after.outside + [f"pc={after.pc:x}"]
    parts += [f"state={after.stops}"] * bool(after.stops) + [f"said={after.said}"] * bool(after.said)
    return " ".join(parts)


def run_all(per_row, seed):
    """(number of experiments by row, [what is wrong])"""
    chooser = random.Random(seed)
    experiments = collect(TABLE, lambda row: experiment(row, chooser), lambda row: per_row)
    after = [as_output(before, reference.execute(row, word, before)) for row, word, before in experiments]
    lines = [as_input(word, before) for _, word, before in experiments]
    return counts(experiments), compare([SINGLE_STEP], experiments, lines, after)


def test_every_row_of_the_instruction_table_does_what_the_manual_says():
    assert len(TABLE) == 49
    tested, wrong = run_all(EXPERIMENTS, 1)
    assert not wrong, f"{len(wrong)} of {sum(tested.values())} differ; the first:\n" + "\n".join(wrong[:5])
    assert [row.name for row in TABLE if tested.get(row.name, 0) < EXPERIMENTS] == []


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    made, differing = run_all(given[0] if given else EXPERIMENTS, given[1] if len(given) > 1 else 1)
    print("\n".join(differing[:20]))
    print(f"{sum(made.values())} experiments with {len(made)} instructions, {len(differing)} differ")
    sys.exit(1 if differing else 0)
