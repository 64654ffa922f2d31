"""Item 1: the example programs, on the posix port and, as far as they are short or `--all` is asked for, on the simulated boards.

What a program prints follows from the language and its own arithmetic; where random numbers are in it, from what they were used for.
"""

import re

import pytest

PORTS = ["posix", "parallella", "pynq-fpu"]


def numbers(lines):
    return [int(line) for line in lines]


def ascending(values):
    return values == sorted(values)


def simple(port, cores):
    for name, expected in {
        "hello": ["hello world"],
        "simpleplus": ["12", "2.300000"],
        "functions": ["3", "hello world", "30", "22", "6"],
    }.items():
        run = port.run(f"examples/{name}.py", cores)
        assert (run.code, run.errors) == (0, "")
        assert run.lines == {core: expected for core in range(cores)}


def arrays(port, cores):
    for lines in port.run("examples/arrays.py", cores).lines.values():
        index, element = re.fullmatch(r"Element (\d+) is (\d+)", lines[0]).groups()
        assert index == element and 0 <= int(index) < 100


def loops(port, cores):
    expected = [f"X={x}" for x in [*range(0, 11), *range(105, 116)]]
    expected += [f"Item {item}" for item in (10, 20, 30, 5, 7, 9)] + [f"I={i}" for i in range(10, 21)]
    assert port.run("examples/loops.py", cores).lines == {core: expected for core in range(cores)}


def names(port, cores):
    text = port.run("examples/input.py", cores, input="Ada\n" * cores).text
    assert text.count("Name: ") == cores and text.count("Hello Ada") == cores


def branches(port, cores):
    assert port.run("examples/identity.py", cores).lines == {
        core: [f"I am core {core}"] + (["the fifth"] if core == 5 else []) for core in range(cores)
    }
    words = ["first", "next", "next"]
    assert port.run("examples/controlflow.py", cores).lines == {core: [words[core] if core < 3 else "other"] for core in range(cores)}


def messages(port, cores):
    assert port.run("examples/p2p.py", cores).lines == {1: ["Got value 20 from core 0"]}
    for name in ("broadcast", "reduce"):
        run = port.run(f"examples/{name}.py", cores)
        assert sorted(run.lines) == list(range(cores))
        ((text,),) = {tuple(lines) for lines in run.lines.values()}
        assert 0 <= int(text.split()[-1]) < 100
    lines = re.findall(r"Hello|After", port.run("examples/synccores.py", cores).text)
    assert lines == ["Hello"] * cores + ["After"] * cores


def haloswap(port, cores):
    seen = set()
    for seed in range(6):
        ((core, lines),) = port.run("examples/haloswap.py", cores, extra=["--seed", str(seed)]).lines.items()
        left, right = max(core - 1, 0), min(core + 1, cores - 1)
        assert numbers(lines) == [left, *[core] * 10, right]
        seen.add(core)
    assert len(seen) > 1


def pi(port, cores):
    for name in ("pi", "task_farm_pi"):
        ((line,),) = port.run(f"examples/{name}.py", cores).lines.values()
        assert 3.05 < float(re.fullmatch(r"Pi is about (\d\.\d{6})", line)[1]) < 3.22


def sorting(port, cores):
    run = port.run("examples/odd_even_sort.py", 2)
    assert [len(run.lines[core]) for core in (0, 1)] == [100, 100]
    assert all(ascending(numbers(lines)) for lines in run.lines.values())
    run = port.run("examples/parallel_odd_even_sort.py", cores)
    assert all(len(lines) == 25 for lines in run.lines.values())
    printed = numbers(re.findall(r"\] (\d+)", run.text))
    assert len(printed) == 25 * cores and ascending(printed)


def mergesort(port, cores):
    run = port.run("examples/mergesort.py", cores)
    assert list(run.lines) == [0]
    assert len(run.output) == 128 and ascending(numbers(run.output))


def percentages(lines):
    return [int(re.match(r"(\d+)%", line)[1]) for line in lines]


def pipelines(port, cores):
    run = port.run("examples/pipeline.py", 4)
    assert run.code == 0 and list(run.lines) == [3]
    assert len(run.lines[3]) == 12 and all(0 <= p <= 100 for p in percentages(run.lines[3]))
    assert sum(line.endswith("% of all") for line in run.lines[3]) == 1
    if cores == 16:
        run = port.run("examples/split_pipeline.py", cores)
        assert run.code == 0 and sorted(run.lines) == [3, 6, 9, 12, 15]
        assert [len(run.lines[core]) for core in (3, 6, 9, 12, 15)] == [4, 3, 3, 3, 3]
        assert all(0 <= p <= 100 for lines in run.lines.values() for p in percentages(lines))
    run = port.run("examples/parallel_pipeline.py", cores)
    assert run.code == 0 and list(run.lines) == [cores - 1]
    assert len(run.lines[cores - 1]) == 12 and all(0 <= p <= 100 for p in percentages(run.lines[cores - 1]))


def task_farm(port, cores):
    run = port.run("examples/task_farm.py", cores)
    assert run.code == 0
    assert run.lines == {0: [str(n) for n in [45, *range(100, 110)]], 1: ["running total"], 2: ["running count_from"]}


def mandelbrot(port, cores):
    text = port.run("examples/mandelbrot.py", cores).text
    rows = re.findall(r"\] (.*)", text)
    assert [row.count("#") for row in rows] == [0, 1, 5, 12, 18, 22, 28, 32, 45, 32, 28, 22, 18, 12, 5, 1]
    assert {len(row) for row in rows} == {67}


PROGRAMS = [simple, arrays, loops, names, branches, messages, haloswap, pi, sorting, mergesort, pipelines, task_farm, mandelbrot]
# Quick enough on the simulated boards for every test.
QUICK = {simple, branches, messages, task_farm}


def cases():
    for name in PORTS:
        for program in PROGRAMS:
            cores = 8 if name == "pynq-fpu" else 16
            if program is mergesort and cores < 16:
                continue
            quick = name == "posix" or program in QUICK
            yield pytest.param(name, program, cores, id=f"{program.__name__}-{name}", marks=() if quick else pytest.mark.slow)


@pytest.mark.parametrize("name, program, cores", cases())
def test_program(name, program, cores, port_of):
    program(port_of(name), cores)


# -- the solvers: iterations and norms, exact for every number of cores

JACOBI = ["1.000000", "0.004219", "0.002365", "0.001449", "0.000893", "0.000552", "0.000341", "0.000209", "0.000129"]
GAUSS_SEIDEL = {
    1: (2569, ["0.001675", "0.000277"]),
    2: (2639, ["0.001707", "0.000301"]),
    3: (2675, None),
    4: (2706, None),
    8: (2849, None),
    16: (3152, ["0.001940", "0.000488", "0.000123"]),
}


def solved(run):
    """Iterations, and the norms printed on the way and at the end."""
    assert (run.code, run.errors) == (0, "")
    last = re.fullmatch(r"Done after (\d+) iterations: norm (\d\.\d{6})", run.output[-1])
    return int(last[1]), [line.split()[-1] for line in run.output[:-1]], last[2]


def check_jacobi(port, cores):
    assert solved(port.run("examples/jacobi.py", cores, timeout=3600)) == (8500, JACOBI, "0.000100")


def check_gauss_seidel(port, cores):
    iterations, norms, last = solved(port.run("examples/gauss_seidel.py", cores, timeout=3600))
    expected, known = GAUSS_SEIDEL[cores]
    assert (iterations, norms[0], last) == (expected, "1.000000", "0.000100")
    assert known is None or norms[1:] == known


def test_jacobi(port_of):
    check_jacobi(port_of("posix"), 3)


@pytest.mark.slow
@pytest.mark.parametrize("cores", [1, 2, 4, 8, 16])
def test_jacobi_on_any_number_of_cores(port_of, cores):
    check_jacobi(port_of("posix"), cores)


@pytest.mark.parametrize("cores", [1, 3, 16])
def test_gauss_seidel(port_of, cores):
    check_gauss_seidel(port_of("posix"), cores)


@pytest.mark.slow
@pytest.mark.parametrize("cores", [2, 4, 8])
def test_gauss_seidel_on_any_number_of_cores(port_of, cores):
    check_gauss_seidel(port_of("posix"), cores)


@pytest.mark.slow
@pytest.mark.parametrize("name, cores", [("parallella", 1), ("parallella", 16), ("pynq-fpu", 8)])
def test_gauss_seidel_on_the_boards(port_of, name, cores):
    check_gauss_seidel(port_of(name), cores)


def with_points(text, points, tolerance):
    changed = text.replace("points = 100\n", f"points = {points}\n").replace("tolerance = 0.0001\n", f"tolerance = {tolerance}\n")
    assert changed != text
    return changed


@pytest.mark.slow
@pytest.mark.parametrize(
    "program, points, tolerance, counts",
    [
        ("jacobi", 200, 0.0001, {1: 25411, 8: 25411}),
        ("jacobi", 1000, 0.001, {1: 6829, 8: 6829, 16: 6829}),
        ("gauss_seidel", 1000, 0.001, {1: 3134, 2: 3134, 3: 3135, 4: 3129, 8: 3093, 16: 3099}),
    ],
)
def test_larger_problems(port_of, program, points, tolerance, counts):
    port = port_of("posix")
    text = with_points(port.text(f"examples/{program}.py"), points, tolerance)
    assert {cores: solved(port.run(text, cores, timeout=3600))[0] for cores in counts} == counts


@pytest.mark.slow
def test_the_published_problem_on_the_published_board(board):
    """1,000 points to a thousandth, on 16 Epiphany cores: as many iterations as were published."""
    text = with_points(board.text("examples/gauss_seidel.py"), 1000, 0.001)
    assert solved(board.run(text, 16, timeout=3600))[0] == 3099
