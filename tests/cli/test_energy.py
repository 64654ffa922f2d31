"""The energy of real runs: the figures that it was set from, the same with every engine, and its parts' sum."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))


def energy_of(tmp_path, *command):
    file = tmp_path / "s.json"
    subprocess.run([EPYSIM, *command, "--stats", file], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    document = json.loads(file.read_text())
    energy = document["energy"]
    cores = energy["cores"]
    assert sum(core["joules"] for core in cores) == pytest.approx(energy["core_joules"])
    assert all(sum(core["causes"].values()) == pytest.approx(core["joules"]) for core in cores)
    assert energy["joules"] == pytest.approx(energy["core_joules"] + energy["link_joules"] + energy["static_joules"])
    assert energy["watts"] * document["seconds"] == pytest.approx(energy["joules"])
    return energy


def test_what_the_price_of_a_running_cycle_was_set_from(tmp_path):
    energy = energy_of(tmp_path, "exec", "bench/papers/linpack_80_O3.elf")
    assert energy["watts"] == pytest.approx(0.90, rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("board, program, watts", [("pynq", "linpack_made", 0.19), ("pynq-fpu", "linpack_fpu_made", 0.18)])
def test_soft_cores_take_what_was_measured(tmp_path, board, program, watts):
    assert energy_of(tmp_path, "exec", "--board", board, f"bench/validate/pynq/{program}.elf")["watts"] == pytest.approx(watts, rel=0.02)


@pytest.mark.parametrize("command", [["exec", "bench/papers/linpack_16_O3.elf"], ["run", "-q", "--cores", "4", "examples/reduce.py"]])
def test_every_engine_counts_the_same(tmp_path, command):
    documents = [energy_of(tmp_path, *command, "--set", f"chip.engine={engine}") for engine in ("fast", "eager", "reference")]
    assert documents[0] == documents[1] == documents[2]


def test_one_price_moves_one_part(tmp_path):
    command = ["run", "-q", "--cores", "2", "examples/reduce.py"]
    plain = energy_of(tmp_path, *command)
    dearer = energy_of(tmp_path, *command, "--set", "power.static_watts=1.25")
    assert dearer["static_joules"] == pytest.approx(5 * plain["static_joules"])
    assert [dearer[key] for key in ("core_joules", "link_joules")] == [plain[key] for key in ("core_joules", "link_joules")]
