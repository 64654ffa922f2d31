"""Item 13: the command line in today's spelling and in the published one."""

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


def test_what_is_done_elsewhere(who):
    text = epysim("run", "-fullpython", who, code=2).stderr
    assert "python3 FILE.py" in text and 'epython.run("PROGRAM.py")' in text
    assert "epysim serve" in epysim("run", "-interactive", who, code=2).stderr


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
