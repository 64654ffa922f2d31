"""`--device`: the code that drives a real board, on one that a simulator exports."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from exported import EPYSIM, PATIENCE, ROOT, Exported

CORES = "8"
EXAMPLES = ["hello", "ring", "reduce", "pi", "grid", "task_farm", "odd_even_sort", "synccores"]

SCRIPT = """
import epython
from epython import coreid, memkind, numcores, offload, types

data = memkind.Host(types.float, [0.5 * i for i in range(40)])
near = memkind.Shared(types.int, [0] * 16)  # a Pynq has fewer cores

@offload
def scale(a, b, factor):
    for i in range(len(a)):
        if i % numcores() == coreid():
            a[i] = a[i] * factor
    b[coreid()] = len(a)
    return coreid()

@offload
def broken(a):
    return a[len(a)]

print(scale(data, near, 2.0), list(data)[:20], list(near))
try:
    broken(data, target=[3])
except epython.EPythonError as error:
    print(type(error).__name__, error.core, error.line)
handler = scale(data, near, 0.5, async_=True, target=[3, 4])
print(handler.wait(), list(data)[3:5])
"""


BOARDS = [("parallella", "free"), ("parallella", "virtual"), ("pynq-fpu", "free"), ("pynq-fpu", "virtual"), pytest.param(("pynq-picorv32", "virtual"), marks=pytest.mark.slow)]


@pytest.fixture(params=BOARDS, ids=lambda board: "-".join(board))
def board(request, tmp_path):
    name, time = request.param
    with Exported(tmp_path / "board", "--time", time, board=name) as exported:
        exported.name = name
        yield exported


@pytest.fixture
def parallella(tmp_path):
    with Exported(tmp_path / "board") as exported:
        yield exported


def run(*arguments, **options):
    return subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, **options)


def test_examples_print_what_they_print_on_a_simulated_board(board):
    for example in EXAMPLES:
        path = ROOT / f"examples/{example}.py"
        cores = ["--board", board.name, "--cores", CORES]
        here, there = run("run", *cores, path), run("run", *cores, "--device", board.folder, path)
        assert (there.returncode, there.stderr) == (0, "")
        assert sorted(there.stdout.splitlines()) == sorted(here.stdout.splitlines()), example


def client(script, **environment):
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=PATIENCE,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "python"), "EPYSIM": EPYSIM, **environment})  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def test_one_script_on_a_simulation_a_server_and_a_mapped_board(board, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    simulated, mapped = tmp_path / "simulated.py", tmp_path / "mapped.py"
    simulated.write_text(f"import epython; epython.config(board={board.name!r})" + SCRIPT)
    mapped.write_text(f"import epython; epython.config(board={board.name!r}, device={str(board.folder)!r})" + SCRIPT)
    here = client(simulated)
    assert here.splitlines()[1:] == ["EPythonError 3 18", "[3, 4] [1.5, 2.0]"] and here.count("\n") == 3
    assert client(mapped) == here
    token = tmp_path / "token"
    serve = [EPYSIM, "serve", "--listen", "tcp://127.0.0.1:0", "--token-file", str(token), "--clients", "1"]
    for device in ([], ["--device", str(board.folder)]):
        server = subprocess.Popen([*serve, "--board", board.name, *device], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        target = server.stdout.readline().split()[-1]
        assert client(script, EPYTHON_TARGET=target, EPYTHON_TOKEN=token.read_text().strip()) == here
        server.terminate()
        server.communicate(timeout=PATIENCE)


def test_a_program_that_is_interrupted_leaves_the_board_usable(board, tmp_path):
    forever = tmp_path / "forever.py"
    forever.write_text("import parallel\nprint(coreid())\nwhile true:\n  pass\n")
    program = subprocess.Popen([EPYSIM, "run", "--board", board.name, "--device", board.folder, forever], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    program.stdout.readline()
    time.sleep(0.1)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=PATIENCE)
    assert (program.returncode, errors) == (130, "epysim: interrupted\n")
    again = run("run", "--board", board.name, "--device", board.folder, "--cores", "2", ROOT / "examples/hello.py")
    assert sorted(again.stdout.splitlines()) == ["[device 0] hello world", "[device 1] hello world"]


def test_cores_that_wait_for_each_other_are_reported(board, tmp_path):
    program = tmp_path / "deadlock.py"
    program.write_text("import parallel\nif coreid() == 0:\n  print(recv(1))\nelse:\n  print(recv(0))\n")
    done = run("run", "--board", board.name, "--device", board.folder, "--cores", "2", program)
    assert done.returncode == 1 and "deadlock" in done.stderr


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["--device", "/dev/nowhere"], "no board at /dev/nowhere: No such file or directory"),
        (["--device", "FOLDER", "--trace", "t.json"], "--trace needs a simulated board"),
        (["--device", "FOLDER", "--max-cycles", "100"], "--max-cycles needs a simulated board"),
        (["--device", "FOLDER", "--fault", "core.stop=1"], "faults.core.stop needs a simulated board and host: nobody does that to the one at "),
        (["--device", "FOLDER", "--fault", "dram.flips=1"], "faults.dram.flips needs a simulated board"),
        (["--device", "FOLDER", "--fault", "host.slow=2"], "faults.host.slow needs a simulated board"),
        (["--device", "FOLDER", "--board", "pynq"], "has a clock of 600000000 Hz, pynq of 100000000: another board"),
        (["--device", "FOLDER", "--set", "device.driver=zynq"], "device.driver must be parallella or pynq"),
        (["--device", "FOLDER", "--set", "device.reserved_bytes=33M"], "device.reserved_bytes"),
        (["--device", "FOLDER", "--set", "device.windows_offset=0x100000"], "another board, or offsets"),
        (["--device", "FOLDER", "--set", "device.windows_offset=5"], "does not map"),
        (["--device", "FOLDER", "--set", "chip.first_row=1"], "COREID is"),
    ],
)
def test_boards_that_are_not_there(parallella, arguments, why):
    done = run("run", *(parallella.folder if argument == "FOLDER" else argument for argument in arguments), ROOT / "examples/hello.py")
    assert done.returncode == 2 and why in done.stderr, done.stderr


def test_virtual_time_is_the_boards_and_the_same_every_time(tmp_path):
    runs = []
    for name in ("parallella", "pynq"):
        for _ in range(2):
            with Exported(tmp_path / "board", "--time", "virtual", board=name) as board:
                statistics = tmp_path / "s.json"
                done = run("run", "--board", name, "--device", board.folder, "--stats", statistics, ROOT / "examples/ring.py")
                document = json.loads(statistics.read_text())
                del document["wall_seconds"]
                runs.append((done.returncode, done.stdout, document, board.now))
    assert runs[0] == runs[1] and runs[2] == runs[3]
    for code, _, document, now in runs:
        assert code == 0 and 0 < document["seconds"] <= now / document["clock_hz"]


LOST = "LinkError: the host's answer does not reach the core; it was stored 4 times"
DAMAGED = "the link to the board is damaged: "


@pytest.mark.parametrize("name", ["parallella", "pynq"])
@pytest.mark.parametrize(
    "faults, told",
    [
        (["answers.drop=0.2"], "gets lost"),
        (["answers.delay=0.5"], "is held up until cycle"),
        (["answers.corrupt=0.3"], "of the answer to core"),
        (["copies.corrupt=0.02"], "did not come through: they are"),
        (["answers.drop=1"], LOST),
        (["answers.delay=1", "answers.delay_cycles=100000000"], LOST),
        (["host.dead_from=0"], LOST),
        (["copies.corrupt=1"], DAMAGED),
    ],
    ids=" ".join,
)
def test_a_link_that_goes_wrong(tmp_path, name, faults, told):
    with Exported(tmp_path / "board", "--time", "virtual", board=name) as board:
        options = [option for fault in (*faults, "seed=1") for option in ("--fault", fault)]
        done = run("run", "--board", name, "--device", board.folder, "--cores", 4, *options, ROOT / "examples/reduce.py")
    assert told in done.stderr, done.stderr
    if told in (LOST, DAMAGED):
        assert done.returncode == 1
    else:
        assert (done.returncode, sorted(done.stdout.splitlines())) == (0, [f"[device {core}] The highest random number is 93" for core in range(4)])


@pytest.mark.parametrize("name", ["parallella", "pynq-fpu"])
def test_a_board_that_ends_is_noticed(tmp_path, name):
    forever = tmp_path / "forever.py"
    forever.write_text("import parallel\nprint(coreid())\nwhile true:\n  pass\n")
    with Exported(tmp_path / "board", board=name) as board:
        program = subprocess.Popen([EPYSIM, "run", "--board", name, "--device", board.folder, forever], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        program.stdout.readline()
        board.process.kill()
        _, errors = program.communicate(timeout=PATIENCE)
    assert program.returncode == 1 and f"{board.folder}: the exported board has ended" in errors
