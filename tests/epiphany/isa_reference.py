"""What each Epiphany-III instruction does to registers, flags and memory, written from the manual's formulas, with exact arithmetic: Python's
integers and fractions. It shares nothing with the simulator but the table of encodings (instructions.def), which GNU objdump vouches for.

A State is a core before or after one instruction. execute(row, word, state) returns the state afterwards.
"""

import re
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/isa"))
import binary32  # noqa: E402
from binary32 import INFINITY, exact, is_infinite, is_nan, is_zero, rounded_to_integer  # noqa: E402
from experiments import M32, Memory, bits, signed  # noqa: E402

# STATUS
ACTIVE, GID, WAND = 1 << 0, 1 << 1, 1 << 3
AZ, AN, AC, AV, BZ, BN, BV = (1 << bit for bit in range(4, 11))
AVS, BIS, BVS, BUS = (1 << bit for bit in range(12, 16))
EXCAUSE = 15 << 16
SWI_CAUSE, UNALIGNED, FPU_CAUSE, UNIMPLEMENTED = 1, 2, 3, 4
# CONFIG
TRUNCATE, ARITHMODE, INTEGER_MODE = 1, 7 << 17, 4 << 17
ENABLES = {1 << 1: BIS, 1 << 2: BVS, 1 << 3: BUS}  # a software exception when the sticky flag is set

# Special registers: group, number
CONFIG, STATUS, DEBUGSTATUS, LC, LS, LE = (0, 0), (0, 1), (0, 3), (0, 5), (0, 6), (0, 7)
IRET, IMASK, ILAT, ILATST, ILATCL, IPEND = (0, 8), (0, 9), (0, 10), (0, 11), (0, 12), (0, 13)
EXCEPTION_BIT = 1 << 1  # interrupt 1 in ILAT
WINDOW = 0x80800000  # the core's own global address


@dataclass
class Row:
    name: str
    text: str
    match: int
    mask: int
    form: str  # where the operands are

    @property
    def long(self):
        return self.match & 15 in (0x8, 0x9, 0xB, 0xC, 0xD, 0xF)

    @property
    def mnemonic(self):
        return re.match(r"[a-z]+", self.text).group()


def rows():
    table = (ROOT / "sim/epiphany/instructions.def").read_text()
    pattern = r'^EPIPHANY_INSN\((\w+), *"([^"]*)", *(0x\w+), *(0x\w+), *(\w+),'
    return [Row(n, t, int(m, 16), int(k, 16), f) for n, t, m, k, f in re.findall(pattern, table, re.M)]


@dataclass
class State(Memory):
    pc: int = 0x100
    status: int = ACTIVE
    r: dict = field(default_factory=dict)  # the others hold first_register()
    special: dict = field(default_factory=dict)  # (group, number); CONFIG and what an experiment sets
    memory: dict = field(default_factory=dict)  # bytes; the others hold first_byte()
    stops: str = ""  # "idle", "halted"
    outside: list = field(default_factory=list)

    def copy(self):
        return State(self.pc, self.status, dict(self.r), dict(self.special), dict(self.memory), self.stops, list(self.outside))

    def halt(self):
        self.stops = "halted"
        self.special[DEBUGSTATUS] = 1

    def raise_exception(self, cause):
        if self.status & EXCAUSE == 0:  # the interrupt comes with the edge
            self.special[ILAT] = self.special.get(ILAT, 0) | EXCEPTION_BIT
        self.status = self.status & ~EXCAUSE | cause << 16


# ------------------------------------------------------------------------------------------------------------ fields of a word


def fields(word):
    """rd, rn, rm: three bits in the low half, three more in the high half of a 32-bit form (a 16-bit word has zeros there)."""
    return tuple(bits(word, low + 2, low) | bits(word, high + 2, high) << 3 for low, high in ((13, 29), (10, 26), (7, 23)))


def immediate11(word):
    return bits(word, 23, 16) << 3 | bits(word, 9, 7)


# -------------------------------------------------------------------------------------------------------------------- integers


def integer_flags(state, result, carry, overflow):
    state.status &= ~(AZ | AN | AC | AV)
    state.status |= AZ * (result == 0) | AN * (result >> 31) | AC * carry | (AV | AVS) * overflow


def compute_integer(name, a, b):
    """(result, carry, overflow)"""
    if name == "add":
        return a + b & M32, a + b > M32, not -(2**31) <= signed(a) + signed(b) < 2**31
    if name == "sub":
        return a - b & M32, a >= b, not -(2**31) <= signed(a) - signed(b) < 2**31
    value = {
        "and": lambda: a & b,
        "orr": lambda: a | b,
        "eor": lambda: a ^ b,
        "lsl": lambda: a * 2 ** (b % 32),
        "lsr": lambda: a // 2 ** (b % 32),
        "asr": lambda: signed(a) // 2 ** (b % 32),
        "bitr": lambda: int(f"{a:032b}"[::-1], 2),
    }[name]()
    return value & M32, False, False


def holds(condition, status):
    z, n, c, v, bz, bn = (status & flag != 0 for flag in (AZ, AN, AC, AV, BZ, BN))
    return {
        "eq": z, "ne": not z, "gtu": c and not z, "gteu": c, "lteu": z or not c, "ltu": not c,
        "gt": not z and n == v, "gte": n == v, "lt": n != v, "lte": z or n != v,
        "beq": bz, "bne": not bz, "blt": bn and not bz, "blte": bn or bz, "": True,
    }[condition]  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ floating point

INFINITY = 0x7F800000
NAN = "nan"


RANGE_FLAGS = {"": 0, "overflow": BV | BVS, "underflow": BUS}


def rounded(value, truncate):
    """A non-zero exact value as (word, sticky and overflow flags)."""
    word, out_of_range = binary32.rounded(value, truncate)
    return word, RANGE_FLAGS[out_of_range]


def nan_of(*operands):
    sign = 0
    for word in operands:
        sign ^= word & 0x80000000
    return 0x7FC00000 | sign, BIS


def add_values(terms, operands, truncate):
    """The sum of two terms, each (sign bit, exact value or "infinity"), rounded once."""
    infinite = {sign for sign, value in terms if value == "infinity"}
    if len(infinite) == 2:
        return nan_of(*operands)
    if infinite:
        return INFINITY | infinite.pop() << 31, 0
    total = sum(value for _, value in terms)
    if total != 0:
        return rounded(total, truncate)
    if all(value == 0 for _, value in terms) and terms[0][0] == terms[1][0]:
        return terms[0][0] << 31, 0
    return 0, 0


def term(word):
    return word >> 31, "infinity" if is_infinite(word) else exact(word)


def product(a, b):
    """The exact product as a term; None when it is invalid."""
    sign = (a ^ b) >> 31
    if is_infinite(a) or is_infinite(b):
        return None if is_zero(a) or is_zero(b) else (sign, "infinity")
    return sign, exact(a) * exact(b)


def compute_float(name, d, a, b, truncate):
    """(word, flags to set)"""
    if name in ("fadd", "fsub"):
        if is_nan(a) or is_nan(b):
            return nan_of(a, b)
        second = b if name == "fadd" else b ^ 0x80000000
        return add_values([term(a), term(second)], (a, b), truncate)
    if name == "fmul":
        result = None if is_nan(a) or is_nan(b) else product(a, b)
        if result is None:
            return nan_of(a, b)
        if result[1] == "infinity":
            return result[0] << 31 | INFINITY, 0
        return rounded(result[1], truncate) if result[1] else (result[0] << 31, 0)
    if name in ("fmadd", "fmsub"):
        result = None if is_nan(a) or is_nan(b) or is_nan(d) else product(a, b)
        if result is None:
            return nan_of(d, a, b)
        if name == "fmsub":
            result = (1 - result[0], result[1] if result[1] == "infinity" else -result[1])
        return add_values([term(d), result], (d, a, b), truncate)
    if name == "float":
        return rounded(Fraction(signed(a)), truncate) if a else (0, 0)
    if name == "fabs":
        if is_nan(a):
            return nan_of()
        return (0 if is_zero(a) else a & 0x7FFFFFFF), 0
    assert name == "fix"
    limit = 0x80000000 if a >> 31 else 0x7FFFFFFF
    if is_nan(a):
        return limit, BIS
    if is_infinite(a):
        return limit, 0
    whole = rounded_to_integer(exact(a), truncate)
    return (whole & M32 if -(2**31) <= whole < 2**31 else limit), 0


def compute_ialu2(name, d, a, b):
    return {"fadd": a + b, "fsub": a - b, "fmul": a * b, "fmadd": d + a * b, "fmsub": d - a * b}[name] & M32


def float_instruction(state, name, rd, a, b):
    config, d = state.special.get(CONFIG, 0), state.reg(rd)
    if config & ARITHMODE == INTEGER_MODE and name not in ("float", "fix", "fabs"):
        result = compute_ialu2(name, d, a, b)
        state.status = state.status & ~(BZ | BN) | BZ * (result == 0) | BN * (result >> 31)
    else:
        result, raised = compute_float(name, d, a, b, config & TRUNCATE != 0)
        zero = result == 0 if name == "fix" else result & 0x7FFFFFFF == 0
        state.status = state.status & ~(BZ | BN | BV) | BZ * zero | BN * (result >> 31) | raised
        if any(config & enable and state.status & flag for enable, flag in ENABLES.items()):
            state.raise_exception(FPU_CAUSE)
    state.r[rd] = result


# ------------------------------------------------------------------------------------------------------------ loads and stores

SIZES = {"": 4, "b": 1, "h": 2, "d": 8}


def memory_instruction(row, word, state):
    rd, rn, rm = fields(word)
    size = SIZES[row.mnemonic[3:]]
    base = state.reg(rn)
    minus = row.long and bits(word, 20, 20)
    if row.form == "Displacement3":
        offset = bits(word, 9, 7) * size
    elif row.form in ("Displacement11", "PostImmediate"):
        offset = immediate11(word) * size * (-1 if bits(word, 24, 24) else 1)
    else:
        offset = -state.reg(rm) if minus else state.reg(rm)
    later = row.form in ("PostRegister", "PostImmediate")
    address = (base if later else base + offset) & M32
    if address % size or (size == 8 and rd % 2):
        state.raise_exception(UNALIGNED)
    address -= address % size
    pair = (rd & ~1, rd | 1)
    if row.mnemonic.startswith("str"):
        value = state.reg(pair[0]) | state.reg(pair[1]) << 32 if size == 8 else state.reg(rd)
        state.store(address, size, value)
        if later:
            state.r[rn] = base + offset & M32
    else:
        value = state.load(address, size)
        if later:
            state.r[rn] = base + offset & M32
        if size == 8:  # what is loaded wins over the base update
            state.r[pair[0]], state.r[pair[1]] = value & M32, value >> 32
        else:
            state.r[rd] = value


def testset(word, state):
    rd, rn, rm = fields(word)
    offset = -state.reg(rm) if bits(word, 20, 20) else state.reg(rm)
    address = (state.reg(rn) + offset & M32) - WINDOW
    if address % 4:
        state.raise_exception(UNALIGNED)
        address -= address % 4
    old = state.load(address, 4)
    if old == 0:
        state.store(address, 4, state.reg(rd))
    state.r[rd] = old
    state.outside.append("testset")


# ---------------------------------------------------------------------------------------------------------- special registers

INTERRUPT_BITS = 0x3FF
PLAIN = [(1, n) for n in range(16) if n not in (0, 5, 6, 8, 13, 14)] + [(2, 1), (3, 2)]
READABLE = [CONFIG, STATUS, LC, LS, LE, IRET, IMASK, ILAT, IPEND] + PLAIN
WRITABLE = READABLE + [ILATST, ILATCL]


def write_special(state, number, value):
    if number == STATUS:
        state.status = state.status & 7 | value & ~7
    elif number in (IMASK, ILAT, IPEND):
        state.special[number] = value & INTERRUPT_BITS
    elif number == IRET:
        state.special[IRET] = value & ~1
    elif number == ILATST:
        state.special[ILAT] = (state.special.get(ILAT, 0) | value) & INTERRUPT_BITS
    elif number == ILATCL:
        state.special[ILAT] = state.special.get(ILAT, 0) & ~value & INTERRUPT_BITS
    else:
        state.special[number] = value


def special_of(word):
    return bits(word, 21, 20), fields(word)[1]


# --------------------------------------------------------------------------------------------------------------- one instruction


def execute(row, word, before):
    state = before.copy()
    name = row.mnemonic
    rd, rn, rm = fields(word)
    a, b = state.reg(rn), state.reg(rm)
    following = state.pc + (4 if row.long else 2) & M32
    state.pc = following
    shift = bits(word, 9, 5)

    if row.form in ("Branch8", "Branch24"):
        distance = 2 * (signed(bits(word, 31, 8), 24) if row.long else signed(bits(word, 15, 8), 8))
        if name == "bl":
            state.r[14] = following
        if name == "bl" or holds(name[1:], state.status):
            state.pc = before.pc + distance & M32
    elif name in ("jr", "jalr", "rts"):
        state.pc = a & ~1
        if name == "jalr":
            state.r[14] = following
    elif name in ("add", "sub", "and", "orr", "eor", "lsl", "lsr", "asr", "bitr"):
        second = {"RdRnSimm3": signed(bits(word, 9, 7), 3) & M32, "RdRnSimm11": signed(immediate11(word), 11) & M32, "RdRnShift": shift}
        result, carry, overflow = compute_integer(name, a, second.get(row.form, b))
        integer_flags(state, result, carry, overflow)
        state.r[rd] = result
    elif row.form in ("RdImm8", "RdImm16"):
        value = bits(word, 12, 5) | (bits(word, 27, 20) << 8 if row.long else 0)
        state.r[rd] = value if name == "mov" else state.reg(rd) & 0xFFFF | value << 16
    elif name.startswith("mov") and name not in ("movts", "movfs"):
        if holds(name[3:], state.status):
            state.r[rd] = a
    elif name in ("fadd", "fsub", "fmul", "fmadd", "fmsub", "float", "fix", "fabs"):
        float_instruction(state, name, rd, a, b)
    elif name.startswith("testset"):
        testset(word, state)
    elif name.startswith(("ldr", "str")):
        memory_instruction(row, word, state)
    elif name == "movts":
        write_special(state, special_of(word), state.reg(rd))
    elif name == "movfs":
        number = special_of(word)
        state.r[rd] = state.status if number == STATUS else state.special.get(number, 0)
    elif name == "gid":
        state.status |= GID
    elif name == "gie":
        state.status &= ~GID
    elif name == "idle":
        state.status &= ~ACTIVE
        state.stops = "idle"
    elif name in ("bkpt", "mbkpt"):
        state.halt()
        if name == "mbkpt":
            state.special[DEBUGSTATUS] |= 4
            state.outside.append("mbkpt")
    elif name == "rti":
        pending = state.special.get(IPEND, 0)
        state.special[IPEND] = pending & pending - 1
        state.status &= ~GID
        state.pc = state.special.get(IRET, 0)
    elif name == "swi":
        state.raise_exception(SWI_CAUSE)
    elif name == "sync":
        state.outside.append("sync")
    elif name == "wand":
        state.status |= WAND
        state.outside.append("wand")
    elif name == "trap":
        state.outside.append(f"trap{bits(word, 15, 10)}")
        state.halt()  # nobody serves it in these experiments
    elif name in ("unimpl", "fext", "fdep", "lfsr", "frecip", "fsqrt"):
        state.raise_exception(UNIMPLEMENTED)
    else:
        assert name in ("nop", "snop"), f"{row.name} has no reference"
    return state
