"""The tutorial: the programs in its text are the files beside it, and they print what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs/tutorial"
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PARTS = sorted(TUTORIAL.glob("[1-7]-*.md"))
CORES = {"primes": 1, "sum": 1}


def code_blocks(page):
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in re.findall(r"(?:^    .*\n|^\n)+", page, re.MULTILINE)]


def without_blank_lines(text):
    return "\n".join(line for line in text.splitlines() if line.strip())


def program_of(part):
    return TUTORIAL / re.search(r"\[(\w+\.py)\]\(\1\)", part.read_text())[1]


def test_seven_parts():
    assert len(PARTS) == 7
    index = (TUTORIAL / "README.md").read_text()
    assert all(f"({part.name})" in index for part in PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_the_text_shows_the_program(part):
    shown = without_blank_lines("\n".join(code_blocks(part.read_text())))
    assert without_blank_lines(program_of(part).read_text()) in shown


@pytest.mark.parametrize("part", [part for part in PARTS if "offload" not in part.name], ids=lambda part: part.stem)
def test_the_program_prints_what_the_text_says(part):
    program = program_of(part)
    command = [EPYSIM, "run", "-q", "--cores", str(CORES.get(program.stem, 4)), program]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.splitlines()
    page = part.read_text()
    said = re.findall(r"^    (\[device \d+\] .*)", page, re.MULTILINE)
    if not said:  # in the text's own words
        said = [f"[device 0] {re.search(r'prints? (.*?);', page)[1]}"]
    assert sorted(said) == sorted(printed)  # which core comes first depends on the board's figures


def test_offload():
    command = [sys.executable, TUTORIAL / "dot.py"]
    environment = {**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")}
    assert subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment).stdout == "16 4032.0\n"
    assert "    16 4032.0\n" in (TUTORIAL / "7-offload.md").read_text()


def test_errors_are_as_shown(tmp_path):
    text = (TUTORIAL / "primes.py").read_text().replace("print(primes", "double = lambda x: 2 * x\nprint(primes")
    (tmp_path / "primes.py").write_text(text)
    run = subprocess.run([EPYSIM, "run", "primes.py"], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert run.returncode == 1
    assert run.stderr.rstrip() in "\n".join(code_blocks((TUTORIAL / "2-language.md").read_text()))
    ring = (TUTORIAL / "ring.py").read_text().replace("if me == 0:", "if False:")
    (tmp_path / "ring.py").write_text(ring)
    run = subprocess.run([EPYSIM, "run", "--cores", "4", "ring.py"], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert "core 0 waits for a message from core 3 at ring.py:12" in run.stderr
