"""Random small programs of the modern dialect print the same on the simulated Epiphany, on the posix port, and in CPython with 32-bit arithmetic.

Each program is written twice from one random tree: as it is, and for CPython with every operation as a call of the functions below, which wrap
ints at 32 bits and round reals to float32. Programs whose reals leave the range where both print plainly are thrown away.
"""

import random

import numpy as np
import pytest

PROGRAMS_PER_RUN = 20


class OutOfRange(Exception):
    pass


def wrap(value):
    return (int(value) + 2**31) % 2**32 - 2**31


def real(value):
    with np.errstate(all="ignore"):
        value = np.float32(value)
    if not np.isfinite(value) or abs(value) > 1e15 or 0 < abs(value) < 1e-4:
        raise OutOfRange
    return value


def is_real(value):
    return isinstance(value, np.float32)


def number(a, b):
    """Both operands as they meet in an operation."""
    if is_real(a) or is_real(b):
        return np.float32(a), np.float32(b)
    return int(a), int(b)


def calculate(op, a, b):
    a, b = number(a, b)
    with np.errstate(all="ignore"):
        if op == "/":
            return real(np.float32(a) / np.float32(b))
        value = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "//": lambda: a // b, "%": lambda: a % b, "**": lambda: a**b}[op]()
    return real(value) if is_real(a) else wrap(value)


def compare(op, a, b):
    a, b = number(a, b)
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[op])


def negate(a):
    return real(-a) if is_real(a) else wrap(-a)


def absolute(a):
    return real(abs(a)) if is_real(a) else wrap(abs(a))


def text(value):
    if is_real(value):
        return np.format_float_positional(value, unique=True, trim="0")
    if isinstance(value, list):
        return "[" + ", ".join(map(text, value)) + "]"
    return str(value)


class Writer:
    """Expressions and statements as pairs of texts: for ePython, and for CPython."""

    def __init__(self, seed, index):
        self.random = random.Random(f"{seed}/{index}")
        self.name = f"p{index}"
        self.lines = ([], [])
        self.loops = 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def both(self, operator, function, a, b):
        return f"({a[0]} {operator} {b[0]})", f"{function}({operator!r}, {a[1]}, {b[1]})"

    def integer(self, depth):
        if depth == 0 or self.random.random() < 0.2:
            if self.random.random() < 0.5:
                name = self.pick("a", "b", "c")
                return name, name
            value = self.pick("0", "1", "2", "3", "7", "(-1)", "(-5)", "12", "100", "1000", "99999", "2147483647")
            return value, value
        kind = self.random.randrange(10)
        left = self.integer(depth - 1)
        if kind < 4:
            return self.both(self.pick("+", "-", "*"), "calculate", left, self.integer(depth - 1))
        if kind == 4:
            value = self.pick("2", "3", "-3", "7", "10", "-16")
            return self.both(self.pick("//", "%"), "calculate", left, (value, value))
        if kind == 5:
            value = self.pick("0", "1", "2", "3")
            return self.both("**", "calculate", left, (value, value))
        if kind == 6:
            return self.pick((f"(-{left[0]})", f"negate({left[1]})"), (f"abs({left[0]})", f"absolute({left[1]})"))
        if kind == 7:
            condition, other = self.condition(depth - 1), self.integer(depth - 1)
            return f"({left[0]} if {condition[0]} else {other[0]})", f"({left[1]} if {condition[1]} else {other[1]})"
        if kind == 8:
            return f"items[{left[0]} % len(items)]", f"items[calculate('%', {left[1]}, len(items))]"
        right = self.integer(0)
        return f"{self.name}_f({left[0]}, {right[0]})", f"{self.name}_f({left[1]}, {right[1]})"

    def real(self, depth):
        if depth == 0 or self.random.random() < 0.2:
            if self.random.random() < 0.6:
                name = self.pick("x", "y")
                return name, name
            value = self.pick("0.5", "1.5", "2.0", "0.1", "3.14159", "100.25", "7.0")
            return value, f"np.float32({value})"
        kind = self.random.randrange(8)
        left = self.real(depth - 1)
        if kind < 3:
            return self.both(self.pick("+", "-", "*"), "calculate", left, self.real(depth - 1))
        if kind == 3:
            return self.both(self.pick("+", "-", "*"), "calculate", left, self.integer(depth - 1))
        if kind == 4:
            value = self.pick("3", "7", "-10")
            return self.both("/", "calculate", self.pick(left, self.integer(depth - 1)), (value, value))
        if kind == 5:
            return f"(-{left[0]})", f"negate({left[1]})"
        if kind == 6:
            return f"abs({left[0]})", f"absolute({left[1]})"
        condition, other = self.condition(depth - 1), self.real(depth - 1)
        return f"({left[0]} if {condition[0]} else {other[0]})", f"({left[1]} if {condition[1]} else {other[1]})"

    def condition(self, depth):
        kind = self.random.randrange(6)
        if depth == 0 or kind < 3:
            value = self.pick(self.integer, self.real)
            return self.both(self.pick("<", "<=", ">", ">=", "==", "!="), "compare", value(max(depth - 1, 0)), value(0))
        left, right = self.condition(depth - 1), self.condition(depth - 1)
        if kind == 3:
            return f"(not {left[0]})", f"(not {left[1]})"
        word = self.pick("and", "or")
        return f"({left[0]} {word} {right[0]})", f"({left[1]} {word} {right[1]})"

    def value(self, depth):
        return self.pick(self.integer, self.integer, self.real)(depth)

    # -- statements
    def put(self, indent, line, other=None):
        self.lines[0].append("    " * indent + line)
        self.lines[1].append("    " * indent + (other or line))

    def statement(self, indent, depth):
        kind = self.random.randrange(10)
        if kind < 3:
            name = self.pick("a", "b", "c")
            e = self.integer(3)
            self.put(indent, f"{name} = {e[0]}", f"{name} = {e[1]}")
        elif kind < 5:
            name = self.pick("x", "y")
            e = self.real(2)
            self.put(indent, f"{name} = {e[0]}", f"{name} = {e[1]}")
        elif kind == 5:
            name, op, e = self.pick("a", "b", "c"), self.pick("+", "-", "*"), self.integer(2)
            self.put(indent, f"{name} {op}= {e[0]}", f"{name} = calculate({op!r}, {name}, {e[1]})")
        elif kind == 6:
            e, i = self.integer(2), self.integer(1)
            if self.random.random() < 0.5:
                self.put(indent, f"items.append({e[0]})", f"items.append({e[1]})")
            else:
                self.put(indent, f"items[{i[0]} % len(items)] = {e[0]}", f"items[calculate('%', {i[1]}, len(items))] = {e[1]}")
        elif kind == 7 or depth == 0:
            values = [self.value(2) for _ in range(self.pick(1, 2, 3))]
            self.put(indent, f"print({', '.join(v[0] for v in values)})", f"show({', '.join(v[1] for v in values)})")
        elif kind == 8:
            condition = self.condition(2)
            self.put(indent, f"if {condition[0]}:", f"if {condition[1]}:")
            self.block(indent + 1, depth - 1)
            if self.random.random() < 0.5:
                self.put(indent, "else:")
                self.block(indent + 1, depth - 1)
        else:
            self.loops += 1
            i = f"i{self.loops}"
            if self.random.random() < 0.5:
                self.put(indent, f"for {i} in range({self.pick('3', '1, 4', '6, 0, -2', 'len(items)')}):")
                self.put(indent + 1, f"a = a + {i}", f"a = calculate('+', a, {i})")
            else:
                self.put(indent, f"{i} = 0")
                self.put(indent, f"while {i} < {self.pick(2, 5)}:")
                self.put(indent + 1, f"{i} += 1")
            self.block(indent + 1, depth - 1)
            if self.random.random() < 0.3:
                condition = self.condition(1)
                self.put(indent + 1, f"if {condition[0]}:", f"if {condition[1]}:")
                self.put(indent + 2, self.pick("break", "continue"))

    def block(self, indent, depth):
        for _ in range(self.pick(1, 2, 3)):
            self.statement(indent, depth)

    def program(self):
        self.put(0, f"def {self.name}_f(a, b=1):")
        self.put(1, "if a < b:")
        self.put(2, "return b - a * 3", "return calculate('-', b, calculate('*', a, 3))")
        self.put(1, "return a % 100 + b", "return calculate('+', calculate('%', a, 100), b)")
        self.put(0, f"def {self.name}():")
        self.put(1, "a = 3")
        self.put(1, "b = -7")
        self.put(1, "c = 20")
        self.put(1, "x = 0.75", "x = np.float32(0.75)")
        self.put(1, "y = -2.5", "y = np.float32(-2.5)")
        self.put(1, "items = [4, 0, 9]")
        for _ in range(self.random.randrange(3, 8)):
            self.statement(1, 2)
        self.put(1, "print(a, b, c, x, y, items)", "show(a, b, c, x, y, items)")
        self.put(0, f"{self.name}()")
        return "\n".join(self.lines[0]) + "\n", "\n".join(self.lines[1]) + "\n"


def in_python(source):
    """What it prints; None when a number leaves the range."""
    lines = []
    names = {
        "np": np,
        "calculate": calculate,
        "compare": compare,
        "negate": negate,
        "absolute": absolute,
        "show": lambda *values: lines.append(" ".join(map(text, values))),
    }
    try:
        exec(source, names)
    except OutOfRange:
        return None
    return lines


def batch(seed):
    """So many programs in one, and what they print."""
    sources, expected, index = ["# epython: modern"], [], 0
    while len(sources) <= PROGRAMS_PER_RUN:
        index += 1
        ours, theirs = Writer(seed, index).program()
        lines = in_python(theirs)
        if lines is None or sum(map(len, lines)) > 4000:
            continue
        sources.append(ours)
        expected += lines
    return "\n".join(sources), expected


def check(port_of, seed):
    source, expected = batch(seed)
    for name in ("posix", "parallella"):
        assert port_of(name).output(source) == expected, (name, seed)


@pytest.mark.parametrize("seed", range(3))
def test_some(port_of, seed):
    check(port_of, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 200))
def test_two_thousand(port_of, seed):
    check(port_of, seed)
