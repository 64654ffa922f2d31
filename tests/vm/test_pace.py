"""The paced VM: the same results, and so many cycles more before every byte code instruction."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PROGRAM = "i = 0\ntotal = 0\nwhile i < {turns}:\n    total = total + i * i\n    i += 1\n"
INSTRUCTIONS = 9  # of byte code, in a turn of its loop


def run(tmp_path, text, board, pace):
    (tmp_path / "p.py").write_text(text)
    command = [EPYSIM, "run", "-q", "--board", board, "--cores", "1", "--set", f"vm.pace={pace}", "--stats", str(tmp_path / "s.json"), str(tmp_path / "p.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        return done, 0
    causes = json.loads((tmp_path / "s.json").read_text())["cores"][0]["causes"]
    return done, sum(causes[cause] for cause in ("issue", "branch", "multi_cycle", "port_conflict"))


@pytest.mark.parametrize("board, turn", [("parallella", 5), ("pynq", 4), ("pynq-fpu", 4)])
def test_every_instruction_takes_so_many_cycles_more(tmp_path, board, turn):
    def cycles(turns, pace):
        return run(tmp_path, PROGRAM.format(turns=turns), board, pace)[1]

    for pace in (10, 20, 90):
        more = cycles(500, pace + 10 * turn) - cycles(300, pace + 10 * turn) - cycles(500, pace) + cycles(300, pace)
        assert round(more / (200 * 10 * turn), 1) == INSTRUCTIONS  # but for a few cycles in which the core looks for the host's answer


@pytest.mark.parametrize("board", ["parallella", "pynq-fpu"])
def test_results_are_the_same(tmp_path, board):
    for name in ("loops.py", "identity.py", "functions.py"):
        text = (ROOT / "examples" / name).read_text()
        paced, plain = (run(tmp_path, text, board, pace)[0] for pace in (25, 0))
        assert (paced.returncode, paced.stdout, paced.stderr) == (0, plain.stdout, plain.stderr)


def test_cores_without_a_paced_vm_say_so(tmp_path):
    done, _ = run(tmp_path, "print(1)\n", "pynq-picorv32", 5)
    assert done.returncode == 2 and "vm.pace: these cores have no paced VM" in done.stderr
