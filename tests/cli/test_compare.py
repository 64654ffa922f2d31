"""`epysim compare`: the figures are those of the runs themselves."""

import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PROGRAM = str(ROOT / "examples/reduce.py")


def epysim(*arguments):
    return subprocess.run([EPYSIM, *arguments], capture_output=True, text=True, timeout=120)


def statistics(tmp_path, board):
    assert epysim("run", "-q", "--board", board, "--cores", "4", "--stats", str(tmp_path / "s.json"), PROGRAM).returncode == 0
    return json.loads((tmp_path / "s.json").read_text())


def test_the_table_is_that_of_the_runs(tmp_path):
    run = epysim("compare", "--cores", "4", "--board", "parallella", "--board", "pynq-fpu", PROGRAM)
    assert (run.returncode, run.stderr) == (0, "")
    rows = {line[:18].strip(): line[18:].split("  ") for line in run.stdout.splitlines() if line}
    rows = {name: [cell.strip() for cell in cells if cell.strip()] for name, cells in rows.items()}
    alone = [statistics(tmp_path, board) for board in ("parallella", "pynq-fpu")]
    assert rows[""] == ["parallella", "pynq-fpu"]
    assert rows["cores"] == ["4", "4"]
    assert rows["clock"] == ["600 MHz", "100 MHz"]
    assert rows["cycles"] == [f"{document['cycles']:,}" for document in alone]
    assert rows["instructions"] == [f"{document['instructions']:,}" for document in alone]
    assert rows["times as long"] == ["1.00", f"{alone[1]['seconds'] / alone[0]['seconds']:.2f}"]
    issued = [sum(core["causes"]["issue"] for core in document["cores"]) / (4 * document["cycles"]) for document in alone]
    assert [float(cell.split()[0]) for cell in rows["issue"]] == [round(100 * share, 1) for share in issued]
    assert "bank_conflict" not in rows  # nobody had any


def test_the_documents(tmp_path):
    runs = json.loads(epysim("compare", "--cores", "4", "--json", PROGRAM).stdout)["runs"]
    boards = sorted(path.stem for path in (ROOT / "configs").glob("*.json"))
    assert runs[0]["board"] == "parallella"
    assert sorted(run["board"] for run in runs) == boards
    expected = statistics(tmp_path, "pynq")
    found = next(run for run in runs if run["board"] == "pynq")
    for volatile in (expected, found):
        del volatile["wall_seconds"]
    assert found == expected


def test_what_goes_wrong_names_the_board():
    failed = epysim("compare", "--board", "pynq", str(ROOT / "examples/bad/syntax.py"))
    assert failed.returncode == 1
    assert failed.stderr.startswith("compare: on pynq the program ended with exit code 1:\n")
    assert "expected ':'" in failed.stderr
    wrong = epysim("compare", "--board", "pynk", PROGRAM)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("epysim: unknown board 'pynk', did you mean 'pynq'?")
