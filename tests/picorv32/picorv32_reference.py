"""What each instruction of RV32IM does to registers and memory, written from the formulas of "The RISC-V Instruction Set Manual", volume I,
with Python's integers, by mnemonic. It shares nothing with the simulator but the table of encodings (instructions.def), which GNU objdump
vouches for; the places of immediates are taken from the manual's figures once more.

execute(row, word, state) returns the state afterwards.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/isa"))
from experiments import M32, Memory, bits, signed  # noqa: E402

LOCAL_BYTES = 65536


class Row:
    """A line of the instruction table."""

    def __init__(self, op, match, mask):
        self.name, self.match, self.mask = op.rstrip("_"), int(match, 16), int(mask, 16)


def rows():
    table = (ROOT / "sim/picorv32/instructions.def").read_text()
    return [Row(*found) for found in re.findall(r'^PICORV32_INSN\((\w+), *"[^"]*", *(0x\w+), *(0x\w+),', table, re.M)]


@dataclass
class State(Memory):
    pc: int = 0x100
    r: dict = field(default_factory=dict)
    memory: dict = field(default_factory=dict)
    outside: list = field(default_factory=list)
    stops: str = ""
    said: str = ""

    def copy(self):
        return State(self.pc, dict(self.r), dict(self.memory))

    def reg(self, number):
        return 0 if number == 0 else super().reg(number)

    def put(self, number, value):
        if number:
            self.r[number] = value & M32

    def halt(self, said):
        self.stops, self.said = "halted", said
        self.next_pc = self.pc

    def jump(self, target):
        target &= M32
        self.next_pc = target & ~3
        if target & 3:
            self.said = "unaligned"


# Immediates, from bit 31 down: which bit of the value each bit of the word is
def gather(word, places):
    """`places`: (highest bit of the word, lowest, lowest bit of the value), the sign's first."""
    value = sum(bits(word, high, low) << to for high, low, to in places)
    top = places[0][0] - places[0][1] + places[0][2]
    return signed(value, top + 1)


def immediate_i(word):
    return gather(word, [(31, 20, 0)])


def immediate_s(word):
    return gather(word, [(31, 25, 5), (11, 7, 0)])


def immediate_b(word):
    return gather(word, [(31, 31, 12), (7, 7, 11), (30, 25, 5), (11, 8, 1)])


def immediate_j(word):
    return gather(word, [(31, 31, 20), (19, 12, 12), (20, 20, 11), (30, 21, 1)])


def quotient(a, b):
    """Rounded towards zero."""
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def divided(a, b):
    return -1 if b == 0 else quotient(a, b)


def rest(a, b):
    return a if b == 0 else a - b * quotient(a, b)


COMPUTE = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "sll": lambda a, b: a << b % 32,
    "slt": lambda a, b: signed(a) < signed(b),
    "sltu": lambda a, b: a < b,
    "xor": lambda a, b: a ^ b,
    "srl": lambda a, b: a >> b % 32,
    "sra": lambda a, b: signed(a) >> b % 32,
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "mul": lambda a, b: a * b,
    "mulh": lambda a, b: signed(a) * signed(b) >> 32,
    "mulhsu": lambda a, b: signed(a) * b >> 32,
    "mulhu": lambda a, b: a * b >> 32,
    "div": lambda a, b: divided(signed(a), signed(b)),
    "divu": lambda a, b: divided(a, b),
    "rem": lambda a, b: rest(signed(a), signed(b)),
    "remu": lambda a, b: rest(a, b),
}
IMMEDIATE = {"addi": "add", "slti": "slt", "sltiu": "sltu", "xori": "xor", "ori": "or", "andi": "and", "slli": "sll", "srli": "srl", "srai": "sra"}
TAKEN = {
    "beq": lambda a, b: a == b,
    "bne": lambda a, b: a != b,
    "blt": lambda a, b: signed(a) < signed(b),
    "bge": lambda a, b: signed(a) >= signed(b),
    "bltu": lambda a, b: a < b,
    "bgeu": lambda a, b: a >= b,
}
SIZES = {"b": 1, "h": 2, "w": 4}


def access(name, state, rd, address, value):
    size = SIZES[name[1]]
    address &= M32
    if address % size:
        return state.halt("unaligned")
    mine = address < LOCAL_BYTES
    if name[0] == "s":
        value &= (1 << 8 * size) - 1
        if mine:
            state.store(address, size, value)
        else:
            state.outside.append(f"store{size}.{address:x}={value:x}")
        return
    loaded = state.load(address, size)
    if not mine:
        state.outside.append(f"load{size}.{address:x}")
    state.put(rd, loaded if name.endswith("u") else signed(loaded, 8 * size))


def execute(row, word, before):
    state = before.copy()
    name = row.name
    rd, rs1, rs2 = bits(word, 11, 7), bits(word, 19, 15), bits(word, 24, 20)
    a, b = state.reg(rs1), state.reg(rs2)
    state.next_pc = state.pc + 4
    if name in COMPUTE:
        state.put(rd, COMPUTE[name](a, b))
    elif name in IMMEDIATE:
        state.put(rd, COMPUTE[IMMEDIATE[name]](a, immediate_i(word) & M32))
    elif name in TAKEN:
        if TAKEN[name](a, b):
            state.jump(state.pc + immediate_b(word))
    elif name in ("lui", "auipc"):
        state.put(rd, (word & 0xFFFFF000) + (state.pc if name == "auipc" else 0))
    elif name == "jal":
        state.put(rd, state.pc + 4)
        state.jump(state.pc + immediate_j(word))
    elif name == "jalr":
        state.put(rd, state.pc + 4)
        state.jump(a + immediate_i(word) & ~1)
    elif name[0] in "ls":
        access(name, state, rd, a + (immediate_s(word) if name[0] == "s" else immediate_i(word)), b)
    elif name in ("ecall", "ebreak"):
        state.halt("trap")
    elif not name.startswith("fence"):
        raise KeyError(name)
    state.pc = state.next_pc
    return state
