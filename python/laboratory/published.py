"""The published results, and how each is repeated: what is run, and what is compared.

A result's function gets the runs (experiments.py) and a Machine, and returns the simulated value. Results of interpreted programs are evaluated
for the VM as it is and for one that is paced: the published interpreter was much slower than ours, which shifts every balance between computing and
waiting. The pace was set once, from G1; nothing else was. Roles: `calibration` set a parameter, `test` did not, `report` has no
figure that could decide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from .experiments import Experiments

#: cycles per byte code instruction with which G1 takes 9.61 s
PACE = 480

JPDC = "Jamieson and Brown, JPDC 2020"
SCIPY = "Brown, SciPy 2021 proceedings"
SLIDES = "Brown, talk on ePython, 2016"
TALK = "ePython tutorial"


@dataclass(frozen=True)
class Machine:
    """How interpreted programs are run: with which pace, and which engine moves data by reference."""

    name: str
    pace: int
    engine: Optional[str]
    exchange: bool = False

    def settings(self, **more: Any) -> Dict[str, Any]:
        chosen = {"set__vm__pace": self.pace or None, "set__vm__transfer_engine": self.engine}
        return {**chosen, **more}


#: as published: slow, moving data by loads and stores, every core exchanging its part of a sum with every other one
PACED = Machine("paced", PACE, "words", True)
PACED_TREE = Machine("paced", PACE, "words")
NORMAL = Machine("normal", 0, None)
NORMAL_EXCHANGE = Machine("normal", 0, None, True)
NATIVE = Machine("-", 0, None)

Value = Callable[[Experiments, Machine], Any]


@dataclass(frozen=True)
class Result:
    id: str
    group: str
    what: str
    unit: str
    published: Any  # a number, (low, high), or a text that describes a shape, with 1 = holds
    tolerance: Optional[float]
    role: str
    source: str
    value: Value
    machines: Tuple[Machine, ...]
    decides: Tuple[str, ...]  # machines whose verdict counts
    note: str


RESULTS: List[Result] = []


def result(
    id: str,
    group: str,
    what: str,
    unit: str,
    published: Any,
    source: str,
    tolerance: Optional[float] = None,
    role: str = "test",
    machines: Tuple[Machine, ...] = (PACED, NORMAL),
    decides: Tuple[str, ...] = ("paced", "-"),
    note: str = "",
) -> Callable[[Value], Value]:
    def add(value: Value) -> Value:
        RESULTS.append(Result(id, group, what, unit, published, tolerance, role, source, value, machines, decides, note))
        return value

    return add


# -- Gauss and Seidel: 1000 unknowns, tolerance 0.001, 16 cores; 3099 iterations, which all take the same time

ITERATIONS = 3099


def solver(runs: Experiments, program: str, iterations: int, **settings: Any) -> float:
    """What all iterations take, from two short runs."""
    few, more = 10, 30
    short, longer = (runs.run(program, argument__most=most, **settings).seconds for most in (few, more))
    return short + (iterations - few) * (longer - short) / (more - few)


def gauss_seidel(runs: Experiments, machine: Machine, **more: Any) -> float:
    return solver(runs, "gauss_seidel.py", ITERATIONS, **machine.settings(argument__exchange=machine.exchange or None, **more))


def gauss_seidel_in_c(runs: Experiments, place: str = "heap", level: str = "O1") -> float:
    return max(runs.run(f"gauss_seidel_{place}_{level}.elf").reported("cycles")) / 600e6


@result("G1", "Gauss-Seidel", "ePython, 16 cores", "s", 9.61, SLIDES, 0.02, "calibration")
def _(runs: Experiments, machine: Machine) -> float:
    return gauss_seidel(runs, machine)


@result("G2", "Gauss-Seidel", "byte code and data in shared memory", "s", 52.04, SLIDES, 0.25)
def _(runs: Experiments, machine: Machine) -> float:
    return gauss_seidel(runs, machine, code="shared", data="shared")


@result("G3", "Gauss-Seidel", "how much slower that is", "ratio", 5.4, SLIDES, 0.35, note="follows from G1 and G2")
def _(runs: Experiments, machine: Machine) -> float:
    return gauss_seidel(runs, machine, code="shared", data="shared") / gauss_seidel(runs, machine)


@result("G4", "Gauss-Seidel", "C, 16 cores: -O1, arrays where the SDK's malloc puts them", "s", 1.01, SLIDES, 0.25, machines=(NATIVE,),
        note="flags and layout are not published; the table says what others give")
def _(runs: Experiments, machine: Machine) -> float:
    return gauss_seidel_in_c(runs)


@result("G5", "Gauss-Seidel", "how much faster C is", "ratio", 9.5, SLIDES, 0.25)
def _(runs: Experiments, machine: Machine) -> float:
    return gauss_seidel(runs, machine) / gauss_seidel_in_c(runs)


# -- Jacobi: problem size not published; 100 points to 0.0001 take 8500 iterations on any number of cores

JACOBI_ITERATIONS = 8500


def jacobi(runs: Experiments, machine: Machine, board: str = "parallella", cores: int = 8, points: int = 100) -> float:
    iterations = {100: JACOBI_ITERATIONS, 200: 25411}[points]
    return solver(runs, "jacobi.py", iterations, **machine.settings(board=board, cores=cores, argument__points=points, argument__exchange=machine.exchange or None))


@result("J1", "Jacobi", "interpreter, 8 Epiphany cores, 100 points", "s", 18.20, SCIPY, role="report", note="published without the problem's size")
def _(runs: Experiments, machine: Machine) -> float:
    return jacobi(runs, machine)


@result("J2", "Jacobi", "interpreter, 8 MicroBlaze cores with FPU, 100 points", "s", 129.08, SCIPY, role="report", note="published without the problem's size")
def _(runs: Experiments, machine: Machine) -> float:
    return jacobi(runs, machine, "pynq-fpu")


@result("J3", "Jacobi", "MicroBlaze against Epiphany", "ratio", 7.1, SCIPY, 0.25)
def _(runs: Experiments, machine: Machine) -> float:
    return jacobi(runs, machine, "pynq-fpu") / jacobi(runs, machine)


@result("J4", "Jacobi", "C, 8 Epiphany cores, 100 points, -O2", "s", 0.029, SCIPY, role="report", machines=(NATIVE,), note="published without the problem's size")
def _(runs: Experiments, machine: Machine) -> float:
    return max(runs.run("jacobi.elf", cores=8).reported("cycles")) / 600e6


@result("J5", "Jacobi", "interpreter against C", "ratio", 628, SCIPY, role="report", note="18.20 s against 0.029 s")
def _(runs: Experiments, machine: Machine) -> float:
    return jacobi(runs, machine) / (max(runs.run("jacobi.elf", cores=8).reported("cycles")) / 600e6)


# -- strong scaling

COUNTS = (1, 2, 3, 4, 6, 8, 10, 12, 16)


def best_count(runs: Experiments, machine: Machine) -> float:
    times = [jacobi(runs, machine, cores=cores) for cores in COUNTS]
    return COUNTS[times.index(min(times))] if not math.isnan(times[0]) else math.nan


def eight_against_sixteen(runs: Experiments, machine: Machine) -> float:
    return jacobi(runs, machine, cores=8, points=200) / jacobi(runs, machine, cores=16, points=200)


@result("S1", "Strong scaling", "100 points run best on about 8 cores: the best number", "cores", (6, 12), TALK, 0.0, machines=(PACED, NORMAL_EXCHANGE))
def _(runs: Experiments, machine: Machine) -> float:
    return best_count(runs, machine)


@result("S2", "Strong scaling", "200 points: 8 cores against 16", "ratio", (1.0, 2.0), TALK, 0.0, machines=(PACED, NORMAL_EXCHANGE), note="16 are better: more than 1")
def _(runs: Experiments, machine: Machine) -> float:
    return eight_against_sixteen(runs, machine)


@result("S1.tree", "Strong scaling", "the best number of cores for 100 points with our reduction", "cores", (6, 12), TALK, 0.0, "report", machines=(PACED_TREE, NORMAL), note="S1 has the published exchange of everybody with everybody")
def _(runs: Experiments, machine: Machine) -> float:
    return best_count(runs, machine)


# -- machine learning: small images of 3600 pixels, 100 hidden neurons

FULL = 192**3  # pixels


def kernel(runs: Experiments, machine: Machine, name: str, mode: str, board: str = "parallella", **more: Any) -> float:
    chosen = machine.settings(board=board, argument__kernel=name, argument__mode=mode, **more)
    return runs.run("machine_learning.py", **chosen).output("kernel_seconds")


def few(board: str) -> Dict[str, Any]:
    """On the Pynq a part of the neurons tells as much: all of them do the same."""
    return {"argument__neurons": 10} if board != "parallella" else {}


def against(runs: Experiments, machine: Machine, name: str, slow: str, fast: str, board: str = "parallella", **more: Any) -> float:
    return kernel(runs, machine, name, slow, board, **few(board), **more) / kernel(runs, machine, name, fast, board, **few(board), **more)


@result("M1", "Machine learning", "feed forward, small images: on-demand against prefetch", "ratio", 25, JPDC, 0.25)
def _(runs: Experiments, machine: Machine) -> float:
    return against(runs, machine, "feed_forward", "on-demand", "prefetch")


@result("M2", "Machine learning", "feed forward, a tile of a full image: on-demand against prefetch", "ratio", 21, JPDC, 0.25,
        note="7,077,888 pixels; 4 tiles of 225 x 25 per core, of 1966 of 225 x 100")
def _(runs: Experiments, machine: Machine) -> float:
    return against(runs, machine, "feed_forward", "on-demand", "prefetch", argument__pixels=FULL, argument__tiles=4, argument__neurons=25)


@result("M3", "Machine learning", "combine gradients, small images: eager against prefetch", "ratio", (1.0, 1.5), JPDC, 0.0, note="published: up to 1.3")
def _(runs: Experiments, machine: Machine) -> float:
    return against(runs, machine, "combine_gradients", "eager", "prefetch")


@result("M4", "Machine learning", "Pynq with FPU, feed forward: on-demand against prefetch", "ratio", (1.0, 25.0), JPDC, 0.0, note="published: the same order, smaller differences")
def _(runs: Experiments, machine: Machine) -> float:
    return against(runs, machine, "feed_forward", "on-demand", "prefetch", "pynq-fpu")


@result("M5", "Machine learning", "Pynq with FPU, combine gradients: eager against prefetch", "ratio", (1.0, 1.3), JPDC, 0.0, note="published: the same order, smaller differences")
def _(runs: Experiments, machine: Machine) -> float:
    return against(runs, machine, "combine_gradients", "eager", "prefetch", "pynq-fpu")


@result("M6", "Machine learning", "model update: on-demand against prefetch", "ratio", 1.0, JPDC, 0.001)
def _(runs: Experiments, machine: Machine) -> float:
    return against(runs, machine, "model_update", "on-demand", "prefetch")


# -- stall time of a single load, table 2 of the paper: milliseconds

STALLS = {
    (128, "on-demand"): (0.099, 0.112, 0.104),
    (128, "prefetch"): (0.098, 0.111, 0.103),
    (1024, "on-demand"): (0.759, 0.955, 0.816),
    (1024, "prefetch"): (0.758, 0.913, 0.804),
    (8192, "on-demand"): (6.396, 11.801, 7.882),
    (8192, "prefetch"): (7.215, 9.452, 8.537),
}
STALLING = Machine("normal", 0, "words")


def stall(runs: Experiments, size: int, mode: str, which: str) -> float:
    return runs.run("stall_time.py", **STALLING.settings(argument__bytes=size, argument__mode=mode)).output(which)


for (_size, _mode), _figures in STALLS.items():
    for _which, _figure in zip(("min", "max", "mean"), _figures):

        @result(f"T{_size}.{_mode}.{_which}", "Stall time", f"load of {_size} bytes, {_mode}: {_which}", "ms", _figure, JPDC, 0.15,
                "calibration" if (_size, _mode) in ((128, "on-demand"), (1024, "on-demand")) else "test", (STALLING,), ("normal",))
        def _(runs: Experiments, machine: Machine, size: int = _size, mode: str = _mode, which: str = _which) -> float:
            return stall(runs, size, mode, which)


for _size, _low, _high, _text in ((128, 1.0, 1.1, "better"), (1024, 1.0, 1.1, "better"), (8192, 0.8, 1.0, "worse")):

    @result(f"T{_size}.shape", "Stall time", f"load of {_size} bytes: prefetch a little {_text} in the mean", "ratio", (_low, _high), JPDC, 0.0, "test", (STALLING,), ("normal",))
    def _(runs: Experiments, machine: Machine, size: int = _size) -> float:
        return stall(runs, size, "on-demand", "mean") / stall(runs, size, "prefetch", "mean")


# -- LINPACK in C, single precision


def linpack(runs: Experiments, order: int = 80, level: str = "O3") -> float:
    """MFLOP/s of an Epiphany."""
    row = runs.run(f"linpack_{order}_{level}.elf")
    operations = 2 / 3 * order**3 + 2 * order**2
    return sum(600 * operations / cycles for cycles in row.reported("linpack.cycles"))


@result("L1", "LINPACK", "16 Epiphany cores, order 80, -O3", "MFLOP/s", 1508.16, JPDC, 0.15, machines=(NATIVE,), note="order and flags are not published")
def _(runs: Experiments, machine: Machine) -> float:
    return linpack(runs)


@result("L2", "LINPACK", "the same", "GFLOP/s/W", 1.676, JPDC, 0.15, "calibration", machines=(NATIVE,), note="the power was set from this table; what is left is L1")
def _(runs: Experiments, machine: Machine) -> float:
    row = runs.run("linpack_80_O3.elf")
    return linpack(runs) / 1000 / (row.joules / row.seconds)


def linpack_of_pynq(runs: Experiments, board: str, program: str) -> float:
    row = runs.run(f"../validate/pynq/{program}.elf", board=board)
    return sum(100 * (2 / 3 * 100**3 + 2 * 100**2) / cycles for cycles in row.reported("linpack.cycles"))


@result("L3", "LINPACK", "8 MicroBlaze cores without FPU, order 100, -Os", "MFLOP/s", (0.816, 1.632), JPDC, 0.0, machines=(NATIVE,), note="published 0.96; -15 to +70 %")
def _(runs: Experiments, machine: Machine) -> float:
    return linpack_of_pynq(runs, "pynq", "linpack")


@result("L4", "LINPACK", "8 MicroBlaze cores with FPU, order 100, -Os", "MFLOP/s", (40.12, 80.24), JPDC, 0.0, machines=(NATIVE,), note="published 47.20; -15 to +70 %")
def _(runs: Experiments, machine: Machine) -> float:
    return linpack_of_pynq(runs, "pynq-fpu", "linpack_fpu")


@result("L5", "LINPACK", "how much faster the FPU is", "ratio", (45, 85), JPDC, 0.0, machines=(NATIVE,), note="published 49.2")
def _(runs: Experiments, machine: Machine) -> float:
    return linpack_of_pynq(runs, "pynq-fpu", "linpack_fpu") / linpack_of_pynq(runs, "pynq", "linpack")


# -- bandwidth off the chip; the paper does not say what was measured: the readings are ours


@result("B1", "Bandwidth", "Epiphany, best: DMA from shared memory, one core", "MB/s", 88, JPDC, 0.15, machines=(NATIVE,), note="our reading of what was measured")
def _(runs: Experiments, machine: Machine) -> float:
    return 2048 * 600 / runs.run("bandwidth_alone.elf", cores=1).reported("dma_read")[0]


@result("B2", "Bandwidth", "Epiphany, worst: bytes loaded by all cores", "MB/s", 16, JPDC, 0.15, machines=(NATIVE,), note="our reading of what was measured")
def _(runs: Experiments, machine: Machine) -> float:
    return 16 * 2048 * 600 / max(runs.run("bandwidth.elf").reported("load_1"))


@result("B3", "Bandwidth", "Pynq: words loaded by all cores", "MB/s", 100, JPDC, 0.1, "calibration", machines=(NATIVE,), note="set the model of the path; our reading")
def _(runs: Experiments, machine: Machine) -> float:
    row = runs.run("../validate/pynq/ddr.elf", board="pynq")
    return sum(4 * 1000 * 100 / cycles for cycles in row.reported("loads"))


# -- beside the results: curves and tables

PACES = (0, 120, 240, 480, 720, 960)


def curves(runs: Experiments, groups: Sequence[str]) -> List[Tuple[str, str, Optional[float], List[float]]]:
    """Over the pace, of these groups: title, unit, published value, one figure for each of PACES."""

    def feed_forward(machine: Machine) -> float:
        return against(runs, machine, "feed_forward", "on-demand", "prefetch")

    def gradients(machine: Machine) -> float:
        return against(runs, machine, "combine_gradients", "eager", "prefetch")

    def boards(machine: Machine) -> float:
        return jacobi(runs, machine, "pynq-fpu") / jacobi(runs, machine)

    all_of_them: List[Tuple[str, str, str, Optional[float], Callable[[Machine], float]]] = [
        ("Gauss-Seidel", "Gauss-Seidel, 16 cores", "s", 9.61, lambda machine: gauss_seidel(runs, machine)),
        ("Jacobi", "Jacobi: MicroBlaze against Epiphany", "ratio", 7.1, boards),
        ("Machine learning", "Feed forward: on-demand against prefetch", "ratio", 25.0, feed_forward),
        ("Machine learning", "Combine gradients: eager against prefetch", "ratio", 1.3, gradients),
    ]
    at = [Machine("paced", pace, "words", True) for pace in PACES]
    return [(title, unit, value, [body(machine) for machine in at]) for group, title, unit, value, body in all_of_them if group in groups]


def tables(runs: Experiments, groups: Sequence[str]) -> List[Tuple[str, List[str], List[List[Any]]]]:
    """Title, heads, rows: what the choice of things that are not published makes."""
    found: List[Tuple[str, List[str], List[List[Any]]]] = []
    if "Gauss-Seidel" in groups:
        levels = ["O0", "O1", "O2", "O3"]
        places = {"local": "arrays in the core's own memory", "heap": "arrays in shared memory"}
        lines = [[text, *(gauss_seidel_in_c(runs, place, level) for level in levels)] for place, text in places.items()]
        found.append(("Gauss-Seidel in C, seconds (published 1.01)", ["", *("-" + level for level in levels)], lines))
    if "LINPACK" in groups:
        rates = [[f"order {order}", *(linpack(runs, order, level) for level in ("O1", "O2", "O3", "Os"))] for order in (16, 40, 80)]
        found.append(("LINPACK on 16 Epiphany cores, MFLOP/s (published 1508.16)", ["", "-O1", "-O2", "-O3", "-Os"], rates))
    return found
