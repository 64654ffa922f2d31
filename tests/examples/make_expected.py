"""Writes expected/*.txt for the examples whose output follows from the language alone. Computed here, not recorded from a run.

    python3 tests/examples/make_expected.py
"""

import struct
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "expected"


def f32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def each(cores, lines):
    """The lines of every core; `lines` may depend on the core."""
    for core in range(cores):
        for line in lines(core) if callable(lines) else lines:
            yield core, line


def identity(core):
    yield f"I am core {core}"
    if core == 5:
        yield "the fifth"


def ring(core):
    if core == 0:
        yield f"The sum of all core numbers is {sum(range(16))}"
    yield f"Core {core} swapped with core {core ^ 1}"


def loops():
    yield from (f"X={x}" for x in range(0, 11))
    yield from (f"X={x}" for x in range(105, 116))
    yield from (f"Item {item}" for item in (10, 20, 30, 5, 7, 9))
    yield from (f"I={i}" for i in range(10, 21))


def mandelbrot():
    for row in range(16):
        text = ""
        ci = f32(f32(row - 8) * f32(0.124))
        for column in range(67):
            cr = f32(f32(-2.05) + f32(f32(column) * f32(0.051)))
            zr = zi = 0.0
            for _ in range(25):
                rr, ii = f32(zr * zr), f32(zi * zi)
                if f32(rr + ii) > 4.0:
                    text += " "
                    break
                zi = f32(f32(f32(2.0 * zr) * zi) + ci)
                zr = f32(f32(rr - ii) + cr)
            else:
                text += "#"
        yield row, text


def jacobi(cores, points=100, tolerance=0.0001):
    """The example's own arithmetic in float32; the sums are combined over the cores in rank order."""
    u = [0.0] * (points + 2)
    u[0], u[points + 1] = 1.0, 10.0
    shares = [points // cores + (core < points % cores) for core in range(cores)]
    enough = f32(f32(tolerance) * f32(tolerance))
    iterations, error, start = 0, 1.0, 0.0
    while error >= enough:
        new, first, total = list(u), 1, None
        for share in shares:
            part = 0.0
            for i in range(first, first + share):
                rest = f32(f32(f32(2.0 * u[i]) - u[i - 1]) - u[i + 1])
                part = f32(part + f32(rest * rest))
                new[i] = 0.5 * f32(u[i - 1] + u[i + 1])
            total = part if total is None else f32(total + part)
            first += share
        if iterations == 0:
            start = total
        error = f32(total / start)
        if iterations % 1000 == 0:
            yield 0, f"Iteration {iterations}: norm {f32(error ** 0.5):f}"
        u = new
        iterations += 1
    yield 0, f"Done after {iterations} iterations: norm {f32(error ** 0.5):f}"


EXPECTED = {
    "hello": each(16, ["hello world"]),
    "identity": each(16, identity),
    "p2p": [(1, "Got value 20 from core 0")],
    "loops": each(2, list(loops())),
    "functions": each(2, ["3", "hello world", "30", "22", "6"]),
    "ring": each(16, ring),
    "mandelbrot": mandelbrot(),
    "jacobi": jacobi(4),
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, lines in EXPECTED.items():
        (FOLDER / f"{name}.txt").write_text("".join(f"[device {core}] {line}\n" for core, line in lines))
