"""Random programs, beside QEMU or against what QEMU made of them (lockstep.py)."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import lockstep  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
EVERYTHING = {"barrel_shifter": "true", "multiplier": 2, "divider": "true", "fpu": 2, "pattern_compare": "true", "msr_instructions": "true"}


def test_programs_leave_the_memory_that_they_leave_on_qemu(tmp_path):
    settings = [f"--set=microblaze.{key}={value}" for key, value in EVERYTHING.items()] + ["--set=chip.local_bytes=1M"]
    digests = [line.split() for line in lockstep.DIGESTS.read_text().splitlines() if not line.startswith("#")]
    assert [int(seed) for seed, _ in digests] == list(lockstep.DIGESTED)
    for seed, digest in digests:
        lockstep.write_program(tmp_path / "program.elf", lockstep.Program(int(seed)).words)
        for engine in ("reference", "eager"):
            command = [EPYSIM, "exec", "--board", "pynq", "--cores", "0", *settings, f"--set=chip.engine={engine}", tmp_path / "program.elf"]
            result = subprocess.run(command, capture_output=True, timeout=60)
            assert (result.returncode, result.stderr) == (0, b"")
            assert hashlib.sha256(result.stdout).hexdigest() == digest, f"the program of seed {seed}, {engine} engine"


@pytest.mark.slow
def test_every_instruction_does_what_it_does_on_qemu():
    qemu = lockstep.find_qemu()
    if qemu is None:
        pytest.skip("no qemu-microblazeel on PATH (Debian package qemu-user-static)")
    instructions, wrong = lockstep.run(qemu, 150, 1)
    assert not wrong, "\n".join(wrong[:5])
    assert instructions > 400_000


@pytest.mark.slow
def test_qemu_departs_from_the_manual_as_known():
    qemu = lockstep.find_qemu()
    if qemu is None:
        pytest.skip("no qemu-microblazeel on PATH (Debian package qemu-user-static)")
    for what, got, known, manual in lockstep.departures(qemu):
        assert got == known != manual, what
