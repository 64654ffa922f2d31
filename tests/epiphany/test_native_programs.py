"""Programs as people write them for the chip, run as they are built (programs/build.sh): what they print and how they end."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))


def run(name, cores, *options):
    return subprocess.run(
        [EPYSIM, "exec", "--cores", cores, "--max-cycles", "1000000000", *map(str, options), PROGRAMS / f"{name}.elf"],
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(
    "name, cores",
    [
        ("blocks", "1"),
        ("nested_interrupts", "1"),
        ("interrupts", "2"),
        ("dma_2d", "1"),
        ("dma_chain", "1"),
        ("dma_interrupt", "2"),
        ("dma_message_read", "1"),
        ("dma_message_write", "16"),
        ("dma_slave", "2"),
        ("debug", "2"),
        ("hardware_barrier", "16"),
        ("multicast", "16"),
        pytest.param("mutex", "16", marks=pytest.mark.slow),
    ],
)
def test_program(name, cores):
    done = run(name, cores, "--strict")
    assert done.stderr == ""
    assert done.stdout == (PROGRAMS / f"{name}.expected").read_text()
    assert done.returncode == 0


def test_memory_protection_is_obeyed_and_reported():
    done = run("mem_protect", "1")
    assert done.stdout == (PROGRAMS / "mem_protect.expected").read_text()
    assert "core 0" in done.stderr and "<_main+" in done.stderr
    assert "store to write-protected address 0x00006ffc: ignored [--silence protected]" in done.stderr
    assert done.stderr.count("\n") == 1  # the same place is reported once
    assert done.returncode == 0


def test_strict_makes_a_diagnostic_a_failure():
    strict = run("mem_protect", "1", "--strict")
    assert strict.returncode == 1
    assert strict.stderr.endswith("epysim: --strict: the run failed with 1 diagnostic (1 protected)\n")
    for quietly in (["--silence", "protected"], ["--silence", "unaligned,protected"], ["--silence", "all"]):
        done = run("mem_protect", "1", "--strict", *quietly)
        assert done.returncode == 0
        assert done.stderr == ""
        assert done.stdout == strict.stdout  # the machine behaves the same
    unknown = run("mem_protect", "1", "--silence", "protcted")
    assert unknown.returncode == 2
    assert "there is no such kind of diagnostic" in unknown.stderr and " protected " in unknown.stderr


def test_one_fmadd_per_cycle_and_a_cause_for_every_other(tmp_path):
    done = run("dual_issue", "1", "--stats", tmp_path / "s.json")
    assert done.returncode == 0 and done.stderr == ""
    core = json.loads((tmp_path / "s.json").read_text())["cores"][0]
    causes = {cause: cycles for cause, cycles in core["causes"].items() if cycles}
    assert core["dual_issues"] == causes["dual_issue"] == 16_000  # 1000 passes of 16 pairs
    assert sum(causes.values()) == core["cycles"]
    # The rest is start and end of a C program: not a stall in the loop.
    assert set(causes) == {"issue", "dual_issue", "dependency_stall", "branch", "fetch_stall", "interrupt"}
    assert causes["issue"] + 2 * causes["dual_issue"] == core["instructions"]
    assert core["cycles"] - causes["dual_issue"] < 350
    assert causes["dependency_stall"] < 10 and causes["fetch_stall"] < 10
