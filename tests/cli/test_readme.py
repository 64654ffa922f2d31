"""What the README shows is what the commands print today."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM") or str(ROOT / "build" / "release" / "epysim")
README = (ROOT / "README.md").read_text()


def shown(*lines):
    """Whether the lines stand in the README one behind the other, indented as an example is."""
    return "".join(f"    {line}\n" for line in lines) in README


def test_the_tour_of_a_program_and_its_statistics(tmp_path):
    file = tmp_path / "s.json"
    run = subprocess.run([EPYSIM, "run", "--cores", "4", "--stats", file, "examples/reduce.py"], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0
    assert shown("$ ./epysim run --cores 4 --stats s.json examples/reduce.py", *run.stdout.splitlines())
    core = json.loads(file.read_text())["cores"][0]
    line = f"{core['cycles']} { {cause: cycles for cause, cycles in core['causes'].items() if cycles} }"
    assert shown(line), f"now: {line}"


def test_the_mistakes_of_the_tour():
    for program, arguments in (("syntax", []), ("deadlock", ["--cores", "2"])):
        command = ["run", *arguments, f"examples/bad/{program}.py"]
        run = subprocess.run([EPYSIM, *command], capture_output=True, text=True, cwd=ROOT)
        assert run.returncode == 1
        assert shown("$ ./epysim " + " ".join(command), *run.stderr.splitlines())
