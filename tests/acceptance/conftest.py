"""Runs ePython programs on every port of the virtual machine.

A test that takes the fixture `port` runs once on each; `port.run(program, cores=2)` gives a Run. A program is a path below the project's
root, or its text. Both dialects: `dialect="modern"`; by default what the program's first line says.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))

# How to get so many cores on each port.
PORTS = {
    "parallella": lambda cores: ["--cores", cores_of(cores)],
    "pynq-fpu": lambda cores: ["--board", "pynq-fpu", "--cores", cores_of(cores)],
    "posix": lambda cores: ["--host-cores", str(cores)],
}


def cores_of(cores):
    return cores if isinstance(cores, str) else str(cores)


class Run:
    """What a program did: lines by core (without their prefix), errors, exit code."""

    def __init__(self, done):
        self.code = done.returncode
        self.errors = done.stderr
        self.text = done.stdout
        self.lines = {}
        for line in done.stdout.splitlines():
            match = re.match(r"(?:[^\[]*> )?\[(?:device|host) (\d+)\] (.*)", line)
            if match:
                self.lines.setdefault(int(match[1]), []).append(match[2])

    @property
    def output(self):
        """What core 0 printed."""
        return self.lines.get(0, [])


class Port:
    def __init__(self, name, folder):
        self.name = name
        self.folder = folder

    def run(self, program, cores=1, dialect=None, extra=(), input=None, timeout=600, quiet=True):
        """Runs it, whatever comes of it."""
        if isinstance(program, str) and "\n" in program:
            file = self.folder / "program.py"
            file.write_text(program)
        else:
            file = ROOT / program
        on_board = lambda cores: ["--board", self.name, "--cores", cores_of(cores)]  # noqa: E731
        command = [EPYSIM, "run", *(["-q"] if quiet else []), *PORTS.get(self.name, on_board)(cores), *extra]
        if dialect:
            command += ["--dialect", dialect]
        return Run(subprocess.run([*command, str(file)], capture_output=True, text=True, input=input, cwd=ROOT, timeout=timeout))

    def text(self, program):
        return (ROOT / program).read_text()

    def output(self, program, cores=1, **options):
        """The lines of core 0 of a program that must succeed without a word on standard error."""
        run = self.run(program, cores, **options)
        assert (run.code, run.errors) == (0, ""), run.text
        return run.output

    def failure(self, program, cores=1, **options):
        """The error of a program that must fail."""
        run = self.run(program, cores, **options)
        assert run.code == 1, (run.text, run.errors)
        return run.errors


@pytest.fixture(params=PORTS)
def port(request, tmp_path):
    return Port(request.param, tmp_path)


@pytest.fixture
def port_of(tmp_path):
    """A port by its name, or any board by its own."""
    return lambda name: Port(name, tmp_path)


@pytest.fixture
def board(tmp_path):
    """The simulated Parallella alone, for what does not depend on the port."""
    return Port("parallella", tmp_path)


class Host:
    """The package on a board: the module, and the board's cores."""

    def __init__(self, epython):
        self.epython = epython

    @property
    def session(self):
        from epython import session

        return session.current()

    @property
    def cores(self):
        return self.session.board["cores"]


@pytest.fixture(scope="module", params=["parallella", "pynq-fpu"])
def host(request):
    """Kernels launched from Python, once on each board; the board is started by the first launch of a file's tests."""
    import epython

    restart(epython)
    epython.config(board=request.param)
    yield Host(epython)
    restart(epython)


@pytest.fixture(scope="module")
def clear():
    """A function that ends the board and forgets all settings and device data."""
    import epython

    return lambda: restart(epython)


def restart(epython):
    epython.stop()
    epython.device_data.clear()
    for name in epython.config():
        epython.config(**{name: None})
