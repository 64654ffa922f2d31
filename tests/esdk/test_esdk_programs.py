"""Programs of the eSDK, host and device: each checks by itself. Hosts are built with the system's compiler, for 64 and for 32 bits."""

import subprocess

import pytest
from esdk_tree import PROGRAMS

NAMES = ["barrier", "config_block", "dma_remote", "groups", "layout", "load_clears", "mutex", "registers", "reload", "reopen",
         "round_trip", "shm", "start_group", "trace"]
CHECKS = {"ctimer": 26, "dma_copy": 2353, "dma_2d": 8, "interrupts": 6, "startup": 4,
          "events": 32, "wand": 101, "own_registers": 57, "march": 83, "loops": 80, "modes": 11, "unaligned": 13, "testset": 5}  # programs that check on each core, and how often


def passes(esdk, board, tmp_path, name, bits, *arguments):
    program = esdk.make(PROGRAMS, name, tmp_path, bits)
    run = esdk.run(board, program, PROGRAMS, *arguments)
    assert (run.returncode, run.stdout.splitlines()[-1:]) == (0, ["PASSED"]), run.stdout + run.stderr
    return run


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("name", NAMES)
def test_in_virtual_time(esdk, board, tmp_path, name, bits):
    passes(esdk, board, tmp_path, name, bits)


@pytest.mark.parametrize("board", ["free"], indirect=True)
@pytest.mark.parametrize("name", NAMES)
def test_in_free_time(esdk, board, tmp_path, name):
    passes(esdk, board, tmp_path, name, 64)


@pytest.mark.parametrize("name", CHECKS)
def test_on_each_core(esdk, board, tmp_path, name):
    passes(esdk, board, tmp_path, "checks", 64, name, str(CHECKS[name]))


@pytest.mark.parametrize("board", ["free", "virtual"], indirect=True)
def test_structures_with_pointers(esdk, board, tmp_path):
    """They have the same layout for hosts of 32 bits and for the cores."""
    passes(esdk, board, tmp_path, "pointers", 32)


@pytest.mark.parametrize("board, what", [("boost", "POINTER"), ("boost", "CLOCK"), ("free", "POINTER"), ("virtual", "CLOCK")], indirect=["board"])
def test_hosts_that_wait_without_a_call(esdk, board, tmp_path, what):
    passes(esdk, board, tmp_path, "spins", 64, what)


def test_a_host_that_waits_for_ever_is_told(esdk, board, tmp_path):
    """In virtual time a pointer shows nothing new until time passes, and nothing lets it."""
    spins = esdk.make(PROGRAMS, "spins", tmp_path)
    with subprocess.Popen([spins, PROGRAMS, "POINTER"], env=esdk.environment(EHAL_DEVICE=str(board.folder)), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as host:  # fmt: skip
        assert host.stdout.readline() == "waiting\n"
        told = host.stderr.readline()
        host.kill()
    assert "it waits for ever; with `epysim board --export --time boost` (or free) the board goes on meanwhile" in told


def test_clocks_show_virtual_time(esdk, board, tmp_path):
    first = passes(esdk, board, tmp_path, "timings", 64)
    assert passes(esdk, board, tmp_path, "timings", 64).stdout == first.stdout
