"""Every figure that `epysim validate` simulates, to the last digit: no latency of the models can change without being noticed here.

After a change that is meant to move them, look at which rows moved and why, then write them anew:
  python3 tests/cli/test_validate_figures.py
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
BOARDS = ("parallella", "pynq")


def figures_of(board):
    return Path(__file__).parent / f"data/validate_figures_{board}.json"


def simulated(board):
    run = subprocess.run([EPYSIM, "validate", "--json", "--board", board], capture_output=True, text=True, timeout=900)
    assert run.returncode in (0, 1), run.stderr
    return {row["id"]: row["simulated"] for row in json.loads(run.stdout)["rows"]}


@pytest.mark.parametrize("board", ["parallella", pytest.param("pynq", marks=pytest.mark.slow)])  # LINPACK takes minutes
def test_figures_are_those_of_the_last_change(board):
    expected, now = json.loads(figures_of(board).read_text()), simulated(board)
    assert list(now) == list(expected)
    moved = {name: f"{expected[name]} -> {now[name]}" for name in now if now[name] != expected[name]}
    assert not moved, f"figures moved: {moved}"


if __name__ == "__main__":
    for each in BOARDS:
        figures_of(each).write_text(json.dumps(simulated(each), indent=0) + "\n")
