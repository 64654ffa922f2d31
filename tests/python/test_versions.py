"""The package runs on every Python from the oldest that pyproject.toml names: its grammar, its types, and each interpreter that is here."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
OLDEST = tuple(map(int, re.search(r'requires-python = ">=(\d+)\.(\d+)"', (ROOT / "pyproject.toml").read_text()).groups()))
SOURCES = sorted((ROOT / "python").rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_the_grammar_is_that_of_the_oldest(source):
    ast.parse(source.read_text(), filename=str(source), feature_version=OLDEST)


@pytest.mark.slow
def test_the_types_are_those_of_the_oldest(tmp_path):
    command = ["mypy", "--python-version", ".".join(map(str, OLDEST)), "--cache-dir", tmp_path, ROOT / "python/epython", ROOT / "python/laboratory"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def interpreter(minor):
    """The path of a Python 3.minor that works, or None."""
    name = f"python3.{minor}"
    if shutil.which(name) is None:
        return None
    run = subprocess.run([name, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True)
    return name if run.stdout == f"{minor}\n" else None


@pytest.mark.parametrize("minor", [minor for minor in range(OLDEST[1], OLDEST[1] + 10) if minor != sys.version_info[1]])
def test_other_interpreters(minor):
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} here")
    environment = {**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")}
    for program in ("examples/offload.py", "docs/tutorial/dot.py"):
        theirs, ours = (
            subprocess.run([which, ROOT / program], capture_output=True, text=True, env=environment, timeout=120) for which in (python, sys.executable)
        )
        assert (theirs.returncode, theirs.stderr) == (0, "")
        assert theirs.stdout == ours.stdout != ""
