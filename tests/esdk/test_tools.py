"""e-reset, e-loader, e-read, e-write and the others, as a shell uses them."""

import subprocess

import pytest
from esdk_tree import PATIENCE, PROGRAMS, ROOT
from exported import ADVANCE, EPYSIM


@pytest.fixture
def tool(esdk, board):
    def run(name, *arguments, code=0, **more):
        done = esdk.run(board, esdk.prefix / "tools/host/bin" / name, *arguments, **more)
        assert done.returncode == code, done.stderr
        return done.stdout

    return run


def test_words(tool, board):
    assert tool("e-write", "2", "3", "1002", "0x12345678", "9abcdef0") == ""
    assert tool("e-read", "2", "3", "0x1000", "3") == "[0x88b01000] = 0x12345678\n[0x88b01004] = 0x9abcdef0\n[0x88b01008] = 0x00000000\n"
    assert tool("e-read", "-r", "2", "3", "1004") == "0x9abcdef0\n"
    assert tool("e-write", "-1", "100", "cafe") == ""
    assert tool("e-read", "-1", "100") == "[0x8e000100] = 0x0000cafe\n"
    assert tool("e-read", "0", "1", "f0704") == "[0x809f0704] = 0x00000809\n"  # COREID
    assert board.shared[0x100:0x104] == b"\xfe\xca\0\0"


def test_loading(tool):
    program = PROGRAMS / "e_who.elf"
    tool("e-loader", program, "1", "2")
    assert tool("e-read", "-r", "1", "2", "0x7000") == "0x00000000\n"  # loaded, not started
    assert tool("e-read", "-r", "1", "2", "0x30") == "0x0000084a\n"
    tool("e-loader", "-r", "--start", program, "0", "0", "4", "4")
    for _ in range(200):  # each access lets time pass
        if tool("e-read", "-r", "3", "3", "0x7000") == "0x600d0000\n":
            break
    assert tool("e-read", "-r", "3", "3", "0x7000", "2") == "0x600d0000\n0x000008cb\n"
    tool("e-loader", "-s", program)
    assert tool("e-read", "-r", "0", "0", "0x30", "5") == "0x00000808\n0x00000020\n0x00000008\n0x00000001\n0x00000001\n"
    tool("e-reset", "-t")
    lines = tool("e-dump-regs", "-s", "0", "0").splitlines()
    assert lines[2:4] == ["PC           0x00000000", "DEBUGSTATUS  0x00000000"] and lines[-1] == "COREID       0x00000808" and len(lines) == 21
    assert len(tool("e-dump-regs", "0", "0").splitlines()) == 85
    assert tool("e-hw-rev") == "Platform: PARALLELLA1601\nCores: 4 x 4 from (32,8)\nHAL version: 0x050d0705\n"


def test_traced_events(tool, board):
    """The first call makes the region for them, each prints what is new."""
    assert tool("e-trace") == ""
    tool("e-loader", "-s", PROGRAMS / "e_trace.elf", "0", "0", "4", "4")
    board.command(ADVANCE, 10_000_000)
    lines = [line.split(maxsplit=1) for line in tool("e-trace").splitlines()]
    assert [int(time) for time, _ in lines] == sorted(int(time) for time, _ in lines)
    begun = [f"core 0x{0x808 + number // 4 * 64 + number % 4:03x} notice PROGRAM_START at 0: {number}" for number in range(15)]
    assert sorted(text for _, text in lines[:15]) == begun
    assert lines[15][1] == "core 0x808 debug USER1_START at 3: 254" and len(lines) == 30 + 16384
    assert tool("e-trace") == ""


def test_wrong_use(tool):
    for name, *arguments in (["e-read"], ["e-read", "0", "0"], ["e-read", "-2", "100"], ["e-read", "0", "0", "xyz"], ["e-read", "0", "0", "0", "0"],
                             ["e-write", "0"], ["e-loader"], ["e-loader", "-x", "f"], ["e-loader", "f", "1"], ["e-reset", "x"], ["e-dump-regs", "0"]):  # fmt: skip
        tool(name, *arguments, code=2)
    tool("e-read", "4", "0", "0", code=1)
    tool("e-read", "-1", "2000000", code=1)
    tool("e-loader", "/nowhere", code=1)


def test_cross_tools_say_what_is_missing(esdk, board):
    for name in ("e-gcc", "e-objcopy"):
        run = esdk.run(board, esdk.prefix / "tools/e-gnu/bin" / name, "--version", PATH="/usr/bin:/bin", EPYSIM_TOOLCHAIN="", XDG_CACHE_HOME=str(esdk.prefix))
        assert run.returncode == 2 and f"{name}: no epiphany-elf-{name[2:]} on PATH; `epysim toolchain` builds the cross compiler" in run.stderr


def test_a_board_for_one_command(esdk, tmp_path):
    """e-sim starts one, and ends it with the command, whose exit code it returns."""
    hello = esdk.make(ROOT / "examples/esdk/hello-world", "hello", tmp_path)
    environment = esdk.environment(EPYSIM=EPYSIM)
    run = lambda *command: subprocess.run(["e-sim", *command], env=environment, capture_output=True, text=True, timeout=PATIENCE)
    program = ROOT / "examples/esdk/hello-world/src/e_hello.elf"
    done = run(hello, program)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "core (3,2): hello, I am core 0x8ca"), done.stderr
    done = run("--time", "virtual", "--", "sh", "-c", 'e-read 0 0 f0704; ls "$EHAL_DEVICE" >&2; exit 7')
    assert (done.returncode, done.stdout, done.stderr) == (7, "[0x808f0704] = 0x00000808\n", "control\nmemory\n")
    done = run("--board", "nosuch", "true")
    assert done.returncode == 2 and "nosuch" in done.stderr
    assert run().returncode == 2
    environment["EPYSIM"] = ""
    done = run("true")
    assert done.returncode == 2 and "e-sim: no epysim on PATH; EPYSIM names it" in done.stderr
