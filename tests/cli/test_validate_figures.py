"""Every figure that `epysim validate` simulates, to the last digit: no latency of the models can change without being noticed here.

After a change that is meant to move them, look at which rows moved and why, then write them anew:
  python3 tests/cli/test_validate_figures.py
"""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
FIGURES = Path(__file__).parent / "data/validate_figures.json"


def simulated():
    run = subprocess.run([EPYSIM, "validate", "--json"], capture_output=True, text=True, timeout=900)
    assert run.returncode in (0, 1), run.stderr
    return {row["id"]: row["simulated"] for row in json.loads(run.stdout)["rows"]}


def test_figures_are_those_of_the_last_change():
    expected, now = json.loads(FIGURES.read_text()), simulated()
    assert list(now) == list(expected)
    moved = {name: f"{expected[name]} -> {now[name]}" for name in now if now[name] != expected[name]}
    assert not moved, f"figures moved: {moved}"


if __name__ == "__main__":
    FIGURES.write_text(json.dumps(simulated(), indent=0) + "\n")
