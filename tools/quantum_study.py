#!/usr/bin/env python3
"""What a quantum costs in accuracy: every example and every validation row at some quanta, against quantum 1, in simulated cycles.

    tools/quantum_study.py [QUANTUM ...]        (default: the configured one)

A quantum lets a core run ahead through work that it believes private. What it can miss: the first time that others use a line, an interrupt,
and a memory bank that the mesh holds; each by less than the quantum.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
#: the example that is no program of its own: a client of a board
CLIENT = "offload"
#: to whichever example asks
ANSWERS = 16 * "Ada\n"


def cycles_of_examples(quantum, without=()):
    cycles = {}
    with tempfile.TemporaryDirectory() as folder:
        statistics = Path(folder) / "statistics.json"
        for example in sorted((ROOT / "examples").glob("*.py")):
            if example.stem in without:
                continue
            if example.stem == CLIENT:
                run_client(example, stats=str(statistics), set=quantum_option(quantum)[1:])
            else:
                command = [EPYSIM, "run", "-q", *quantum_option(quantum), "--stats", statistics, example]
                subprocess.run(command, check=True, capture_output=True, text=True, input=ANSWERS, timeout=3600)
            cycles[example.stem] = json.loads(statistics.read_text())["cycles"]
    return cycles


def run_client(example, **options):
    """A Python program that starts a board itself: with some options for it."""
    program = f"import epython, runpy; epython.config(**{options!r}); runpy.run_path({str(example)!r}, run_name='__main__')"
    environment = {**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")}
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=900, env=environment)


def values_of_rows(quantum):
    run = subprocess.run([EPYSIM, "validate", "--json", *quantum_option(quantum)], capture_output=True, text=True, timeout=1800)
    if run.returncode not in (0, 1):
        raise RuntimeError(run.stderr)
    return {row["id"]: row["simulated"] for row in json.loads(run.stdout)["rows"] if row["simulated"] is not None}


def quantum_option(quantum):
    return [] if quantum is None else ["--set", f"chip.quantum={quantum}"]


def errors(exact, value):
    """Relative error of each figure; nothing for those that are zero."""
    return {name: value[name] / exact[name] - 1 for name in exact if exact[name] and name in value}


def main(quanta):
    for what, measure in (("example", cycles_of_examples), ("row", values_of_rows)):
        exact = measure(1)
        for quantum in quanta:
            found = errors(exact, measure(quantum))
            worst = sorted(found, key=lambda name: -abs(found[name]))
            mean = sum(map(abs, found.values())) / len(found)
            print(f"quantum {quantum or 'as configured'}: {len(found)} {what}s, mean error {mean:.4%}, worst:")
            for name in worst[:5]:
                print(f"    {name:24} {found[name]:+.4%}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [None])
