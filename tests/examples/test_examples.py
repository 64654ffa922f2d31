"""Every example on the simulated board: what it prints, and that a second run is the same run. And what bad programs get.

The binary comes from EPYSIM (set by ./epysim test), else it is build/release/epysim.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM") or str(ROOT / "build" / "release" / "epysim")
LINE = re.compile(r"\[device (\d+)\] (.*)")

#: example -> cores, where not all 16
CORES = {"loops": 2, "functions": 2, "jacobi": 4}
#: examples whose lines come in one order whatever the timing
ORDERED = {"p2p", "mandelbrot", "jacobi"}


def epysim(*arguments, **how):
    return subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, timeout=how.pop("timeout", 300), **how)


def by_core(lines):
    """What the language leaves open is the order between cores; what each core prints has an order."""
    return sorted(lines, key=lambda line: line[0])


@pytest.fixture
def run(tmp_path):
    """Runs an example: its lines as (core, text), and its statistics document."""

    def run_example(name, *arguments):
        file = tmp_path / "stats.json"
        result = epysim("run", "-q", "--stats", file, *arguments, f"examples/{name}.py")
        assert result.returncode == 0, result.stderr
        lines = [LINE.fullmatch(line) for line in result.stdout.splitlines()]
        assert all(lines), result.stdout
        return [(int(line[1]), line[2]) for line in lines], json.loads(file.read_text())

    return run_example


def expected_lines(name):
    text = (ROOT / "tests" / "examples" / "expected" / f"{name}.txt").read_text()
    return [(int(match[1]), match[2]) for match in map(LINE.fullmatch, text.splitlines())]


def without_wall_time(statistics):
    return {key: value for key, value in statistics.items() if key != "wall_seconds"}


def check_statistics(statistics, cores):
    assert statistics["board"] == "parallella"
    assert statistics["cycles"] > 0 and statistics["seconds"] > 0
    assert [core["id"] for core in statistics["cores"]] == list(range(16))
    for core in statistics["cores"]:
        assert sum(core["causes"].values()) == core["cycles"], f"core {core['id']}"
        assert core["cycles"] == statistics["cycles"]
        assert (core["instructions"] > 0) == (core["id"] < cores)
        assert core["state"] == ("idle" if core["id"] < cores else "reset")


@pytest.mark.parametrize("name", ["hello", "identity", "p2p", "loops", "functions", "ring", "mandelbrot", "jacobi"])
def test_output(name, run):
    cores = CORES.get(name, 16)
    lines, statistics = run(name, "--cores", cores)
    order = list if name in ORDERED else by_core
    assert order(lines) == order(expected_lines(name))
    check_statistics(statistics, cores)


@pytest.mark.slow
def test_jacobi_on_all_cores(run):
    lines, statistics = run("jacobi")
    assert lines == expected_lines("jacobi")
    check_statistics(statistics, 16)


@pytest.mark.parametrize("name", ["hello", "p2p", "broadcast", "reduce", "arrays", "ring", "pi", "mandelbrot"])
def test_a_second_run_is_the_same_run(name, run):
    first, second = run(name), run(name)
    assert first[0] == second[0]
    assert without_wall_time(first[1]) == without_wall_time(second[1])


def test_broadcast(run):
    lines, _ = run("broadcast")
    texts = {text for _, text in lines}
    assert sorted(core for core, _ in lines) == list(range(16))
    (text,) = texts
    assert 0 <= int(re.fullmatch(r"The number from core 0 is (\d+)", text)[1]) < 100


@pytest.mark.parametrize("cores", [1, 4, 16])
def test_reduce(run, cores):
    lines, _ = run("reduce", "--cores", cores)
    assert sorted(core for core, _ in lines) == list(range(cores))
    (text,) = {text for _, text in lines}
    assert 0 <= int(re.fullmatch(r"The highest random number is (\d+)", text)[1]) < 100


def test_random_numbers_follow_the_seed(run):
    texts = {run("broadcast", "--seed", seed)[0][0][1] for seed in range(6)}
    assert len(texts) > 1


def test_arrays(run):
    lines, _ = run("arrays", "--cores", 4)
    assert len(lines) == 4
    for _, text in lines:
        index, element = re.fullmatch(r"Element (\d+) is (\d+)", text).groups()
        assert index == element


def test_grid(run):
    lines, _ = run("grid", "--cores", 4)
    assert [text for _, text in lines] == ["A grid of 2 dimensions, 4 by 6: 35 in the last corner, 420 in all"] * 4


def test_pi(run):
    ((core, text),) = run("pi")[0]
    assert core == 0
    assert 3.10 < float(re.fullmatch(r"Pi is about (\d\.\d{6})", text)[1]) < 3.18


def test_mandelbrot_rows(run):
    lines, _ = run("mandelbrot")
    assert [text.count("#") for _, text in lines] == [0, 1, 5, 12, 18, 22, 28, 32, 45, 32, 28, 22, 18, 12, 5, 1]
    assert {len(text) for _, text in lines} == {67}


def test_mandelbrot_on_fewer_cores(run):
    assert [text for _, text in run("mandelbrot", "--cores", 5)[0]] == [text for _, text in expected_lines("mandelbrot")]


@pytest.mark.parametrize("board, cores", [(None, 16), ("pynq", 8), ("pynq-fpu", 8), ("pynq-picorv32", 8)])
def test_offload(board, cores):
    command = [sys.executable, "examples/offload.py"] + ([board] if board else [])
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, env={**os.environ, "EPYSIM": EPYSIM})
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "mykernel(10): " + str([42] * cores),
        f"add on all cores: {cores} x [5, 25, 45] ... 185 (1000 elements, the same on every core)",
        "started on cores 1 3",
        "add on cores 1 and 3: 2 x [5, 25, 45] ... 185 (1000 elements, the same on every core)",
    ]


# -- bad programs: exit code 1, and a message that says what, where and on which core


@pytest.mark.parametrize(
    "name, arguments, line, texts",
    [
        ("syntax", [], 4, [r"while i < 10", r"\^"]),
        ("unsupported", [], 3, [r"numbers = \{", r"\^"]),
        ("index", [], 7, [r"index out of range", r"core 2\b"]),
        ("zero", [], 5, [r"division by zero", r"core 3\b"]),
        ("memory", [], 5, [r"out of .*heap|MemoryError", r"core \d+"]),
        ("deadlock", [], 5, [r"[Dd]eadlock", r"core"]),
    ],
)
def test_bad_programs(name, arguments, line, texts):
    result = epysim("run", *arguments, f"examples/bad/{name}.py", timeout=120)
    assert result.returncode == 1, (result.stdout, result.stderr)
    if line is not None:
        assert re.search(rf"{name}\.py:{line}\b", result.stderr), result.stderr
    for text in texts:
        assert re.search(text, result.stderr), result.stderr


def cores_named(text):
    """The cores in messages such as 'core 3' and 'cores 0-3, 5'."""
    named = set()
    for numbers in re.findall(r"cores? ((?:\d+(?:-\d+)?(?:, )?)+)", text):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", numbers):
            named.update(range(int(first), int(last or first) + 1))
    return named


@pytest.mark.parametrize("name, arguments, text", [("deadlock", [], "[Dd]eadlock"), ("spin", ["--max-cycles", "2000000"], r"cycle 2000000")])
def test_every_core_is_accounted_for(name, arguments, text):
    result = epysim("run", *arguments, f"examples/bad/{name}.py", timeout=60)
    assert result.returncode == 1
    assert re.search(text, result.stderr), result.stderr
    assert re.search(rf"{name}\.py:[45]\b", result.stderr), result.stderr
    assert cores_named(result.stderr) >= set(range(16)), result.stderr


def test_a_failing_core_ends_the_others_cleanly():
    """Fifteen cores wait in a barrier for the one that has failed: they must not be reported as failed themselves."""
    result = epysim("run", "examples/bad/zero.py", timeout=60)
    assert result.returncode == 1
    assert cores_named(result.stderr) == {3}


@pytest.mark.parametrize(
    "arguments, texts",
    [
        (["run", "examples/no-such-file.py"], [r"no-such-file\.py"]),
        (["run", "--board", "no-such-board", "examples/hello.py"], [r"no-such-board"]),
        (["run", "--cores", "0-99", "examples/hello.py"], [r"99"]),
        (["run", "--set", "no.such.key=1", "examples/hello.py"], [r"no\.such\.key|\"?no\"?"]),
        (["run"], [r"FILE"]),
        (["run", "--no-such-option", "examples/hello.py"], [r"no-such-option"]),
    ],
)
def test_wrong_use(arguments, texts):
    result = epysim(*arguments)
    assert result.returncode == 2, (result.stdout, result.stderr)
    for text in texts:
        assert re.search(text, result.stderr), result.stderr


def test_ctrl_c_stops_at_once():
    process = subprocess.Popen([EPYSIM, "run", "examples/bad/spin.py"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.0)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode not in (0, 3)
