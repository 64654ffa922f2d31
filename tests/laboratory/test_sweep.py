"""`epysim sweep`: every run once, with the figures that the command itself gives; what is interrupted goes on."""

import csv
import json
import os
import signal
import time

import pytest

SCRIPT = """import argparse, json
import epython
from epython import memkind, offload, types
parser = argparse.ArgumentParser()
parser.add_argument("--length", type=int, default=8)
parser.add_argument("--twice", action="store_true")
options = parser.parse_args()
a = memkind.Host(types.int, range(options.length))

@offload
def kernel(a):
    total = 0
    for i in range(len(a)):
        total += a[i]
        a[i] = total
    return total

epython.config(cores=2)
result = kernel(a)
print(json.dumps({"sum": result, "last": a[-1], "twice": options.twice}))
"""


def untimed(rows):
    return [{key: value for key, value in row.items() if key not in ("wall_seconds", "process_seconds")} for row in rows]


def test_rows_are_what_the_command_itself_gives(laboratory):
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/jacobi.py"), "grid": {"cores": [2, 4], "set.elink.read_slots": [18, 36]}, "settings": {"argument.tolerance": 0.1}})
    swept = laboratory.run("sweep", study)
    assert (swept.returncode, swept.stderr) == (0, "")
    rows = laboratory.rows("s.jsonl")
    assert [(row["settings"]["cores"], row["settings"]["set.elink.read_slots"]) for row in rows] == [(2, 18), (2, 36), (4, 18), (4, 36)]
    text = (laboratory.root / "examples/jacobi.py").read_text()
    laboratory.write("jacobi.py", text.replace("tolerance = 0.0001", "tolerance = 0.1"))
    for row in rows:
        cores, slots = row["settings"]["cores"], row["settings"]["set.elink.read_slots"]
        assert laboratory.run("run", "-q", "--cores", cores, "--set", f"elink.read_slots={slots}", "--stats", "one.json", "jacobi.py").returncode == 0
        document = json.loads((laboratory.folder / "one.json").read_text())
        assert (row["cycles"], row["instructions"], row["host"]) == (document["cycles"], document["instructions"], document["host"])
        assert row["causes"]["issue"] == sum(core["causes"]["issue"] for core in document["cores"])
    table = list(csv.DictReader((laboratory.folder / "s.csv").open()))
    assert [(line["cores"], line["cycles"], line["causes.issue"]) for line in table] == [
        (str(row["settings"]["cores"]), str(row["cycles"]), str(row["causes"]["issue"])) for row in rows
    ]


def test_scripts_get_options_arguments_and_kinds(laboratory):
    laboratory.write("script.py", SCRIPT)
    study = laboratory.write("s.json", {"program": "script.py", "grid": {"argument.length": [4, 9], "kind.a": ["Host", "Shared"]}, "settings": {"cores": 1, "argument.twice": True, "seed": 3}})
    swept = laboratory.run("sweep", study)
    assert (swept.returncode, swept.stderr) == (0, ""), swept.stdout
    rows = laboratory.rows("s.jsonl")
    sums = {4: 6, 9: 36}
    for row in rows:
        length = row["settings"]["argument.length"]
        assert row["output"] == {"sum": [sums[length]], "last": sums[length], "twice": True}  # on one core: the study's word counts
        kind = row["settings"]["kind.a"]
        argument = {"name": "a", "type": kind, "length": length, "by_reference": True, "kind": kind}
        (kernel,) = row["kernels"]
        assert (kernel["kernel"], kernel["arguments"]) == ("kernel", [argument]) and 1000 < kernel["free_bytes"] < 8192
    by_kind = {(row["settings"]["argument.length"], row["settings"]["kind.a"]): row["host"]["requests"] for row in rows}
    assert by_kind[9, "Host"] - by_kind[4, "Host"] >= 10  # a load and a store of five elements more
    assert by_kind[9, "Shared"] == by_kind[4, "Shared"]


def test_native_programs_get_their_arguments(laboratory):
    program = str(laboratory.root / "bench/epiphany/loop.elf")
    study = laboratory.write("s.json", {"program": program, "settings": {"cores": 1}, "grid": {"max_cycles": [1000, 3000]}})
    swept = laboratory.run("sweep", study)
    assert swept.returncode == 1  # stopped by --max-cycles
    assert [row["cycles"] for row in laboratory.rows("s.jsonl")] == [1000, 3000]
    assert "2 of 2 runs failed" in swept.stdout and "--max-cycles" in swept.stdout


def test_a_failed_run_is_a_row_that_says_why_and_does_not_stop_the_others(laboratory):
    laboratory.write("p.py", "divisor = 0\nprint(1 / divisor)\n")
    study = laboratory.write("s.json", {"program": "p.py", "settings": {"cores": 1}, "grid": {"argument.divisor": [0, 1]}})
    assert laboratory.run("sweep", study).returncode == 1
    rows = laboratory.rows("s.jsonl")
    assert [row["exit_code"] for row in rows] == [1, 0]
    assert "p.py:2" in rows[0]["error"]
    assert "2 of 2 runs are in" in laboratory.run("sweep", study).stdout
    assert "1 of 2 runs are in" in laboratory.run("sweep", "--retry", study).stdout


def test_what_has_changed_is_done_again(laboratory):
    laboratory.write("p.py", "print(1)\n")
    study = laboratory.write("s.json", {"program": "p.py", "grid": {"cores": [1, 2]}})
    assert laboratory.run("sweep", study).returncode == 0
    laboratory.write("s.json", {"program": "p.py", "grid": {"cores": [2, 3]}})
    assert "1 of 2 runs are in" in laboratory.run("sweep", study).stdout
    assert [row["settings"]["cores"] for row in laboratory.rows("s.jsonl")] == [2, 3]
    laboratory.write("p.py", "print(2)\n")
    assert "are in" not in laboratory.run("sweep", study).stdout


def wait_for_rows(laboratory, count):
    deadline = time.monotonic() + 100
    path = laboratory.folder / "s.jsonl"
    while not path.exists() or path.read_text().count("\n") < count:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_sweep_goes_on(laboratory, how):
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/reduce.py"), "settings": {"cores": 2}, "grid": {"seed": list(range(12))}})
    sweep = laboratory.start("sweep", "--jobs", 1, study)
    wait_for_rows(laboratory, 2)
    sweep.send_signal(how)
    _, errors = sweep.communicate(timeout=60)
    assert sweep.returncode == (130 if how != signal.SIGKILL else -9), errors
    before = laboratory.rows("s.jsonl")
    assert 2 <= len(before) < 12
    again = laboratory.run("sweep", study)
    assert again.returncode == 0 and f"{len(before)} of 12 runs are in" in again.stdout
    rows = laboratory.rows("s.jsonl")
    assert [row["settings"]["seed"] for row in rows] == list(range(12))
    assert [row for row in rows if row["run"] in {row["run"] for row in before}] == before  # kept, not repeated
    whole = laboratory.run("sweep", study, "-o", "whole.jsonl")
    assert whole.returncode == 0 and untimed(laboratory.rows("whole.jsonl")) == untimed(rows)


def test_a_row_that_was_cut_off_is_done_again(laboratory):
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/reduce.py"), "grid": {"cores": [1, 2, 3]}})
    assert laboratory.run("sweep", study).returncode == 0
    rows = laboratory.rows("s.jsonl")
    text = (laboratory.folder / "s.jsonl").read_text()
    (laboratory.folder / "s.jsonl").write_text(text[:-100])
    assert "2 of 3 runs are in" in laboratory.run("sweep", study).stdout
    assert untimed(laboratory.rows("s.jsonl")) == untimed(rows)


def test_one_file_is_written_by_one_sweep(laboratory):
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/reduce.py"), "grid": {"seed": list(range(30))}})
    first = laboratory.start("sweep", "--jobs", 1, study)
    wait_for_rows(laboratory, 1)
    second = laboratory.run("sweep", study)
    first.terminate()
    first.communicate(timeout=60)
    assert second.returncode == 2 and "is being written by another sweep" in second.stderr


def test_mistakes_on_the_command_line(laboratory):
    assert laboratory.run("sweep", "--help").returncode == 0
    missing = laboratory.run("sweep", "none.json")
    assert missing.returncode == 2 and "none.json" in missing.stderr and "Traceback" not in missing.stderr
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/reduce.py"), "grid": {"core": [1]}})
    typo = laboratory.run("sweep", study)
    assert (typo.returncode, typo.stderr) == (2, f"epysim sweep: {study}:1: there is no setting 'core'; did you mean 'cores'?\n")
    assert laboratory.run("sweep", "--jobs", "0", study).returncode == 2
    assert not os.path.exists(laboratory.folder / "s.jsonl")
