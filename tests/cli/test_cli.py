"""The command as a user meets it: output, messages, exit codes. Runs the binary that EPYSIM names (build/release/epysim by default)."""

import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
LOOP = ROOT / "bench/epiphany/loop.elf"
SCHEMA = json.loads((ROOT / "docs/statistics.schema.json").read_text())
RAM = ["--ram", "0x80000000:32M"]


def epysim(*arguments, cwd=None, stdin=""):
    return subprocess.run([EPYSIM, *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=120)


def test_exec_runs_a_newlib_program_with_files_and_console(tmp_path):
    run = epysim("exec", "--cores", "0", *RAM, DATA / "external.elf", cwd=tmp_path, stdin="one\ntwo\n")
    assert run.stdout == "integer 42, real 3.142, text epiphany\nwrote 8 bytes\nread: one\nread: two\n"
    assert run.stderr == "missing.txt: No such file or directory\n"
    assert run.returncode == 7
    assert (tmp_path / "written.txt").read_text() == "1 lines\n"


def test_exec_runs_a_program_in_local_memory_on_any_core():
    run = epysim("exec", "--cores", "13-14", DATA / "internal.elf")
    assert run.stdout == "fib(15) = 610, 9 squared = 81\n" * 2
    assert run.stderr == ""
    assert run.returncode == 5


def test_statistics_are_complete_and_the_same_every_time(tmp_path):
    documents = []
    for options in ([], [], ["--trace", tmp_path / "t.json"], ["-v"]):
        run = epysim("exec", "--cores", "4", "--stats", tmp_path / "s.json", *options, DATA / "internal.elf")
        assert run.returncode == 5
        document = json.loads((tmp_path / "s.json").read_text())
        jsonschema.validate(document, SCHEMA)
        assert document.pop("wall_seconds") > 0
        documents.append(json.dumps(document))
    assert len(set(documents)) == 1
    document = json.loads(documents[0])
    assert document["board"] == "parallella"
    assert document["seconds"] == pytest.approx(document["cycles"] / 600e6)
    assert document["instructions"] == sum(core["instructions"] for core in document["cores"]) > 0
    assert [core["id"] for core in document["cores"]] == list(range(16))
    for core in document["cores"]:
        assert sum(core["causes"].values()) == core["cycles"]
    json.loads((tmp_path / "t.json").read_text())


def test_statistics_of_an_epython_program(tmp_path):
    documents = []
    for options in ([], ["-v", "--trace", tmp_path / "t.json"]):
        run = epysim("run", "--cores", "4", "--stats", tmp_path / "s.json", *options, ROOT / "examples/reduce.py")
        assert run.returncode == 0
        document = json.loads((tmp_path / "s.json").read_text())
        jsonschema.validate(document, SCHEMA)
        document.pop("wall_seconds")
        documents.append(document)
    assert documents[0] == documents[1]
    assert documents[0]["host"]["requests"] >= 4
    for core in documents[0]["cores"]:
        assert sum(core["causes"].values()) == core["cycles"]
    assert any(event.get("ph") == "X" for event in json.loads((tmp_path / "t.json").read_text()))


@pytest.mark.parametrize("program", ["external", "internal"])
def test_disasm_agrees_with_objdump(program):
    listing = epysim("disasm", f"{program}.elf", cwd=DATA)
    assert listing.returncode == 0
    assert hashlib.sha256(listing.stdout.encode()).hexdigest() == (DATA / f"{program}.listing.sha256").read_text().strip()


def test_disasm_of_a_small_program():
    assert epysim("disasm", "calls.elf", cwd=ROOT / "tests/core/data").stdout == (DATA / "calls.listing").read_text()


def test_compile_and_disasm_of_byte_code(tmp_path):
    (tmp_path / "p.py").write_text("x = 6\nprint(x * 7)\n")
    assert epysim("compile", "p.py", cwd=tmp_path).returncode == 0
    listing = epysim("disasm", "p.epb", cwd=tmp_path)
    assert listing.returncode == 0
    assert "print(x * 7)" in listing.stdout
    again = epysim("compile", "p.py", "-o", "q.epb", cwd=tmp_path)
    assert again.returncode == 0
    assert (tmp_path / "p.epb").read_bytes() == (tmp_path / "q.epb").read_bytes()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_at_once_and_says_where(sent):
    process = subprocess.Popen([EPYSIM, "exec", "--cores", "2", str(LOOP)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(0.5)
    process.send_signal(sent)
    before = time.monotonic()
    output, errors = process.communicate(timeout=20)
    assert time.monotonic() - before < 2
    assert process.returncode == 130
    assert output == ""
    lines = errors.splitlines()
    assert lines[0] == "epysim: interrupted"
    assert [line.split(" at ")[0] for line in lines[1:]] == ["  core 0: running", "  core 1: running"]


def test_a_core_that_spins_is_stopped_by_max_cycles():
    run = epysim("exec", "--cores", "0", "--max-cycles", "100000", LOOP)
    assert run.returncode == 1
    lines = run.stderr.splitlines()
    assert lines[0] == "epysim: stopped by --max-cycles"
    assert lines[1].startswith("  core 0: running at 0x000001") and lines[1].endswith("cycle 100000")


MESSAGES = [
    ([], 2, None),
    (["rnu"], 2, "epysim: unknown command 'rnu', did you mean 'run'?\nCommands: run exec "),
    (["--versoin"], 2, "epysim: unknown option '--versoin', did you mean '--version'?\nSee `epysim --help`.\n"),
    (["exec", "--coers", "1", "x.elf"], 2, "epysim: exec: unknown option '--coers', did you mean '--cores'?\nSee `epysim exec --help`.\n"),
    (["exec"], 2, "epysim: exec: FILE is required\nSee `epysim exec --help`.\n"),
    (["exec", "no.elf"], 2, "epysim: no.elf: cannot be opened: No such file or directory\n"),
    (["exec", __file__], 2, f"epysim: {__file__}: not an ELF file; an ePython program is run with `epysim run`\n"),
    (["exec", "--board", "paralella", LOOP], 2, "epysim: unknown board 'paralella', did you mean 'parallella'?"),
    (["exec", "--cores", "17", LOOP], 2, "epysim: --cores 17: "),
    (["exec", "--cores", "3-1", LOOP], 2, "epysim: --cores 3-1: "),
    (["exec", "--set", "mesh.hop_cycle=2", LOOP], 2, "epysim: --set mesh.hop_cycle=2: configs/parallella.json has no key 'mesh.hop_cycle'; did you mean 'mesh.hop_cycles'?\n"),
    (["exec", "--set", "chip.rows=many", LOOP], 2, "epysim: --set chip.rows=many: chip.rows must be an integer (cores), not a text"),
    (["exec", "--set", "chip.rows=-4", LOOP], 2, "epysim: --set chip.rows=-4: chip.rows = -4 is impossible: it must be from "),
    (["exec", "--ram", "0x80000000", LOOP], 2, "epysim: --ram 0x80000000: write it as BASE:SIZE inside the 32-bit address space"),
    (["exec", "--ram", "0xf0000000:1G", LOOP], 2, "epysim: --ram 0xf0000000:1G: write it as BASE:SIZE inside the 32-bit address space"),
    (["exec", "--cores", "0", DATA / "external.elf"], 2, f"epysim: {DATA / 'external.elf'}: a segment of "),
    (["exec", "--stats", "/nonexistent/s.json", "--max-cycles", "10", LOOP], 2, None),
    (["disasm", "no.elf"], 2, "epysim: no.elf: cannot be opened: No such file or directory\n"),
    (["run", "no.py"], 2, "epysim: cannot read the program 'no.py': no such file, or it is not readable\n"),
    (["run", "--board", "pynk", "no.py"], 2, None),
]


@pytest.mark.parametrize("arguments, code, message", MESSAGES, ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "")
def test_wrong_use_is_explained(arguments, code, message):
    run = epysim(*arguments)
    assert run.returncode == code
    assert "fault of epysim itself" not in run.stderr
    if message is not None:
        assert run.stderr.startswith(message)


def test_a_segment_outside_memory_names_address_and_size():
    run = epysim("exec", "--cores", "0", DATA / "external.elf")
    assert " bytes at 0x80000000 lies outside memory" in run.stderr


@pytest.mark.parametrize("command", ["run", "exec", "compare", "serve", "compile", "disasm", "bench"])
def test_every_command_has_help_with_an_example(command):
    run = epysim(command, "--help")
    assert run.returncode == 0
    assert f"Example:\n  epysim {command} " in run.stdout


def test_version():
    assert epysim("--version").stdout == "epysim 0.1.0\n"
