"""Every example prints the same on every board: the VM is the same, cores, memories and networks are not."""
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ["EPYSIM"]
LONG = {"jacobi"}  # minutes on the soft cores
OFFLOAD = {"offload"}  # a CPython script; tests/examples runs it on every board
SIXTEEN = ["--cores", "8", "--host-cores", "8"]  # for programs that are written for sixteen
CORES = {"mergesort": SIXTEEN, "split_pipeline": SIXTEEN, "input": ["--cores", "1"]}  # prompts of several would mix
REFERENCE = "parallella"
BOARDS = sorted(path.stem for path in (ROOT / "configs").glob("*.json") if path.stem != REFERENCE)
NAMES = sorted(path.stem for path in (ROOT / "examples").glob("*.py") if path.stem not in OFFLOAD)
EXAMPLES = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in NAMES]


def printed(board, example):
    """Its lines, in an order that does not depend on which core is faster."""
    cores = CORES.get(example, ["--cores", "8"])
    run = subprocess.run([EPYSIM, "run", "--board", board, *cores, ROOT / f"examples/{example}.py"], input="Ada\n", capture_output=True,
                         text=True, timeout=600)  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    return sorted(run.stdout.splitlines())


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_prints_the_same_on_every_board(example):
    expected = printed(REFERENCE, example)
    for board in BOARDS:
        assert printed(board, example) == expected, board
