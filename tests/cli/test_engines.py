"""The fast engine against the reference engine, on everything that the project runs: the same statistics document and the same output, to
the cycle; whatever the quantum, with a timeline and without, from whatever folder."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
QUANTA = [1, 32, 64, 1000]

NATIVE = {
    "bench/microblaze/loop": ["--board", "pynq", "--cores", "2"],
    "bench/microblaze/kernel": ["--board", "pynq"],
    "bench/microblaze/kernel-fpu": ["--board", "pynq-fpu"],
    "bench/microblaze/stream": ["--board", "pynq"],
    "tests/microblaze/programs/interrupts": ["--board", "pynq"],
    "bench/validate/pynq/linpack": ["--board", "pynq"],
    "bench/validate/pynq/linpack_fpu": ["--board", "pynq-fpu"],
    "bench/epiphany/loop": ["--cores", "0"],
    "bench/epiphany/kernel": ["--cores", "0"],
    "bench/epiphany/stream": ["--cores", "16"],
    "tests/cli/data/internal": ["--cores", "2"],
    "tests/cli/data/external": ["--cores", "1", "--ram", "0x80000000:32M"],
    **{
        f"tests/epiphany/programs/{path.stem}": ["--cores", "16"]
        for path in sorted((ROOT / "tests/epiphany/programs").glob("*.elf"))
    },
}
BOARDS = ["parallella", "pynq", "pynq-fpu"]
EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.py") if path.stem != "offload")
#: in the plain suite
BRIEFLY = ["--max-cycles", "150000"]
LONG = ["--max-cycles", "3000000"]


def document(folder, command, *options):
    """What a run prints, how it ends, and its statistics but for those of this machine."""
    statistics = folder / "statistics.json"
    run = subprocess.run([EPYSIM, *command, *options, "--stats", statistics], capture_output=True, text=True, timeout=900, cwd=folder)
    assert run.returncode not in (2, 3), run.stderr
    figures = json.loads(statistics.read_text())
    figures.pop("wall_seconds", None)
    figures["config"].pop("chip.engine", None)
    for core in figures["cores"]:
        assert sum(core["causes"].values()) == core["cycles"]
    return {"figures": figures, "output": run.stdout, "errors": run.stderr, "exit": run.returncode}


def agree(tmp_path, command, quanta, *options):
    for quantum in quanta:
        same = [*options, "--set", f"chip.quantum={quantum}"]
        here, there = tmp_path / f"{quantum} here", tmp_path / f"{quantum} there"
        here.mkdir()
        there.mkdir()
        reference = document(here, command, *same, "--set", "chip.engine=reference")
        assert document(there, command, *same, "--set", "chip.engine=fast") == reference
        traced = document(here, command, *same, "--set", "chip.engine=eager", "--trace", here / "trace.json")
        assert traced == reference
        assert document(there, command, *same, "--set", "chip.engine=reference", "--trace", there / "trace.json") == reference
        assert (here / "trace.json").read_bytes() == (there / "trace.json").read_bytes()


@pytest.mark.parametrize("program", NATIVE)
def test_native_programs(tmp_path, program):
    agree(tmp_path, ["exec", ROOT / f"{program}.elf"], [32], *NATIVE[program], *BRIEFLY)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_examples(tmp_path, example, board):
    agree(tmp_path, ["run", "--board", board, ROOT / f"examples/{example}.py"], [32], *BRIEFLY)


@pytest.mark.slow
@pytest.mark.parametrize("program", NATIVE)
def test_native_programs_to_their_end(tmp_path, program):
    agree(tmp_path, ["exec", ROOT / f"{program}.elf"], QUANTA, *NATIVE[program], *LONG)


@pytest.mark.slow
@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_to_their_end(tmp_path, example, board):
    limit = ["--cores", "4", *LONG] if example == "jacobi" else LONG if board != "parallella" else []
    agree(tmp_path, ["run", "--board", board, ROOT / f"examples/{example}.py"], QUANTA, *limit)


@pytest.mark.slow
def test_validation_rows():
    """The published measurements' programs, every one."""
    rows = {}
    for engine in ("reference", "fast", "eager"):
        run = subprocess.run([EPYSIM, "validate", "--json", "--set", f"chip.engine={engine}"], capture_output=True, text=True, timeout=1800)
        assert run.returncode in (0, 1), run.stderr
        rows[engine] = json.loads(run.stdout)["rows"]
    assert rows["fast"] == rows["eager"] == rows["reference"]
