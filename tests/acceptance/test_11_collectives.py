"""Broadcasts and reductions: every operation, ints and reals, any root, any subset of the cores, and the same bits everywhere."""
import struct

import pytest

HEAD = "# epython: modern\nfrom parallel import *\n"


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def on_every_core(port, text, cores):
    run = port.run(HEAD + text, cores=cores)
    assert (run.code, run.errors) == (0, ""), run.text
    assert len(run.lines) == (cores if isinstance(cores, int) else len(cores.split(",")))
    return run.lines


@pytest.mark.parametrize("cores", [1, 2, 3, 7])
def test_every_operation_on_ints_and_reals(port, cores):
    text = """\
x = coreid() + 2
print(reduce(x, "sum"), reduce(x, "min"), reduce(x, "max"), reduce(x, "prod"))
y = x * 0.5
print(reduce(y, "sum"), reduce(y, "min"), reduce(y, "max"), reduce(y, "prod"))
"""
    ints = range(2, cores + 2)
    product, real_product = 1, 1.0
    for i in ints:
        product *= i
        real_product *= i * 0.5
    expected = [
        f"{sum(ints)} 2 {cores + 1} {product}",
        f"{sum(ints) * 0.5} 1.0 {(cores + 1) * 0.5} {real_product}",
    ]
    assert all(lines == expected for lines in on_every_core(port, text, cores).values())


def test_an_int_and_a_real_make_reals_everywhere(port):
    text = "x = coreid()\nif x == 1:\n  x = 0.25\nprint(reduce(x, 'sum'), reduce(x, 'max'), reduce(x, 'min'), reduce(x, 'prod'))\n"
    assert all(lines == ["2.25 2.0 0.0 0.0"] for lines in on_every_core(port, text, 3).values())


def test_a_sum_of_reals_has_the_bits_of_adding_in_the_order_of_ranks(port):
    text = "x = 1.0 / (coreid() * 7 + 3)\nfor i in range(20):\n  x = x * 1.37\ns = reduce(x, 'sum')\nprint(s, s * 1048576.0 % 1.0)\n"
    lines = on_every_core(port, text, 8)
    total = None
    for rank in range(8):
        x = float32(1.0 / (rank * 7 + 3))
        for _ in range(20):
            x = float32(x * float32(1.37))
        total = x if total is None else float32(total + x)
    first = lines[0][0]
    assert float32(float(first.split()[0])) == total
    assert all(line == [first] for line in lines.values())


@pytest.mark.parametrize("value", ["coreid() * 100", "[coreid()] * 300", "coreid() > 1", "None"])
def test_a_broadcast_from_every_root(port, value):
    text = f"for root in range(numcores()):\n  mine = {value}\n  if coreid() != root:\n    mine = None\n  print(bcast(mine, root))\n"
    shown = {
        "coreid() * 100": lambda root: str(root * 100),
        "[coreid()] * 300": lambda root: str([root] * 300),
        "coreid() > 1": lambda root: str(root > 1),
        "None": lambda root: "None",
    }[value]
    assert all(lines == [shown(root) for root in range(5)] for lines in on_every_core(port, text, 5).values())


def test_a_subset_of_the_cores(board):
    text = "print(coreid(), numcores(), bcast(coreid(), 5), reduce(coreid(), 'sum'), reduce(coreid(), 'prod'))\nsync()\n"
    lines = on_every_core(board, text, "1,5,9")
    assert lines == {core: [f"{core} 3 5 15 45"] for core in (1, 5, 9)}


def test_an_unknown_operation_says_so(board):
    assert "reduce: unknown operation mean" in board.run(HEAD + "print(reduce(1, 'mean'))\n", cores=1).text


def test_what_is_no_number_cannot_be_reduced(board):
    assert "TypeError: only numbers" in board.failure(HEAD + "print(reduce([1], 'sum'))\n", cores=2)


def test_a_barrier_holds_everybody(port):
    text = "for i in range(3):\n  if coreid() == i:\n    s = 0\n    for k in range(2000):\n      s += k\n  print(i)\n  sync()\n"
    run = port.run(HEAD + text, cores=4)
    assert [line.rsplit(" ", 1)[1] for line in run.text.splitlines()] == ["0"] * 4 + ["1"] * 4 + ["2"] * 4
