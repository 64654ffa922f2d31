"""Native programs on the board of PicoRV32 cores, by `epysim exec`, and their listing."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/isa"))
from elf import write_elf  # noqa: E402

EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PROGRAM = Path("tests/picorv32/data/program.elf")  # build.sh there
RISCV = 243
START = 0x100
NOP, EBREAK, MUL = 0x00000013, 0x00100073, 0x02B50533  # mul a0,a0,a1


def epysim(*arguments):
    return subprocess.run([EPYSIM, *map(str, arguments)], capture_output=True, text=True, timeout=60, cwd=ROOT)


def execute(file, *options):
    return epysim("exec", "--board", "pynq-picorv32", "--cores", "0", *options, file)


def trap(tmp_path, words, *options):
    """What is said when these words stop the core."""
    write_elf(tmp_path / "program.elf", RISCV, START, words, [("_start", START)])
    result = execute(tmp_path / "program.elf", *options)
    assert result.returncode == 1
    return result.stderr.splitlines()[0]


def test_a_program_of_the_compiler():
    seed, total = 1, 0
    for i in range(100):
        seed = (seed * 1103515245 + 12345) % 2**32
        total ^= seed >> (i & 15)
    result = execute(PROGRAM)
    assert (result.returncode, result.stdout, result.stderr) == (3, f"{total}\n", "")


def test_misuse_is_told_with_core_cycle_and_place(tmp_path):
    assert trap(tmp_path, [NOP, EBREAK]) == (
        "epysim: core 0, cycle 10, pc 0x00000104 <_start+0x4>: ebreak; the core halts [--silence trap]")  # fmt: skip
    assert trap(tmp_path, [NOP, 0]) == (
        "epysim: core 0, cycle 9, pc 0x00000104 <_start+0x4>: the half-word 0x00000000 is a compressed instruction, which this core has not:"
        " compile with -march=rv32im; the core halts [--silence unimplemented]")  # fmt: skip
    assert trap(tmp_path, [0x00102503]) == (
        "epysim: core 0, cycle 3, pc 0x00000100 <_start>: unaligned load of 4 bytes at 0x00000001; the core halts [--silence unaligned]")
    assert trap(tmp_path, [NOP, MUL], "--set", "picorv32.multiplier=false") == (
        "epysim: core 0, cycle 9, pc 0x00000104 <_start+0x4>: mul a0,a0,a1 needs a core with ENABLE_MUL: compile with -march=rv32i;"
        " the core halts [--silence unimplemented]")  # fmt: skip


def test_wrong_settings_are_refused():
    result = execute(PROGRAM, "--set", "picorv32.system_calls=bsd")
    assert (result.returncode, result.stderr) == (2, 'epysim: picorv32.system_calls: there is no "bsd"; use "linux" or "none"\n')
    result = execute(PROGRAM, "--set", "microblaze.divider=true")
    assert result.returncode == 2 and "no key 'microblaze.divider'" in result.stderr
    result = epysim("exec", "--board", "pynq", PROGRAM)
    assert result.returncode == 2 and "is for RISC-V, this board has MicroBlaze cores" in result.stderr


def test_listing_is_that_of_objdump_but_for_its_remarks():
    expected = re.sub(r" # .*", "", (ROOT / "tests/picorv32/data/program.listing").read_text()).replace("program.elf:", f"{PROGRAM}:")
    assert epysim("disasm", PROGRAM).stdout == expected
