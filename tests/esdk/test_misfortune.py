"""Boards that go wrong, and programs that reach beyond them."""

import pytest
from esdk_tree import PROGRAMS
from exported import ADVANCE, EXCHANGE, Exported

FREE = 0  # enum epx_time


def test_a_core_that_is_stuck_is_named(esdk, tmp_path):
    """It cannot be loaded, which is said in a time that ends; and no reset helps."""
    stuck = esdk.make(PROGRAMS, "stuck", tmp_path)
    with Exported(tmp_path / "board", "--time", "virtual", "--fault", "core.stop=5", "--fault", "core.at=1") as board:
        run = esdk.run(board, stuck, PROGRAMS)
    assert (run.returncode, run.stdout) == (0, "load -1\nreset the group 0\nload -1\nreset the system 0\nload -1\n")
    assert run.stderr.count("e_load_group: core 0x849 does not leave its interrupts: reset the whole board") == 3


@pytest.mark.parametrize("board", ["virtual", "free"], indirect=True)
def test_a_load_that_never_ends(esdk, board, tmp_path):
    """The core cannot be reset without the whole board; a reset of its group says so after 100 ms of the board's time, loading after 10."""
    hang = esdk.make(PROGRAMS, "hang", tmp_path)
    run = esdk.run(board, hang, PROGRAMS)
    time, passed = run.stdout.splitlines()
    assert (run.returncode, passed) == (0, "PASSED"), run.stderr
    assert board.field(8) == FREE or time == "100.0 ms"
    for call in ("e_reset_group", "e_load_group"):
        assert f"{call}: core 0x84a waits for a load from outside that never ends; it cannot be reset alone: reset the whole board" in run.stderr


def test_stores_outside_the_board_arrive_nowhere(esdk, tmp_path):
    with Exported(tmp_path / "board", "--time", "virtual") as board:
        assert esdk.run(board, esdk.prefix / "tools/host/bin/e-loader", "-s", PROGRAMS / "e_outside.elf").returncode == 0
        board.command(ADVANCE, 1_000_000)
        board.command(EXCHANGE)
        assert board.cores[0].memory[0x7000:0x7008] == bytes.fromhex("00000d600b000000")
        assert b"\xef\xbe\xad\xde" not in board.shared[:]
        assert all(b"\xef\xbe\xad\xde" not in core.memory[:] for core in board.cores[1:])
    assert board.errors.count("where nothing answers: lost") == 11
