"""Several host processes, and hosts whose board is not what they expect."""

import subprocess

import pytest
from esdk_tree import PATIENCE, PROGRAMS, ROOT
from exported import DEBUGSTATUS, PC


def test_regions_of_another_process(esdk, board, tmp_path):
    """Their names stay; the next process's first call clears what is in them, as the original did, unless that is fixed."""
    region = esdk.make(PROGRAMS, "region", tmp_path)
    run = lambda what, **more: esdk.run(board, region, what, **more).stdout
    assert run("make") == ""
    assert run("look", EHAL_FIX="shm-contents") == "'kept' at 0x8f004a38, 2 users\n"
    assert run("look", EHAL_FIX="shm-base,shm-contents") == "'kept' at 0x8f004a40, 3 users\n"
    assert run("look", EHAL_FIX="all") == "'kept' at 0x8f004a40, 4 users\n"
    assert run("look") == "'' at 0x8f004a38, 5 users\n"
    assert [run("drop") for _ in range(5)] == 5 * ["released\n"]
    again = esdk.run(board, region, "drop")
    assert again.returncode == 1 and "e_shm_release: shared: there is no region of this name" in again.stderr


def test_the_table_can_be_cleared(esdk, board, tmp_path):
    region = esdk.make(PROGRAMS, "region", tmp_path)
    assert esdk.run(board, region, "make").returncode == 0
    assert esdk.run(board, region, "make").returncode == 1
    assert esdk.run(board, esdk.prefix / "tools/host/bin/e-clear-shmtable").returncode == 0
    assert esdk.run(board, region, "make").returncode == 0


OVERWRITTEN = "the table of named regions at 0x8f000000 has been overwritten"


@pytest.mark.parametrize(
    "program, output, warnings",
    [
        ("heap_fast", ["core: attach 0, heap 0x8f000008, attach -1", "host: kept, attach -1", "again 0"],
         [f"e_read: {OVERWRITTEN}. A program's heap begins there", f"e_shm_attach: {OVERWRITTEN}: its regions are gone, it is made anew."]),
        ("heap_fast_behind", ["core: attach 0, heap 0x8f400008, attach 0", "host: kept, attach 0", "again 0"], []),
    ],
)  # fmt: skip
def test_a_heap_where_the_table_is(esdk, board, tmp_path, program, output, warnings):
    """Both sides notice, and say so once; a program that is linked for a core of row 34 has its heap behind the regions."""
    run = esdk.run(board, esdk.make(PROGRAMS, "heap", tmp_path), PROGRAMS, program)
    assert (run.returncode, run.stdout.splitlines()) == (0, [*output, "PASSED"]), run.stdout + run.stderr
    assert run.stderr.count(OVERWRITTEN) == len(warnings) and all(warning in run.stderr for warning in warnings)


def test_a_table_that_was_overwritten_before(esdk, board, tmp_path):
    """The next process is told, too; a blank memory is nothing to speak of."""
    region = esdk.make(PROGRAMS, "region", tmp_path)
    assert esdk.run(board, region, "make").stderr == ""
    board.shared[0x1000004:0x1000008] = b"\x71\0\0\0"
    run = esdk.run(board, region, "drop")
    assert run.returncode == 1 and f"e_shm_release: {OVERWRITTEN}: its regions are gone, it is made anew." in run.stderr
    assert esdk.run(board, region, "make").stderr == ""


def test_cores_wait_for_a_debugger(esdk, board):
    """With EHAL_GDBSERVER, before their first instruction."""
    loader = esdk.prefix / "tools/host/bin/e-loader"
    assert esdk.run(board, loader, "-s", PROGRAMS / "e_who.elf", "0", "0", "1", "2", EHAL_GDBSERVER="yes").returncode == 0
    for core in board.cores[:2]:
        assert (core.read(DEBUGSTATUS) & 1, core.memory[0x7000:0x7004]) == (1, bytes(4))
        assert core.read(PC) == 0
    assert esdk.run(board, loader, "-s", PROGRAMS / "e_count.elf", EHAL_GDBSERVER="").returncode == 0
    assert board.cores[0].read(DEBUGSTATUS) & 1 == 0


@pytest.mark.parametrize("board", ["free", "virtual"], indirect=True)
@pytest.mark.parametrize("what", ["READ", "SLEEP", "REGISTER"])
@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_the_board_ends(esdk, board, tmp_path, what, how):
    """A host that waits is told, and does not hang; even if the simulator had no chance to say so."""
    waits = esdk.make(PROGRAMS, "waits", tmp_path)
    with subprocess.Popen([waits, what], env=esdk.environment(EHAL_DEVICE=str(board.folder)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as host:
        assert host.stdout.readline() == "waiting\n"
        getattr(board.process, how)()
        try:
            output, errors = host.communicate(timeout=PATIENCE)
        finally:
            host.kill()
    assert (host.returncode, output) == (0, "it is gone\n")
    assert "the exported board has ended" in errors


def test_no_such_board(esdk, board, tmp_path):
    reset = esdk.prefix / "tools/host/bin/e-reset"
    (tmp_path / "empty").mkdir()
    for device, why in [
        ("/nowhere", "no board at /nowhere: No such file or directory; EHAL_DEVICE names a driver's device (/dev/epiphany/mesh0) or a folder made by epysim"),
        (tmp_path / "empty", f"no board at {tmp_path}/empty/memory: No such file or directory"),
        ("", "no board at /dev/epiphany/mesh0: No such file or directory"),
    ]:
        run = subprocess.run([reset], env=esdk.environment(EHAL_DEVICE=str(device)), capture_output=True, text=True, timeout=PATIENCE)
        assert run.returncode == 1 and why in run.stderr
    other = tmp_path / "other.hdf"
    other.write_text((ROOT / "esdk/bsps/parallella/platform.hdf").read_text().replace("CHIP_COL           8", "CHIP_COL 4"))
    run = esdk.run(board, reset, EPIPHANY_HDF=str(other))
    assert run.returncode == 1 and "where the platform has core 0x804, COREID is 0x000: the platform file is of another board" in run.stderr
