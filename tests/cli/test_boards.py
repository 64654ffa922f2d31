"""Every example prints the same on every board: the VM is the same, cores, memories and networks are not."""
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ["EPYSIM"]
LONG = {"jacobi"}  # minutes on the soft cores
ELSEWHERE = {
    "offload",  # a CPython script
    "input",  # asks, so its cores answer in the order in which they ask
    "mergesort", "split_pipeline",  # for 16 cores
}  # fmt: skip
REFERENCE = "parallella"
BOARDS = sorted(path.stem for path in (ROOT / "configs").glob("*.json") if path.stem != REFERENCE)
NAMES = sorted(path.stem for path in (ROOT / "examples").glob("*.py") if path.stem not in ELSEWHERE)
EXAMPLES = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in NAMES]


def printed(board, example):
    """Its lines, in an order that does not depend on which core is faster."""
    run = subprocess.run([EPYSIM, "run", "--board", board, "--cores", "8", ROOT / f"examples/{example}.py"], capture_output=True, text=True,
                         timeout=600)  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    return sorted(run.stdout.splitlines())


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_prints_the_same_on_every_board(example):
    expected = printed(REFERENCE, example)
    for board in BOARDS:
        assert printed(board, example) == expected, board
