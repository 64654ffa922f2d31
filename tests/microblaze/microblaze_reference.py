"""What each MicroBlaze instruction does to registers, flags and memory, written from the manual's formulas, with exact arithmetic: Python's
integers and fractions. It shares nothing with the simulator but the table of encodings (instructions.def), which GNU objdump vouches for.

A State is a core with all options before or after one instruction (without streams, MMU and caches, exceptions of every kind).
execute(row, word, state, big) returns the state afterwards; `big`: the core's byte order.
"""

import math
import sys
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/isa"))
from binary32 import INFINITY, exact, is_denormal, is_infinite, is_nan, is_zero, rounded, rounded_to_integer  # noqa: E402
from experiments import M32, Memory, bits, signed  # noqa: E402

LOCAL_BYTES = 65536

# MSR
IE, C, BIP, FSL, DZO, EE, EIP, PVR, CC = 0x2, 0x4, 0x8, 0x10, 0x40, 0x100, 0x200, 0x400, 0x80000000
WRITABLE = IE | C | BIP | FSL | DZO | EE | EIP
# FSR
DO, UF, OF, DZ, IO = 1, 2, 4, 8, 16
NAN = 0xFFC00000
EXCEPTION_VECTOR = 0x20
# Causes of exceptions, in ESR
UNALIGNED, ILLEGAL, DIVIDE, FPU = 1, 2, 5, 6

VERSION = {0: 0xFC202400, 2: 0xD0037E37}  # what is not zero, of a little-endian core


@dataclass
class State(Memory):
    pc: int = 0x100
    msr: int = 0
    ear: int = 0
    esr: int = 0
    fsr: int = 0
    btr: int = 0
    reservation: bool = False
    prefix: int = None
    r: dict = field(default_factory=dict)
    memory: dict = field(default_factory=dict)
    outside: list = field(default_factory=list)
    next: int = None  # pc behind one more instruction
    stops: str = ""
    said: str = ""

    def copy(self):
        return State(self.pc, self.msr, self.ear, self.esr, self.fsr, self.btr, self.reservation, self.prefix, dict(self.r), dict(self.memory))

    def reg(self, number):
        return 0 if number == 0 else super().reg(number)

    def put(self, number, value):
        if number:
            self.r[number] = value & M32

    def set(self, mask, on):
        self.msr = self.msr | mask if on else self.msr & ~mask

    def takes_exceptions(self):
        return self.msr & EE and not self.msr & EIP

    def raise_exception(self, cause):
        """Of the instruction at pc, which is not in a delay slot."""
        self.esr = cause
        self.put(17, self.pc + 4)
        self.set(EE, False)
        self.set(EIP, True)
        self.reservation = False
        self.next_pc = EXCEPTION_VECTOR

    def halt(self, said):
        self.stops, self.said = "halted", said
        self.next_pc = self.pc


# -------------------------------------------------------------------------------------------------------------------- integers


def add_family(name, state, a, b):
    """add, rsub with i, k, c behind: immediate, keep carry, with carry."""
    letters = name.removeprefix("add").removeprefix("rsub")
    in_use = "c" in letters
    if name.startswith("add"):
        total = a + b + (in_use and state.msr & C != 0)
        value, carry = total % 2**32, total >= 2**32
    else:
        borrow = 1 if in_use and not state.msr & C else 0
        value, carry = (b - a - borrow) % 2**32, b >= a + borrow
    if "k" not in letters:
        state.set(C, carry)
    return value


def truncated_quotient(b, a):
    quotient = abs(b) // abs(a)
    return quotient if (a < 0) == (b < 0) else -quotient


def divide(name, state, a, b):
    if name == "idiv":
        a, b = signed(a), signed(b)
    if a == 0:
        fault, value = DIVIDE, 0
    elif truncated_quotient(b, a) == 2**31 and name == "idiv":
        fault, value = DIVIDE | 0x800, 0x80000000
    else:
        return truncated_quotient(b, a) & M32, None
    state.set(DZO, True)
    return value, fault


def equal_bytes(a, b):
    """Position of the first equal byte, from the left, counted from 1."""
    pairs = zip(a.to_bytes(4, "big"), b.to_bytes(4, "big"))
    return next((i for i, (x, y) in enumerate(pairs, 1) if x == y), 0)


COMPUTE = {
    "cmp": lambda a, b: (b - a) % 2**31 | (signed(a) > signed(b)) << 31,
    "cmpu": lambda a, b: (b - a) % 2**31 | (a > b) << 31,
    "mul": lambda a, b: a * b,
    "muli": lambda a, b: a * b,
    "mulh": lambda a, b: signed(a) * signed(b) >> 32,
    "mulhu": lambda a, b: a * b >> 32,
    "mulhsu": lambda a, b: signed(a) * b >> 32,
    "bsll": lambda a, b: a * 2 ** (b % 32),
    "bsrl": lambda a, b: a // 2 ** (b % 32),
    "bsra": lambda a, b: signed(a) // 2 ** (b % 32),
    "or": lambda a, b: a | b,
    "and": lambda a, b: a & b,
    "xor": lambda a, b: a ^ b,
    "andn": lambda a, b: a & (M32 - b),
    "pcmpbf": equal_bytes,
    "pcmpeq": lambda a, b: a == b,
    "pcmpne": lambda a, b: a != b,
    "sext8": lambda a, b: signed(a % 2**8, 8),
    "sext16": lambda a, b: signed(a % 2**16, 16),
    "clz": lambda a, b: 32 - a.bit_length(),
    "swapb": lambda a, b: int.from_bytes(a.to_bytes(4, "little"), "big"),
    "swaph": lambda a, b: a % 2**16 * 2**16 + a // 2**16,
}
COMPUTE.update({name + "i": COMPUTE[name] for name in ("bsll", "bsrl", "bsra", "or", "and", "xor", "andn")})


# -------------------------------------------------------------------------------------------------------------- floating point


def special_operands(*operands):
    if any(is_denormal(word) for word in operands):
        return NAN, DO
    if any(is_nan(word) and not word & 0x400000 for word in operands):
        return NAN, IO
    if any(is_nan(word) for word in operands):
        return NAN, 0
    return None


def finite(value, sign_of_zero):
    if value == 0:
        return sign_of_zero << 31, 0
    word, range_ = rounded(value)
    return word, {"": 0, "overflow": OF, "underflow": UF}[range_]


def add_floats(a, b):
    if is_infinite(a) and is_infinite(b) and a != b:
        return NAN, IO
    for operand in (a, b):
        if is_infinite(operand):
            return operand, 0
    both_negative = a >> 31 & b >> 31 if is_zero(a) and is_zero(b) else 0
    return finite(exact(a) + exact(b), both_negative)


def multiply_floats(a, b):
    sign = (a ^ b) >> 31
    if is_infinite(a) or is_infinite(b):
        return (NAN, IO) if is_zero(a) or is_zero(b) else (sign << 31 | INFINITY, 0)
    return finite(exact(a) * exact(b), sign)


def divide_floats(b, a):
    """b / a"""
    sign = (a ^ b) >> 31
    if (is_zero(a) and is_zero(b)) or (is_infinite(a) and is_infinite(b)):
        return NAN, IO
    if is_infinite(b):
        return sign << 31 | INFINITY, 0
    if is_zero(a):
        return sign << 31 | INFINITY, DZ
    if is_infinite(a):
        return sign << 31, 0
    return finite(exact(b) / exact(a), sign)


def square_root(a):
    if is_zero(a):
        return a, 0
    if a >> 31:
        return NAN, IO
    if is_infinite(a):
        return a, 0
    scale = 2**400
    value = exact(a) * scale
    root = math.isqrt(value.numerator // value.denominator)
    beyond = 0 if root * root == value else Fraction(1, 2)  # no root is half way between two numbers
    return finite((Fraction(root) + beyond) / 2**200, 0)


def compare_floats(condition, a, b):
    """Whether b is so in comparison with a."""
    if is_denormal(a) or is_denormal(b):
        return 0, DO
    if is_nan(a) or is_nan(b):
        loud = condition in ("lt", "le", "gt", "ge") or special_operands(a, b) == (NAN, IO)
        return int(condition in ("un", "ne")), IO if loud else 0
    big = Fraction(2) ** 200
    x, y = ((-big if w >> 31 else big) if is_infinite(w) else exact(w) for w in (a, b))
    return int({"un": False, "lt": y < x, "eq": y == x, "le": y <= x, "gt": y > x, "ne": y != x, "ge": y >= x}[condition]), 0


def compute_float(name, a, b):
    """(word, flags to set)"""
    if name.startswith("fcmp."):
        return compare_floats(name[5:], a, b)
    if name == "flt":
        return finite(Fraction(signed(a)), 0)
    if name == "fint":
        if is_denormal(a):
            return NAN, DO
        if is_nan(a) or is_infinite(a):
            return NAN, IO
        whole = rounded_to_integer(exact(a), True)
        return (whole & M32, 0) if -(2**31) <= whole < 2**31 else (NAN, IO)
    if name == "fsqrt":
        return special_operands(a) or square_root(a)
    found = special_operands(a, b)
    if found:
        return found
    if name == "fadd":
        return add_floats(a, b)
    if name == "frsub":
        return add_floats(b, a ^ 0x80000000)
    if name == "fmul":
        return multiply_floats(a, b)
    assert name == "fdiv"
    return divide_floats(b, a)


# ------------------------------------------------------------------------------------------------------------ loads and stores

SIZES = {"b": 1, "h": 2, "w": 4}


def memory_instruction(name, state, rd, address, big):
    stores = name[0] == "s"
    size = SIZES[name[1]]
    reverse, exclusive = name.endswith("r"), name.endswith("x")
    if address % size and not exclusive:
        if state.takes_exceptions():
            state.raise_exception(UNALIGNED | rd << 5 | (size == 4) << 11 | stores << 10)
            state.ear = address
            return
        state.said = "unaligned"
    address -= address % size
    if reverse:  # bytes and half-words change places inside their word
        word = address // 4 * 4
        address = word + 4 - size - (address - word)
    order = "big" if big != reverse else "little"
    if exclusive:
        failed = stores and not state.reservation
        state.reservation = not stores
        state.set(C, failed)
        if failed:
            return
    if stores:
        data = (state.reg(rd) % 256**size).to_bytes(size, order)
        if address < LOCAL_BYTES:
            state.memory.update({address + i: byte for i, byte in enumerate(data)})
        else:
            state.outside.append(f"store{size}.{address:x}={int.from_bytes(data, 'little'):x}")
    else:
        state.put(rd, int.from_bytes(bytes(state.byte(address + i) for i in range(size)), order))
        if address >= LOCAL_BYTES:
            state.outside.append(f"load{size}.{address:x}")


# --------------------------------------------------------------------------------------------------------------- one instruction


def holds(condition, value):
    return {"eq": value == 0, "ne": value != 0, "lt": value < 0, "le": value <= 0, "gt": value > 0, "ge": value >= 0}[condition]


def read_special(number, before, big):
    if number >= 0x2000:
        value = VERSION.get(number - 0x2000, 0)
        return value & ~0x00200000 if big and number == 0x2000 else value
    carry = before.msr & C
    return {
        0x0: before.pc, 0x1: before.msr | PVR | (CC if carry else 0), 0x3: before.ear, 0x5: before.esr, 0x7: before.fsr, 0xB: before.btr, 0xD: 0,
    }[number]


def branch(name, state, target, rd):
    """With everything that the letters of the mnemonic say."""
    slot = name.startswith("rt") or name.endswith("d")
    if target % 4:
        state.said = "unaligned"
        target -= target % 4
    if slot:
        state.next_pc, state.slot_target = state.pc + 4, target
        if not state.msr & EIP:
            state.btr = target
    else:
        state.next_pc = target


def execute(row, word, before, big):
    state = before.copy()
    state.slot_target = None
    state.next_pc = state.pc + 4
    name = row.text.split("\\t")[0]
    rd, ra, rb = bits(word, 25, 21), bits(word, 20, 16), bits(word, 15, 11)
    a, old = state.reg(ra), state.reg(rd)
    if row.form in ("RdRaImm", "RdImm", "RaImm", "Imm"):
        low = bits(word, 15, 0)
        b = low | before.prefix << 16 if before.prefix is not None else signed(low, 16) & M32
    elif row.form == "RdRaShift":
        b = bits(word, 4, 0)
    else:
        b = state.reg(rb)
    exception = None

    if row.option == "Streams":  # this core has none
        if state.takes_exceptions():
            state.raise_exception(ILLEGAL)
        else:
            state.halt("unimplemented")
    elif name.startswith(("add", "rsub")):
        state.put(rd, add_family(name, state, a, b))
    elif name in COMPUTE:
        state.put(rd, int(COMPUTE[name](a, b)))
    elif name == "bsefi":
        state.put(rd, a // 2 ** bits(word, 4, 0) % 2 ** bits(word, 10, 6))
    elif name == "bsifi":
        first, last = bits(word, 4, 0), bits(word, 10, 6)
        width = last - first + 1
        state.put(rd, old // 2 ** (last + 1) * 2 ** (last + 1) + a % 2**width * 2**first + old % 2**first)
    elif name in ("idiv", "idivu"):
        value, exception = divide(name, state, a, b)
        state.put(rd, value)
    elif name in ("sra", "src", "srl"):
        entering = {"sra": a >> 31, "src": state.msr & C != 0, "srl": 0}[name]
        state.set(C, a % 2 == 1)
        state.put(rd, a // 2 + entering * 2**31)
    elif row.op.startswith(("fcmp", "fadd", "frsub", "fmul", "fdiv", "flt", "fint", "fsqrt")):
        value, flags = compute_float(name, a, b)
        state.fsr |= flags
        if flags and state.takes_exceptions():
            exception = FPU
        else:
            state.put(rd, value)
    elif name[0] in "ls" and name[1] in SIZES and name != "sleep":
        memory_instruction(name.removesuffix("i").replace("lbu", "lb").replace("lhu", "lh"), state, rd, (a + b) % 2**32, big)
    elif name == "mfs":
        state.put(rd, read_special(bits(word, 13, 0), before, big))
    elif name == "mts":
        if bits(word, 13, 0) == 1:
            state.msr = state.msr & ~WRITABLE | a & WRITABLE
        else:
            state.fsr = a & 31
    elif name in ("msrset", "msrclr"):
        state.put(rd, read_special(1, before, big))
        state.set(bits(word, 14, 0) & WRITABLE, name == "msrset")
    elif name in ("brk", "brki"):
        state.put(rd, state.pc)
        state.reservation = False
        state.next_pc = b - b % 4
    elif name.startswith("br"):
        letters = name[2:].replace("i", "")  # a: absolute, l: link, d: delay slot
        target = b if "a" in letters else (state.pc + b) % 2**32
        if "l" in letters:
            state.put(rd, state.pc)
        branch(name, state, target, rd)
    elif name.startswith("b") and row.form in ("RaRb", "RaImm"):
        if holds(name[1:3], signed(a)):
            branch(name, state, (state.pc + b) % 2**32, rd)
        elif name.endswith("d"):
            branch(name, state, state.pc + 8, rd)
    elif name.startswith("rt"):
        branch(name, state, (a + b) % 2**32, rd)  # which looks at EIP as it was
        if name == "rtid":
            state.set(IE, True)
        elif name == "rtbd":
            state.set(BIP, False)
        elif name == "rted":
            state.set(EE, True)
            state.set(EIP, False)
            state.esr = 0
    elif name in ("mbar", "sleep", "hibernate", "suspend"):
        state.stops = "idle" if bits(word, 25, 21) & 24 else ""
    else:
        assert name in ("imm", "wic", "wdc", "wdc.flush", "wdc.clear"), f"{name} has no reference"

    if exception is not None and state.takes_exceptions():
        state.raise_exception(exception)
    state.pc = state.next_pc
    if not state.stops and state.pc < LOCAL_BYTES:
        state.next = state.slot_target if state.slot_target is not None else state.pc + 4
    return state
