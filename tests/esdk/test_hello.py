"""The example: its host program is built by its make file, and starts a device program core by core."""

import pytest
from esdk_tree import ROOT

EXAMPLE = ROOT / "examples/esdk/hello-world"


@pytest.mark.parametrize("board", ["free", "virtual"], indirect=True)
def test_hello(esdk, board, tmp_path):
    hello = esdk.make(EXAMPLE, "hello", tmp_path)
    for _ in range(2):
        run = esdk.run(board, hello, EXAMPLE / "src/e_hello.elf")
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.splitlines() == [
            "core (0,1): hello, I am core 0x809",
            "core (1,0): hello, I am core 0x848",
            "core (2,3): hello, I am core 0x88b",
            "core (3,2): hello, I am core 0x8ca",
        ]
