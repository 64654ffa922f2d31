"""Item 13: the command line in today's spelling and in the published one."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))

WHO = "import parallel\nprint coreid()\n"


def epysim(*arguments, code=0, input=None, folder=ROOT):
    run = subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, timeout=120, cwd=folder, input=input)
    assert run.returncode == code, (run.stdout, run.stderr)
    return run


@pytest.fixture
def who(tmp_path):
    file = tmp_path / "who.py"
    file.write_text(WHO)
    return file


def cores(run):
    return sorted(re.findall(r"\[(device|host) (\d+)\] (\d+)", run.stdout), key=lambda line: int(line[2]))


@pytest.mark.parametrize(
    "options, ids",
    [
        (["-c", "3"], [3]),
        (["-c", "1,5,9"], [1, 5, 9]),
        (["-c", "2:4"], [2, 3, 4]),
        (["-C", "ALL"], list(range(16))),
        (["-d", "4"], [0, 1, 2, 3]),
        (["--cores", "4"], [0, 1, 2, 3]),
        (["--cores", "1,5-7"], [1, 5, 6, 7]),
    ],
)
def test_which_cores(who, options, ids):
    assert cores(epysim("run", *options, who)) == [("device", str(i), str(i)) for i in ids]


def test_virtual_cores(who):
    assert cores(epysim("run", "-h", "3", who)) == [("host", str(i), str(i)) for i in range(3)]
    mixed = [("device", "0", "0"), ("device", "1", "1"), ("host", "0", "2")]
    assert cores(epysim("run", "-d", 2, "-h", 1, who)) == mixed
    assert cores(epysim("run", "--cores", 2, "--host-cores", 1, who)) == mixed


def test_time(who):
    for option in ("-t", "--time"):
        lines = epysim("run", option, "-d", 2, who).stdout.splitlines()
        assert sum(bool(re.fullmatch(r"Core [01] completed in \d+\.\d{6} seconds", line)) for line in lines) == 2


@pytest.mark.parametrize("old, today", [("-codecore", ["--code", "local"]), ("-codeshared", ["--code", "shared"]), ("-coreshared", ["--code", "shared"]), ("-datashared", ["--data", "shared"])])
def test_placement(who, tmp_path, old, today):
    def statistics(*options):
        epysim("run", "-q", "-d", 1, *options, "--stats", tmp_path / "s.json", who)
        return re.sub(r'"wall_seconds": \S+', "", (tmp_path / "s.json").read_text())

    assert statistics(old) == statistics(*today)
    if "shared" in old:
        assert statistics(old) != statistics()


def test_an_image_is_written_and_run(who, tmp_path):
    text = epysim("run", "-d", 3, who).stdout
    assert epysim("run", "-o", tmp_path / "a.epb", who).stdout == ""
    assert epysim("compile", who, "--output", tmp_path / "b.epb").stdout == ""
    assert (tmp_path / "a.epb").read_bytes() == (tmp_path / "b.epb").read_bytes()
    (tmp_path / "a.epb").rename(tmp_path / "image")
    assert sorted(epysim("run", "-d", 3, "-l", tmp_path / "image").stdout) == sorted(text)
    assert sorted(epysim("run", "-d", 3, tmp_path / "b.epb").stdout) == sorted(text)


def test_a_program_without_a_file():
    assert epysim("run", "-d", 1, "-pipein", "print 1+1").stdout == "[device 0] 2\n"
    assert epysim("run", "-d", 1, "--text", "print 1+1").stdout == "[device 0] 2\n"
    assert epysim("run", "-d", 1, "-", input="# epython: modern\nprint(7 / 2)\n").stdout == "[device 0] 3.5\n"
    assert "<stdin>:1:7: error: ')' closes a bracket" in epysim("run", "-", input="print )\n", code=1).stderr
    assert "no FILE is given" in epysim("run", code=2).stderr


def test_dialect():
    assert epysim("run", "-d", 1, "--dialect", "modern", "--text", "print(7 / 2)").stdout == "[device 0] 3.5\n"
    assert epysim("run", "-d", 1, "--dialect", "legacy", "--text", "# epython: modern\nprint(7 / 2)").stdout == "[device 0] 3\n"


@pytest.mark.parametrize("options", [[], ["-codeshared"], ["-datashared"], ["-codeshared", "-datashared"], ["--board", "pynq"], ["-h", "2"]])
def test_sizes_add_up(options):
    text = epysim("run", *options, "-s", "examples/jacobi.py").stdout
    figures = re.findall(r"^( *)(.*?) +(\d+) bytes", text, re.MULTILINE)

    def parts(whole, indent):
        names = [name for _, name, _ in figures]
        start = names.index(whole)
        total = 0
        for spaces, _, size in figures[start + 1 :]:
            if len(spaces) < indent:
                break
            if len(spaces) == indent:
                total += int(size)
        return int(figures[start][2]), total

    for whole, indent in [("byte code image", 2), ("code", 4), ("memory of a core", 2)]:
        size, sum_of_parts = parts(whole, indent)
        assert size == sum_of_parts, (whole, text)


def test_preprocessed(who):
    text = epysim("run", "-pp", who).stdout
    assert WHO in text and "def coreid():" in text


def test_loader_formats_are_ignored(who):
    for option in ("-elf", "-SREC"):
        run = epysim("run", "-d", 1, option, who)
        assert run.stdout == "[device 0] 0\n" and "is ignored" in run.stderr


DEVICE = "import parallel\nhost = numcores() - 1\nv = recv(host)\nprint \"got \" + v\nsend(v + coreid(), host)\nsync()\n"
HOST = "import sys\nfrom epython import offload\n\n@offload\ndef more(a):\n    return a + 1\n\nprint(sys.argv[1:], more(4))\n"
TALK = "for core in range(2):\n    send(5 * core, core)\n\nprint([recv(core) for core in range(2)], coreid(), numcores())\nsync()\n"


@pytest.fixture
def pair(tmp_path):
    """A program of the cores that talks to the host, and a program of the host."""
    (tmp_path / "device.py").write_text(DEVICE)
    (tmp_path / "host.py").write_text(HOST)
    return tmp_path / "device.py", tmp_path / "host.py"


@pytest.mark.parametrize("option", ["-fullpython", "--full-python"])
def test_a_host_program_is_run_by_python(pair, option, tmp_path):
    run = epysim("run", option, "-d", 2, "--stats", tmp_path / "s.json", pair[1], "a", "b")
    assert run.stdout == "['a', 'b'] [5, 5]\n"
    assert json.loads((tmp_path / "s.json").read_text())["cycles"] > 0
    assert "[5, 5, 5, 5, 5, 5, 5, 5]" in epysim("run", option, "--board", "pynq", pair[1]).stdout


def test_the_host_s_python_is_one_more_core_of_a_program(pair):
    run = epysim("run", "-fullpython", "-d", 2, pair[0], input=TALK)
    assert sorted(run.stdout.splitlines()) == ["[0, 6] 2 3", "[device 0] got 0", "[device 1] got 5"]
    stuck = epysim("run", "-fullpython", "-d", 2, pair[0], input="", code=1)
    assert "core 0 waits for a message from core 2" in stuck.stderr
    (pair[0]).write_text("print 1 +\n")
    wrong = epysim("run", "-fullpython", pair[0], input="", code=1)
    assert "device.py:1:" in wrong.stderr and "Traceback" not in wrong.stderr


@pytest.mark.parametrize("option", ["-interactive", "--interactive"])
def test_python_stays_at_its_prompt(pair, option):
    again = f"program.wait()\nrun({str(pair[0])!r})\n"
    run = epysim("run", option, "-d", 2, pair[0], input=TALK.replace("\nprint", "\n\nprint", 1) + again + TALK + "nonsense\n")
    assert run.stdout.count("[0, 6] 2 3") == 2 and "NameError" in run.stderr
    assert "[2, 2]" in epysim("run", option, "-d", 2, pair[1], input="more(1)\n").stdout
    assert "\n3\n" in "\n" + epysim("run", option, "--cores", 3, input="numcores()\n").stdout


def test_what_the_host_s_python_is_not_for(pair):
    for options in (["-t"], ["-s"], ["-pp"], ["-h", "2"], ["--dialect", "modern"]):
        assert "with --full-python or --interactive there are no" in epysim("run", "-fullpython", *options, pair[0], code=2).stderr
    assert "takes no arguments" in epysim("run", "-fullpython", pair[0], "more", code=2).stderr
    assert "needs a FILE" in epysim("run", "-fullpython", code=2).stderr
    assert "cannot read" in epysim("run", "-fullpython", "nosuch.py", code=2).stderr
    assert "one FILE only, and 'more.py' comes" in epysim("run", pair[0], "more.py", code=2).stderr
    behind = epysim("run", pair[0], "--", "--mode", "x", code=2).stderr
    assert "'--mode' comes behind it; arguments are for host programs: add --full-python, or leave it out" in behind


def test_help():
    for options in (["-help"], ["-h"], ["--help"]):
        text = epysim("run", *options).stdout
        assert "--host-cores" in text and "Example:" in text
    assert "needs a value" in epysim("run", "-c", code=2).stderr
    assert "unknown option" in epysim("run", "-nosuch", "examples/hello.py", code=2).stderr


def test_a_failed_core_stops_the_others_or_not(tmp_path):
    program = tmp_path / "some.py"
    program.write_text("import parallel\ni = 0\nif coreid() == 1:\n  print 1 / i\nwhile i < 20000:\n  i += 1\nprint i\n")
    run = epysim("run", "-d", 3, program, code=1)
    assert run.stdout == "" and "some.py:4: ZeroDivisionError: division by zero (core 1" in run.stderr
    run = epysim("run", "-d", 3, "--keep-going", program, code=1)
    assert sorted(run.stdout.splitlines()) == ["[device 0] 20000", "[device 2] 20000"]
    assert "some.py:4: ZeroDivisionError: division by zero (core 1" in run.stderr


def test_exit_codes(tmp_path):
    bad = tmp_path / "bad.py"
    bad.write_text("print 1 +\n")
    assert "bad.py:1:" in epysim("run", bad, code=1).stderr
    epysim("run", tmp_path / "missing.py", code=2)
    (tmp_path / "broken.epb").write_bytes(b"EPYB nonsense")
    epysim("run", tmp_path / "broken.epb", code=2)


def test_module_path(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "helper.py").write_text("def double(n):\n  return n * 2\n")
    program = tmp_path / "prog.py"
    program.write_text("import helper\nprint double(4)\n")
    environment = {**os.environ, "EPYTHONPATH": f"/nowhere:{folder}"}
    run = subprocess.run([EPYSIM, "run", "-d", "1", program], capture_output=True, text=True, env=environment)
    assert run.stdout == "[device 0] 8\n"
