"""Hardware that goes wrong on purpose (docs/faults.md): what happens is what is promised, and the same every time."""

import json
import os
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
SCHEMA = json.loads((ROOT / "docs/statistics.schema.json").read_text())
REDUCE = ROOT / "examples/reduce.py"
REDUCED = [f"[device {core}] The highest random number is 93" for core in range(4)]


def run(tmp_path, faults, program=REDUCE, cores=4, command="run", more=()):
    """Exit code, lines of output, lines of messages without notices of faults, the statistics document."""
    file = tmp_path / "statistics.json"
    options = [part for fault in faults for part in ("--fault", fault)]
    done = subprocess.run(
        [EPYSIM, command, "--cores", str(cores), "--stats", file, *options, *more, program], capture_output=True, text=True, timeout=120
    )
    document = json.loads(file.read_text())
    jsonschema.validate(document, SCHEMA)
    messages = [line for line in done.stderr.splitlines() if not re.match("(epysim|notice): (fault|noticed)", line)]
    return done.returncode, sorted(done.stdout.splitlines()), messages, document


def kinds(document):
    return [fault["kind"] for fault in document["faults"]["list"]]


def test_without_faults_nothing_is_different(tmp_path):
    code, output, messages, document = run(tmp_path, [])
    assert (code, output, messages) == (0, REDUCED, [])
    assert "faults" not in document
    assert run(tmp_path, ["seed=7", "most=5"])[3]["cycles"] == document["cycles"]


@pytest.mark.parametrize("fault", ["answers.drop=0.2", "answers.delay=0.5", "answers.corrupt=0.3"])
def test_answers_that_go_wrong_are_survived_and_the_same_every_time(tmp_path, fault):
    documents = []
    for _ in range(2):
        code, output, messages, document = run(tmp_path, [fault, "seed=1"])
        assert (code, output, messages) == (0, REDUCED, [])
        document.pop("wall_seconds")
        documents.append(document)
    assert documents[0] == documents[1]
    kind = fault.split("=")[0]
    assert kind in kinds(documents[0])
    if kind != "answers.delay":  # 60,000 cycles are not long enough to be noticed; nor are answers to cores that have ended
        assert 0 < kinds(documents[0]).count("noticed") <= kinds(documents[0]).count(kind)
    other = run(tmp_path, [fault, "seed=2"])[3]
    assert other["faults"] != documents[0]["faults"]


def test_one_answer_after_a_cycle(tmp_path):
    code, output, _, document = run(tmp_path, ["answers.drop=1", "most=1", "begin=20000"])
    assert (code, output) == (0, REDUCED)
    assert kinds(document) == ["answers.drop", "noticed"]
    lost, noticed = document["faults"]["list"]
    assert lost["cycle"] >= 20000
    assert noticed["cycle"] - lost["cycle"] >= 600_000  # the patience: 1 ms at 600 MHz


@pytest.mark.parametrize("faults", [["answers.drop=1"], ["host.dead_from=20000"], ["answers.delay=1", "answers.delay_cycles=100000000"]])
def test_a_link_that_carries_no_answers_ends_the_program(tmp_path, faults):
    code, output, messages, document = run(tmp_path, faults)
    assert code == 1
    assert output == REDUCED  # it is printed before the answer to print is lost
    assert len(messages) == 1
    assert re.fullmatch(
        r"epysim: .*examples/reduce.py:8: LinkError: the host's answer does not reach the core; it was stored 4 times \(cores 0-3, cycle \d+\)",
        messages[0],
    )
    assert document["cycles"] < 600_000 * 30  # 6 ms, and 20 ms for the cores to come to rest


def test_a_slow_host_changes_nothing_but_time(tmp_path):
    before = run(tmp_path, [])[3]
    code, output, messages, document = run(tmp_path, ["host.slow=10"])
    assert (code, output, messages) == (0, REDUCED, [])
    assert document["cycles"] > 3 * before["cycles"]
    assert "faults" not in document


def test_a_core_that_stops_is_reported(tmp_path):
    code, _, messages, document = run(tmp_path, ["core.stop=3", "core.at=30000"])
    assert code == 1
    assert len(messages) == 1
    assert re.search(r"reduce.py:8: CoreError: the core has stopped by itself in .* \(core 3, cycle \d+\)", messages[0])
    assert kinds(document) == ["core.stop"]
    assert document["cores"][3]["state"] == "halted"


def test_a_core_that_stops_under_a_native_program(tmp_path):
    program = ROOT / "tests/cli/data/internal.elf"
    code, output, messages, document = run(tmp_path, ["core.stop=1", "core.at=1000"], program, 2, "exec")
    assert code == 1
    assert output == ["fib(15) = 610, 9 squared = 81"]
    assert messages[0] == "epysim: the program stopped without exiting: no core can ever run again"
    assert messages[2].startswith("  core 1: halted")
    assert document["faults"]["list"] == [{"cycle": 1000, "kind": "core.stop", "what": "core 1 stops for good"}]


def test_bits_that_flip_are_told(tmp_path):
    faults = ["local.flips=3", "local.core=2", "local.address=0x7f00", "local.bytes=16", "local.at=5000", "dram.flips=2", "dram.every=10"]
    document = run(tmp_path, faults)[3]
    flips = document["faults"]["list"]
    assert [(flip["cycle"], flip["kind"]) for flip in flips if flip["kind"].startswith("local")] == [
        (5000, "local.flips"),
        (6000, "local.flips"),
        (7000, "local.flips"),
    ]
    assert all(re.fullmatch(r"bit [0-7] of the byte at 0x80a07f0[0-9a-f] flips", flip["what"]) for flip in flips if flip["kind"] == "local.flips")
    assert [flip["cycle"] for flip in flips if flip["kind"] == "dram.flips"] == [0, 10]


@pytest.mark.parametrize(
    "fault, message",
    [
        ("answers.drp=1", "has no key 'faults.answers.drp'; did you mean 'faults.answers.drop'?"),
        ("answers.drop=2", "faults.answers.drop = 2 is impossible: it must be from 0 to 1 fraction"),
        ("core.stop=16", "faults.core.stop = 16 is impossible: it must be from -1 to 15 core"),
        ("local.flips=many", 'faults.local.flips must be an integer (bits), not a text ("many")'),
        ("local.address=0x8000", "faults.local.address = 0x8000 is impossible: it must be from 0 to 32767 address"),
        ("answers.drop", "write it as KEY=VALUE, for example --fault answers.drop=0.01"),
    ],
)
def test_a_fault_that_cannot_be(fault, message):
    done = subprocess.run([EPYSIM, "run", "--fault", fault, REDUCE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"epysim: --fault {fault}: ")
    assert done.stderr.rstrip().endswith(message)


# What changes data: found, and mended or reported, because it is looked for.


def test_copies_that_change_are_made_again(tmp_path):
    code, output, messages, document = run(tmp_path, ["copies.corrupt=0.02", "seed=1"])
    assert (code, output, messages) == (0, REDUCED, [])
    assert kinds(document).count("noticed") >= kinds(document).count("copies.corrupt") > 0
    again = run(tmp_path, ["copies.corrupt=0.02", "seed=1"])[3]
    assert again["cycles"] == document["cycles"] and again["faults"] == document["faults"]


def test_copies_that_never_come_through_end_the_run():
    done = subprocess.run([EPYSIM, "run", "--fault", "copies.corrupt=1", REDUCE], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert re.search(r"^epysim: the link to the board is damaged: \d+ bytes at 0x[0-9a-f]{8} were (read|written) 5 times, and never came through$", done.stderr, re.M)


CODE = "local.flips=1", "local.core=2", "local.at=10000"


@pytest.mark.parametrize("address", [*range(0x100, 0x5600, 0x0A3F), 0x56B0])
def test_a_result_of_damaged_code_does_not_count(tmp_path, address):
    code, _, messages, document = run(tmp_path, [*CODE, f"local.address={address}", "local.bytes=1"])
    assert code == 1
    assert any(
        re.search(rf"CoreError: what the core runs is damaged: the VM's .(text|rodata) has changed: the byte at 0x80a{address:05x} is", line)
        for line in messages
    ) or any("has stopped by itself" in line for line in messages)
    assert kinds(document) == ["local.flips"]


def test_byte_code_in_shared_memory_that_changes(tmp_path):
    faults = ["dram.flips=1", "dram.at=5000", "dram.offset=0x1100010", "dram.bytes=1"]
    code, _, messages, _ = run(tmp_path, faults)
    assert code == 1
    assert any("CoreError: what the core runs is damaged: " in line for line in messages)


def test_code_that_changes_unseen_where_nobody_looks(tmp_path):
    """What verifying is for: without it the same flip changes nothing that anybody would notice, or everything."""
    code, output, messages, _ = run(tmp_path, [*CODE, "local.address=0x5400", "local.bytes=1", "verify=off"])
    assert (code, output, messages) == (0, REDUCED, [])


def test_checks_find_nothing_where_nothing_is_wrong(tmp_path):
    before = run(tmp_path, [])[3]
    code, output, messages, document = run(tmp_path, ["verify=on"])
    assert (code, output, messages) == (0, REDUCED, [])
    assert "faults" not in document
    assert document["cycles"] > before["cycles"]  # they take their time


def rows():
    """The table of docs/faults.md: what happens, with the command that shows it."""
    for line in (ROOT / "docs/faults.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.match("`(epysim|EPYTHON)", cells[2]):
            yield pytest.param(cells[2].strip("`"), cells[3], id=cells[0].replace(" ", "_"))


@pytest.mark.parametrize("command, happens", rows())
def test_the_table_of_faults(command, happens):
    settings = dict(re.findall(r'(EPYTHON_\w+)="?([^"]*?)"?(?= EPYTHON| python3)', command))
    words = re.sub(r'EPYTHON_\w+=("[^"]*"|\S+) ', "", command).replace("epysim ", EPYSIM + " ", 1).replace("python3 ", "/usr/bin/python3 ", 1).split()
    environment = {**os.environ, **settings, "EPYSIM": EPYSIM}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == (1 if "exit code 1" in happens else 0), done.stderr
    for shown in re.findall("`(.*?)`", happens):
        assert re.search(re.escape(shown).replace("cycle\\ N", "cycle \\d+"), done.stdout + done.stderr), done.stdout + done.stderr


@pytest.mark.parametrize("command", [["exec", ROOT / "tests/cli/data/internal.elf"], ["board", "--export", "exported"]], ids=["exec", "board"])
@pytest.mark.parametrize("fault", ["answers.drop=0.5", "copies.corrupt=1", "frames.delay=1", "host.slow=2", "host.dead_from=0"])
def test_a_board_alone_has_no_faults_of_links(tmp_path, command, fault):
    done = subprocess.run([EPYSIM, *command, "--fault", fault], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert done.returncode == 2
    assert f"faults.{fault.split('=')[0]} goes wrong between a host and its board" in done.stderr


def test_a_run_without_a_client_has_no_faults_of_messages():
    done = subprocess.run([EPYSIM, "run", "--fault", "frames.drop=1", REDUCE], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (2, "")
    assert "faults.frames go wrong between a server and its client, which run has not" in done.stderr
