"""Item 3, second half: code, stack and heap in shared memory, each alone and together, print the same and take longer."""

import json

import pytest

PLACES = {
    "code": ["--code", "shared"],
    "stack": ["--stack", "0"],
    "heap": ["--heap", "0"],
    "data": ["--data", "shared"],
    "all": ["--code", "shared", "--data", "shared"],
}
ALONE = ("code", "stack", "heap")
SLOW = pytest.mark.slow
PROGRAMS = [("arrays", 2), ("functions", 1), ("task_farm", 4), pytest.param("mandelbrot", 2, marks=SLOW), pytest.param("mergesort", 16, marks=SLOW)]
CORES = {"parallella": 16, "pynq-fpu": 8, "posix": 16}


def spill(port, program, cores, tmp_path):
    """{where: lines by core}, {where: cycles}"""
    lines, cycles = {}, {}
    for where, options in {"local": [], **PLACES}.items():
        file = tmp_path / "s.json"
        run = port.run(f"examples/{program}.py", cores, extra=[*options, "--stats", file])
        assert (run.code, run.errors) == (0, ""), (where, run.errors)
        lines[where] = run.lines
        cycles[where] = json.loads(file.read_text())["cycles"]
    return lines, cycles


@pytest.mark.parametrize("program, cores", PROGRAMS)
def test_everything_can_lie_in_shared_memory(port, program, cores, tmp_path):
    cores = min(cores, CORES[port.name])
    if program == "mergesort" and cores < 16:
        pytest.skip("it is made for 16 cores")
    lines, cycles = spill(port, program, cores, tmp_path)
    assert any(lines["local"].values())
    for where in PLACES:
        assert lines[where] == lines["local"], where
    if port.name == "posix":  # its memories are all the same
        return
    for where in ALONE:
        assert cycles["local"] < cycles[where] < cycles["all"], (where, cycles)


def test_both_parts_of_the_data_alone_are_the_data(board, tmp_path):
    figures = []
    for options in (PLACES["data"], PLACES["stack"] + PLACES["heap"]):
        file = tmp_path / "s.json"
        board.output("examples/task_farm.py", 4, extra=[*options, "--stats", file])
        figures.append({**json.loads(file.read_text()), "wall_seconds": 0})
    assert figures[0]["cycles"] == figures[1]["cycles"] and figures[0]["cores"] == figures[1]["cores"]


@pytest.mark.parametrize(
    "where, notices",
    [("code", ["the byte code (1026 bytes) runs from shared memory"]), ("stack", ["the stack has spilled"]), ("heap", ["the heap has spilled"])],
)
def test_it_is_said(board, where, notices):
    run = board.run("examples/task_farm.py", 4, extra=PLACES[where], quiet=False)
    said = [line for line in run.errors.splitlines() if line.startswith("notice:")]
    assert said and all(any(notice in line for notice in notices) for line in said)


@pytest.mark.parametrize("options", [["--stack", "0"], ["--stack", "8"], ["--heap", "0"]])
def test_without_room_anywhere_it_is_an_error(port, options):
    text = port.failure("examples/functions.py" if "--stack" in options else "a = [1, 2, 3]\nb = a + a\nprint(b[0])\n", extra=[*options, "--data", "local"])
    assert "MemoryError: out of local and shared " in text
