"""What the C library asks the system for, with somebody to answer and without."""

import pytest
from esdk_tree import PROGRAMS, ROOT
from exported import ADVANCE, DEBUGSTATUS, EXCHANGE, Exported

PRINT = PROGRAMS / "e_print.elf"


@pytest.mark.parametrize(
    "traps, output, errors, result",
    [
        ("serve", "hello from 0x808\n", "", 2),
        ("halt", "", "TRAP 7 has no service: the core halts", 1),  # fstat of the console
    ],
)
def test_printing(esdk, tmp_path, traps, output, errors, result):
    with Exported(tmp_path, "--time", "virtual", "--traps", traps) as board:
        assert esdk.run(board, esdk.prefix / "tools/host/bin/e-loader", "-s", PRINT).returncode == 0
        board.command(ADVANCE, 10_000_000)
        board.command(EXCHANGE)
        core = board.cores[0]
        assert core.read(DEBUGSTATUS) & 1
        assert core.memory[0x7004:0x7008] == bytes([result, 0, 0, 0])
    assert board.output == output and errors in board.errors and (errors == "") == (board.errors == "")


def test_the_end_is_no_mistake_where_nobody_serves(esdk, tmp_path):
    with Exported(tmp_path, "--time", "virtual", "--traps", "halt") as board:
        hello = esdk.make(ROOT / "examples/esdk/hello-world", "hello", tmp_path / "bin")
        run = esdk.run(board, hello, ROOT / "examples/esdk/hello-world/src/e_hello.elf")
        assert run.stdout.splitlines()[3] == "core (3,2): hello, I am core 0x8ca"
    assert board.errors == ""
