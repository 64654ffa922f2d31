"""What goes wrong is said within seconds, leaves no process and no file behind, and the next launch works."""

import linecache
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from epython import CompileError, EPythonError, offload

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5.0  # in which an error must have been raised


@offload
def divide(a, b):
    return a // b


@offload
def count(rounds):
    i = 0
    while i < rounds:
        i += 1
    return i


# -- in this process


def test_a_device_error(host):
    begin = time.monotonic()
    with pytest.raises(EPythonError, match="division by zero") as caught:
        divide(1, 0, target=[1, 2])
    assert caught.value.cores == (1, 2) and caught.value.line == 24 and caught.value.kernel == "divide"
    assert time.monotonic() - begin < SECONDS
    assert divide(7, 2, target=[1, 2]) == [3, 3]


def test_an_exception_between_launch_and_wait(host):
    with pytest.raises(KeyError):
        handler = count(5000, async_=True)
        raise KeyError(handler.number)
    del handler
    assert count(3, target=0) == [3]


@pytest.mark.parametrize("body", ["return {}", "return undefined_name", "with a: pass", "return [x for x in a]", "return a @ a"])
def test_a_kernel_that_does_not_compile(host, body):
    text = f"def wrong(a):\n    {body}\n"
    linecache.cache["<wrong>"] = (len(text), None, text.splitlines(True), "<wrong>")
    scope = {}
    exec(compile(text, "<wrong>", "exec"), scope)
    begin = time.monotonic()
    with pytest.raises(CompileError) as caught:
        offload(scope["wrong"])(1)
    assert time.monotonic() - begin < SECONDS
    assert caught.value.line == 2 and caught.value.file == "<wrong>" and "^" in str(caught.value)
    assert count(3, target=0) == [3]


def test_threads(host):
    """One thread waits for long kernels, others launch meanwhile; one of them frees a kernel that the first waits for."""
    from epython import coreid, recv, send

    host_id = coreid()

    @offload(async_=True)
    def waits(host_id):
        from parallel import recv

        return recv(host_id)

    handler, results = waits(host_id, target=2), {}

    def work(number):
        results[number] = [count(n, target=number) for n in range(5)]
        if number == 1:
            send(99, 2)

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1, 3)]
    for thread in threads:
        thread.start()
    assert handler.wait() == [99]
    for thread in threads:
        thread.join(30)
    assert results == {number: [[n] for n in range(5)] for number in (0, 1, 3)}
    assert recv is not None


def test_a_deadlock_beside_idle_threads(host):
    stop = threading.Event()
    idle = threading.Thread(target=stop.wait)
    idle.start()

    @offload
    def never():
        from parallel import recv

        return recv(1)

    try:
        with pytest.raises(EPythonError) as caught:
            never(target=0)
        assert caught.value.kind == "DeadlockError"
    finally:
        stop.set()
        idle.join()


def test_await(host):
    import asyncio

    async def both():
        return await asyncio.gather(count(10, async_=True, target=0), count(20, async_=True, target=1))

    async def main():
        return await both()

    assert asyncio.run(main()) == [[10], [20]]


def test_a_notebook_cell(host):
    interactive = pytest.importorskip("IPython.core.interactiveshell")
    shell = interactive.InteractiveShell.instance()
    try:
        for factor in (2, 3):  # the same cell again, changed
            cell = f"from epython import offload\n@offload\ndef cell_kernel(a):\n    return a * {factor}\nresult = cell_kernel(21, target=0)\n"
            done = shell.run_cell(cell)
            assert done.success
            assert shell.user_ns["result"] == [21 * factor]
    finally:
        interactive.InteractiveShell.clear_instance()


# -- processes of their own

SCRIPT = """
import sys
sys.path.insert(0, {python!r})
import epython
from epython import session
epython.config(board={board!r})

@epython.offload
def spin():
    while True:
        pass

@epython.offload
def quick():
    return 1

quick(target=0)
print(session.current().pid, session.current()._server.process.pid, flush=True)
{then}
"""


@pytest.fixture
def script(host, tmp_path):
    def start(then):
        file = tmp_path / "script.py"
        file.write_text(SCRIPT.format(python=str(ROOT / "python"), board=host.epython.config()["board"], then=then))
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        process = subprocess.Popen([sys.executable, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        return process, [int(pid) for pid in line.split()]

    yield start
    assert [path.name for path in tmp_path.iterdir()] == ["script.py"]


def gone(pids):
    deadline = time.monotonic() + SECONDS
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", ["spin()", "h = spin(async_=True)\nh.wait()", "h = spin(async_=True)\nwhile not h.test(): pass"])
def test_a_killed_board(script, how):
    process, pids = script(how)
    time.sleep(0.3)
    os.kill(pids[0], signal.SIGKILL)
    _, errors = process.communicate(timeout=SECONDS)
    assert "BoardError" in errors and process.returncode == 1
    gone(pids)


def test_a_killed_board_is_replaced(script):
    process, pids = script(
        "import os, signal\nos.kill(session.current().pid, signal.SIGKILL)\n"
        "try:\n    quick()\nexcept epython.BoardError:\n    print('failed')\nprint(quick(target=[0, 1]))"
    )
    output, errors = process.communicate(timeout=30)
    assert (output, errors.count("Traceback")) == ("failed\n[1, 1]\n", 0), errors
    gone(pids)


@pytest.mark.parametrize("how", ["spin()", "h = spin(async_=True)\nh.wait_any()", "epython.host_time(1000.0) if spin(async_=True) else 0"])
def test_ctrl_c(script, how):
    process, pids = script(how)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=SECONDS)
    assert "KeyboardInterrupt" in errors and process.returncode != 0
    gone(pids)


def test_an_end_with_launches_that_nobody_waited_for(script):
    process, pids = script("h = [spin(async_=True) for _ in range(5)]")
    _, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, errors) == (0, "")
    gone(pids)


def test_an_exception_ends_the_board(script):
    process, pids = script("h = spin(async_=True)\nraise RuntimeError('mine')")
    _, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 1 and "mine" in errors
    gone(pids)


# -- the prompt


class Prompt:
    """Python's own prompt on a terminal."""

    def __init__(self, board):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            environment = {**os.environ, "PYTHONPATH": str(ROOT / "python"), "TERM": "dumb", "PYTHON_BASIC_REPL": "1", "HOME": "/nonexistent"}
            os.execve(sys.executable, [sys.executable, "-q", "-i"], environment)
        self.text = ""
        self.expect(">>> ")
        self.line(f"import epython; from epython import offload; _ = epython.config(board={board!r})")

    def expect(self, what, seconds=30.0):
        deadline = time.monotonic() + seconds
        while what not in self.text:
            assert select.select([self.terminal], [], [], max(0, deadline - time.monotonic()))[0], self.text
            self.text += os.read(self.terminal, 4096).decode()
        before, _, self.text = self.text.partition(what)
        return before

    def line(self, text, then=">>> "):
        os.write(self.terminal, text.encode() + b"\n")
        return self.expect(then)

    def end(self):
        os.write(self.terminal, b"\x04")
        try:
            while os.read(self.terminal, 4096):
                pass
        except OSError:
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def prompt(host):
    return Prompt(host.epython.config()["board"])


def define(prompt, *lines):
    prompt.line(lines[0], "... ")
    for line in lines[1:]:
        prompt.line(line, "... ")
    return prompt.line("")


def test_a_kernel_typed_at_the_prompt(prompt):
    define(prompt, "@offload", "def k(a):", "    b = a * 2", "    return b + 1")
    assert re.search(r"\[43\]", prompt.line("k(21, target=0)"))
    define(prompt, "@offload", "def k(a):", "    return a - 1")
    assert re.search(r"\[20\]", prompt.line("k(21, target=0)"))
    assert "CompileError" not in prompt.line("exec('@offload\\ndef made(): return 1')")
    assert "cannot be read" in prompt.line("made()")
    assert re.search(r"\[20\]", prompt.line("k(21, target=0)"))
    assert prompt.end() == 0


def test_ctrl_c_at_the_prompt(prompt):
    define(prompt, "@offload", "def spin():", "    while True: pass")
    define(prompt, "@offload", "def k():", "    return 5")
    os.write(prompt.terminal, b"spin()\n")
    time.sleep(1.0)
    os.write(prompt.terminal, b"\x03")
    assert "KeyboardInterrupt" in prompt.expect(">>> ", SECONDS)
    assert re.search(r"\[5\]", prompt.line("k(target=0)"))
    assert prompt.end() == 0
