"""`--device`: the code that drives a real Parallella, on a board that a simulator exports."""

import os
import signal
import subprocess
import sys
import time

import pytest
from exported import EPYSIM, PATIENCE, ROOT, Exported

EXAMPLES = ["hello", "ring", "reduce", "pi", "grid", "task_farm", "odd_even_sort", "synccores"]

SCRIPT = """
import epython
from epython import coreid, memkind, offload, types

data = memkind.Host(types.float, [0.5 * i for i in range(40)])
near = memkind.Shared(types.int, [0] * 16)

@offload
def scale(a, b, factor):
    for i in range(len(a)):
        if i % 16 == coreid():
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


@pytest.fixture
def board(tmp_path):
    with Exported(tmp_path / "board") as exported:
        yield exported


def run(*arguments, **options):
    return subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, **options)


def test_examples_print_what_they_print_on_a_simulated_board(board):
    for example in EXAMPLES:
        path = ROOT / f"examples/{example}.py"
        here, there = run("run", path), run("run", "--device", board.folder, path)
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
    mapped = tmp_path / "mapped.py"
    mapped.write_text(f"import epython; epython.config(device={str(board.folder)!r})" + SCRIPT)
    here = client(script)
    assert here.splitlines()[1:] == ["EPythonError 3 18", "[3, 4] [1.5, 2.0]"] and here.count("\n") == 3
    assert client(mapped) == here
    token = tmp_path / "token"
    serve = [EPYSIM, "serve", "--listen", "tcp://127.0.0.1:0", "--token-file", str(token), "--clients", "1"]
    for device in ([], ["--device", str(board.folder)]):
        server = subprocess.Popen([*serve, *device], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        target = server.stdout.readline().split()[-1]
        assert client(script, EPYTHON_TARGET=target, EPYTHON_TOKEN=token.read_text().strip()) == here
        server.terminate()
        server.communicate(timeout=PATIENCE)


def test_a_program_that_is_interrupted_leaves_the_board_usable(board, tmp_path):
    forever = tmp_path / "forever.py"
    forever.write_text("import parallel\nprint(coreid())\nwhile true:\n  pass\n")
    program = subprocess.Popen([EPYSIM, "run", "--device", board.folder, forever], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    program.stdout.readline()
    time.sleep(0.1)
    program.send_signal(signal.SIGINT)
    _, errors = program.communicate(timeout=PATIENCE)
    assert (program.returncode, errors) == (130, "epysim: interrupted\n")
    again = run("run", "--device", board.folder, "--cores", "2", ROOT / "examples/hello.py")
    assert sorted(again.stdout.splitlines()) == ["[device 0] hello world", "[device 1] hello world"]


def test_cores_that_wait_for_each_other_are_reported(board, tmp_path):
    program = tmp_path / "deadlock.py"
    program.write_text("import parallel\nif coreid() == 0:\n  print(recv(1))\nelse:\n  print(recv(0))\n")
    done = run("run", "--device", board.folder, "--cores", "2", program)
    assert done.returncode == 1 and "deadlock" in done.stderr


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["--device", "/dev/nowhere"], "no board at /dev/nowhere: No such file or directory"),
        (["--device", "FOLDER", "--trace", "t.json"], "--trace needs a simulated board"),
        (["--device", "FOLDER", "--max-cycles", "100"], "--max-cycles needs a simulated board"),
        (["--device", "FOLDER", "--board", "pynq"], "boards that can be mapped have Epiphany cores"),
        (["--device", "FOLDER", "--set", "device.mesh_offset=0x100000"], "another board, or offsets"),
        (["--device", "FOLDER", "--set", "device.mesh_offset=5"], "does not map"),
        (["--device", "FOLDER", "--set", "chip.first_row=1"], "COREID is"),
    ],
)
def test_boards_that_are_not_there(board, arguments, why):
    done = run("run", *(board.folder if argument == "FOLDER" else argument for argument in arguments), ROOT / "examples/hello.py")
    assert done.returncode == 2 and why in done.stderr, done.stderr
