"""`epysim board --export`: a host program's loads and stores, to a board that is a simulator."""

import struct
import subprocess

import pytest
from exported import (ADVANCE, COREID, CONFIG, DEBUGCMD, DEBUGSTATUS, EPYSIM, EXCHANGE, FSTATUS, ILAT, ILATCL, ILATST, IMASK, IPEND, IRET, PATIENCE, PC, RESET, ROOT,
                      STATUS, SYNC, Exported)  # fmt: skip

PROGRAMS = ROOT / "tests/epiphany/programs"

# mov r0, #0x1000; mov r1, #0; loop: add r1, r1, #1; str r1, [r0]; b loop: it counts in the word at 0x1000
COUNTER = bytes.fromhex("0b000201032093245420e0fe")


@pytest.fixture(params=["free", "virtual"])
def board(request, tmp_path):
    with Exported(tmp_path / "board", "--time", request.param) as exported:
        exported.virtual = request.param == "virtual"
        exported.go = lambda cycles: exported.command(ADVANCE, cycles)
        yield exported
    assert (exported.process.returncode, exported.errors, exported.left) == (0, "", [])


def test_every_core_shows_who_it_is(board):
    assert [core.read(COREID) << 20 for core in board.cores] == [core.window for core in board.cores]
    assert all((core.read(PC), core.read(IMASK)) == (0, 0x3FE) for core in board.cores)


def test_stores_of_any_size_anywhere(board):
    for number, core in enumerate(board.cores):
        core.memory[number : number + 37] = bytes(range(number, number + 37))
        core.memory[0x7FFF] = number
    board.shared[5:9] = b"abcd"
    board.command(EXCHANGE)
    for number, core in enumerate(board.cores):
        assert core.memory[number : number + 37] == bytes(range(number, number + 37)) and core.memory[0x7FFF] == number
    assert board.shared[:10] == b"\0\0\0\0\0abcd\0"


@pytest.mark.parametrize("program", ["hardware_barrier", "multicast"])
def test_programs_as_a_loader_starts_them(board, program):
    for core in board.cores:
        core.load(PROGRAMS / f"{program}.elf")
    for core in board.cores:
        core.write(ILATST, SYNC)
    board.go(200_000_000)
    board.await_(lambda: all(core.read(DEBUGSTATUS) & 1 for core in board.cores))  # exit halts
    board.process.terminate()
    output, _ = board.process.communicate(timeout=PATIENCE)
    expected = (PROGRAMS / f"{program}.expected").read_text()
    assert sorted(output.splitlines()) == sorted(expected.splitlines())


def counting(board, core):
    core.memory[0:4] = bytes.fromhex("e8140000")  # b 0x28
    core.memory[0x28 : 0x28 + len(COUNTER)] = COUNTER
    core.write(ILATST, SYNC)
    board.go(1000)
    board.await_(lambda: struct.unpack_from("<I", core.memory, 0x1000)[0] > 10)


def count(core):
    return struct.unpack_from("<I", core.memory, 0x1000)[0]


def test_halt_and_resume(board):
    core = board.cores[6]
    counting(board, core)
    core.write(DEBUGCMD, 1)
    board.command(EXCHANGE)
    board.await_(lambda: core.read(DEBUGSTATUS) & 1)
    board.command(EXCHANGE)
    halted = count(core)
    board.go(10_000)
    board.command(EXCHANGE)
    assert count(core) == halted
    core.write(DEBUGCMD, 0)
    board.go(10_000)
    board.await_(lambda: count(core) > halted)


def test_code_that_the_host_changes_under_a_running_core(board):
    core = board.cores[9]
    counting(board, core)
    core.memory[0x2E : 0x30] = struct.pack("<H", 0x2793)  # add r1, r1, #-1
    board.go(20_000)
    board.command(EXCHANGE)
    before = count(core)
    board.go(20_000)
    board.await_(lambda: (count(core) - before) & 0x80000000)


def test_soft_reset_of_a_running_core(board):
    """The steps of a loader that resets a core by a small program on it, as it would on silicon."""
    core = board.cores[3]
    counting(board, core)
    core.write(DEBUGCMD, 1)
    board.command(EXCHANGE)
    board.await_(lambda: core.read(DEBUGSTATUS) & 3 == 1)
    for register, value in ((CONFIG, 0), (IMASK, 0), (ILATCL, 0xFFFFFFFF), (IRET, 0x2C), (PC, 0x2C)):
        core.write(register, value)
        board.command(EXCHANGE)
    # movfs r0, ipend; sub r0, r0, #0; beq done; rti; done: gie; idle
    core.memory[0x2C:0x3A] = bytes.fromhex("1f15020433000002d2019201b201")
    core.write(FSTATUS, 1)
    core.write(DEBUGCMD, 0)
    board.go(1000)
    board.await_(lambda: (core.read(IPEND), core.read(ILAT), core.read(STATUS) & 1) == (0, 0, 0))
    before = count(core)
    board.go(10_000)
    assert count(core) == before
    core.load(PROGRAMS / "dma_2d.elf")
    core.write(IMASK, 0x3FE)
    core.write(ILATST, SYNC)
    board.go(10_000_000)
    board.await_(lambda: core.read(DEBUGSTATUS) & 1)


def test_reset_of_the_whole_board_keeps_shared_memory(board):
    for core in board.cores:
        counting(board, core)
    board.shared[100:104] = b"kept"
    board.command(RESET)
    assert all((core.read(PC), core.read(STATUS) & 1, count(core)) == (0, 0, 0) for core in board.cores)
    board.go(1000)
    assert all(count(core) == 0 for core in board.cores) and board.shared[100:104] == b"kept"


def test_virtual_time_passes_only_when_the_host_says_so_and_is_always_the_same(tmp_path):
    runs = []
    for _ in range(2):
        with Exported(tmp_path / "board", "--time", "virtual") as board:
            board.go = lambda cycles: board.command(ADVANCE, cycles)
            counting(board, board.cores[0])
            assert board.now == 1000
            board.go(12_345)
            runs.append((board.now, count(board.cores[0])))
    assert runs == [(13_345, runs[0][1])] * 2


# lwi r4, r0, 0x100; addik r4, r4, 1; swi r4, r0, 0x100; bri -12: it counts in the word at 0x100
SOFT_COUNTER = struct.pack("<4I", 0xE8800100, 0x30840001, 0xF8800100, 0xB800FFF4)
# addik r3, r0, 1; swi r3, r0, 0x40010000; swi r0, r0, 0x40010000; lwi r4, r0, 0x20000010; addik r4, r4, 5; swi r4, r0, 0x20000014; bri 0
ASK = struct.pack("<11I", 0x30600001, 0xB0004001, 0xF8600000, 0xB0004001, 0xF8000000, 0xB0002000, 0xE8800010, 0x30840005, 0xB0002000, 0xF8800014,
                  0xB8000000)  # fmt: skip


@pytest.fixture(params=["free", "virtual"])
def pynq(request, tmp_path):
    with Exported(tmp_path / "board", "--time", request.param, board="pynq") as exported:
        exported.go = lambda cycles: exported.command(ADVANCE, cycles)
        yield exported
    assert (exported.process.returncode, exported.errors, exported.left) == (0, "", [])


def soft_count(core):
    return struct.unpack_from("<I", core.memory, 0x100)[0]


def test_lines_hold_and_release_soft_cores(pynq):
    core = pynq.cores[6]
    core.line(True)
    core.memory[: len(SOFT_COUNTER)] = SOFT_COUNTER
    pynq.command(EXCHANGE)
    pynq.go(10_000)
    assert soft_count(core) == 0
    core.line(False)
    pynq.go(10_000)
    pynq.await_(lambda: soft_count(core) > 100)
    core.line(True)
    pynq.command(EXCHANGE)
    held = soft_count(core)
    pynq.go(10_000)
    pynq.command(EXCHANGE)
    assert soft_count(core) == held and all(soft_count(other) == 0 for other in pynq.cores if other is not core)
    core.memory[4:8] = struct.pack("<I", 0x3084FFFF)  # addik r4, r4, -1; block RAM is as it was
    core.line(False)
    pynq.go(10_000)
    pynq.await_(lambda: (soft_count(core) - held) & 0x80000000)


def test_soft_cores_share_memory_with_the_host_and_ask_for_its_attention(pynq):
    core = pynq.cores[3]
    pynq.shared[0x10:0x14] = struct.pack("<I", 37)  # the cores see it from 0x20000000 on
    core.line(True)
    core.memory[: len(ASK)] = ASK
    pynq.command(EXCHANGE)
    core.line(False)
    pynq.go(1000)
    pynq.await_(lambda: struct.unpack_from("<I", pynq.shared, 0x14)[0] == 42)
    pynq.await_(lambda: core.requesting)
    assert not pynq.cores[2].requesting
    core.line(True, 16)
    pynq.go(1000)
    pynq.await_(lambda: not core.requesting)
    core.requests[:4] = b"\xff" * 4  # nothing that a host stores there counts
    pynq.go(1000)
    pynq.command(EXCHANGE)


def test_one_board_per_folder(tmp_path):
    with Exported(tmp_path) as board:
        second = subprocess.run([EPYSIM, "board", "--export", tmp_path], capture_output=True, text=True, timeout=PATIENCE)
        assert second.returncode == 2 and f"--export {tmp_path}: another board is exported there" in second.stderr
        assert board.cores[5].read(COREID) == 0x849  # the first one is as it was
        board.command(EXCHANGE)
    board.process.wait()
    with Exported(tmp_path) as board:
        board.process.kill()
        board.process.wait()
    with Exported(tmp_path) as board:  # over what the killed one has left behind
        board.command(EXCHANGE)


@pytest.mark.parametrize(
    "options, why",
    [
        ([], "--export is required"),
        (["--export", "/proc/nowhere"], "--export /proc/nowhere: the folder cannot be made"),
        (["--export", "FOLDER", "--time", "real"], "--time"),
        (["--export", "FOLDER", "--board", "nosuch"], "nosuch"),
        (["--export", "FOLDER", "--access", "-1"], "--access"),
        (["--export", "FOLDER", "--traps", "gdb"], "--traps"),
        (["--export", "FOLDER", "--traps", "halt", "--board", "pynq"], "--traps halt is for Epiphany cores"),
        (["--export", "FOLDER", "--set", "device.shared_offset=0x80800000"], "shared memory and the cores would overlap"),
        (["--export", "FOLDER", "--set", "device.windows_offset=0x80000000"], "behind the first 4 GB"),
        (["--export", "FOLDER", "--board", "pynq", "--set", "chip.window_stride=1G"], "would end beyond 32-bit addresses"),
    ],
)
def test_what_cannot_be(tmp_path, options, why):
    run = subprocess.run([EPYSIM, "board", *(str(tmp_path) if option == "FOLDER" else option for option in options)], capture_output=True, text=True,
                         timeout=PATIENCE)  # fmt: skip
    assert (run.returncode, run.stdout) == (2, "") and why in run.stderr
    assert list(tmp_path.iterdir()) == []
