"""The programs of tests/vm/programs on the simulated chip: the same text wherever code and data lie, as on virtual cores (test_programs.cpp)."""
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
PLACEMENTS = [[], ["--code", "shared"], ["--data", "shared"]]


@pytest.mark.parametrize("placement", PLACEMENTS, ids=lambda options: "".join(options[::2]) or "local")
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_prints_what_it_should(program, placement):
    run = subprocess.run([EPYSIM, "run", "-q", "--cores", "1", *placement, program], capture_output=True, text=True, timeout=300)
    assert run.stderr == ""
    assert run.returncode == 0
    expected = program.with_suffix(".txt").read_text()
    assert run.stdout.replace("[device 0] ", "") == expected
