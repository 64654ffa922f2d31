"""Native programs on the board of soft cores, by `epysim exec --board pynq`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from assembled import constant, word, write_elf  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
START = 0x100


def run(tmp_path, words, *options):
    write_elf(tmp_path / "program.elf", START, words, [("_start", START)])
    command = [EPYSIM, "exec", "--board", "pynq", "--cores", "0", *options, str(tmp_path / "program.elf")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def diagnosis(tmp_path, words, *options):
    """The one line that a program of one mistake, which comes second, gets, without what all have; and whether it goes on to its end, which is 9."""
    result = run(tmp_path, [*words, *leave(9)], *options)
    head, _, text = result.stderr.splitlines()[0].partition(" <_start+0x4>: ")
    assert re.fullmatch(r"epysim: core 0, cycle \d+, pc 0x00000104", head), result.stderr
    assert result.stderr.count("epysim: core 0, cycle") == 1
    return text, result.returncode == 9


def leave(code):
    return [word("addik", 5, 0, code), word("addik", 12, 0, 1), word("brki", 14, 8)]


def test_hello(tmp_path):
    text = b"hello\n\0\0"
    code = [word("addik", 12, 0, 4), word("addik", 5, 0, 1), *constant(6, START + 4 * 9), word("addik", 7, 0, 6), word("brki", 14, 8)]
    code += leave(7)
    code += [int.from_bytes(text[i : i + 4], "little") for i in (0, 4)]
    result = run(tmp_path, code)
    assert (result.returncode, result.stdout, result.stderr) == (7, "hello\n", "")


def test_an_instruction_that_the_core_lacks_is_named_with_the_remedy(tmp_path):
    code = [word("addik", 5, 0, 6), word("mul", 5, 5, 5), word("addik", 12, 0, 1), word("brki", 14, 8)]
    result = run(tmp_path, code)
    assert result.returncode != 0
    assert "mul r5, r5, r5 needs a core with C_USE_HW_MUL of 1 or 2: compile with -mxl-soft-mul; the core halts" in result.stderr
    assert "_start+0x4" in result.stderr
    assert run(tmp_path, code, "--set", "microblaze.multiplier=1").returncode == 36
    assert run(tmp_path, code, "--set", "microblaze.undefined=nop").returncode == 6


NOP = word("addk", 0, 0, 0)


@pytest.mark.parametrize(
    "words, options, expected",
    [
        ([NOP, word("bslli", 3, 4, 5)], [], "bslli r3, r4, 5 needs a core with C_USE_BARREL: compile without -mxl-barrel-shift"),
        ([NOP, word("idivu", 3, 4, 5)], [], "idivu r3, r4, r5 needs a core with C_USE_DIV: compile with -mxl-soft-div"),
        ([NOP, word("mulh", 3, 4, 5)], ["multiplier=1"], "mulh r3, r4, r5 needs a core with C_USE_HW_MUL of 2: compile without -mxl-multiply-high"),
        ([NOP, word("fadd", 3, 4, 5)], [], "fadd r3, r4, r5 needs a core with C_USE_FPU of 1 or 2: compile with -msoft-float"),
        ([NOP, word("fint", 3, 4)], ["fpu=1"], "fint r3, r4 needs a core with C_USE_FPU of 2: compile without -mxl-float-convert and -mxl-float-sqrt"),
        ([NOP, word("clz", 3, 4)], [], "clz r3, r4 needs a core with C_USE_PCMP_INSTR: compile without -mxl-pattern-compare"),
        ([NOP, word("swapb", 3, 4)], ["reorder_instructions=false"], "swapb r3, r4 needs a core with C_USE_REORDER_INSTR: compile with -mno-xl-reorder"),
        ([NOP, word("msrset", 3, 4)], [], "msrset r3, 4 needs a core with C_USE_MSR_INSTR: use MFS and MTS instead"),
        ([NOP, word("get", 3, 0)], [], "get r3, rfsl0 needs a core with C_FSL_LINKS: there is nothing to replace it"),
    ],
)
def test_instructions_of_options_that_are_off(tmp_path, words, options, expected):
    settings = [each for option in options for each in ("--set", f"microblaze.{option}")]
    assert diagnosis(tmp_path, words, *settings) == (f"{expected}; the core halts [--silence unimplemented]", False)


@pytest.mark.parametrize(
    "words, expected, goes_on",
    [
        ([word("imm", 1), word("lwi", 3, 0, 0x10)], "load from 0x00010010, where nobody answers: reads 0 [--silence unmapped]", True),
        ([word("imm", 1), word("sbi", 3, 0, 0x13)], "store to 0x00010013, where nobody answers [--silence unmapped]", True),
        ([word("imm", 0x4000), word("lwi", 3, 0, 0)], "load from 0x40000000, where nobody answers: reads 0 [--silence unmapped]", True),
        ([NOP, word("lwi", 3, 0, 0x107)], "unaligned load of 4 bytes at 0x00000107: uses 0x00000104 [--silence unaligned]", True),
        ([NOP, word("shi", 3, 0, 0x201)], "unaligned store of 2 bytes at 0x00000201: uses 0x00000200 [--silence unaligned]", True),
        ([word("brid", 8), word("bri", 8)], "bri 8 in a delay slot, where no branch, break or IMM may be; the core halts [--silence slot]", False),
        ([word("brid", 8), word("imm", 8)], "imm 8 in a delay slot, where no branch, break or IMM may be; the core halts [--silence slot]", False),
        ([word("brid", 8), word("brki", 14, 8)], "brki r14, 8 in a delay slot, where no branch, break or IMM may be; the core halts [--silence slot]", False),
        ([NOP, 0xFFFFFFFF], "the word 0xffffffff is no instruction; the core halts [--silence unimplemented]", False),
    ],
)
def test_breaking_a_rule_is_diagnosed_once(tmp_path, words, expected, goes_on):
    assert diagnosis(tmp_path, words) == (expected, goes_on)


@pytest.mark.parametrize(
    "instruction, expected, goes_on",
    [
        (word("get", 3, 1), "get r3, rfsl1: nothing is connected to stream link 1: the core waits until an interrupt [--silence link]", False),
        (word("get", 3, 0x4001), "nget r3, rfsl1: nothing is connected to stream link 1: no data [--silence link]", True),
        (word("put", 3, 0x4001), "nput r3, rfsl1: nothing is connected to stream link 1: no room [--silence link]", True),
        (word("put", 3, 0x4002), "nput r3, rfsl2: there is no stream link 2 (C_FSL_LINKS is 2): no room [--silence link]", True),
    ],
)
def test_streams_lead_nowhere(tmp_path, instruction, expected, goes_on):
    assert diagnosis(tmp_path, [NOP, instruction], "--set", "microblaze.stream_links=2") == (expected, goes_on)


# For the one that sleeps: synchronised in 2, awake in 4, at the vector in 3, BRAI 3, the handler's prologue and address 19, its load 10.
@pytest.mark.parametrize("core, cycles", [("0-0", 41), ("1-1", 39), ("6-6", 41)])
def test_a_timer_interrupts_its_core(core, cycles):
    program = ROOT / "tests/microblaze/programs/interrupts.elf"
    command = [EPYSIM, "exec", "--board", "pynq", "--cores", core, str(program)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (cycles, "")


def test_running_out_of_the_block_ram(tmp_path):
    result = run(tmp_path, [word("imm", 1), word("brai", 0)])
    assert result.returncode == 1
    line = "epysim: core 0, cycle 14, pc 0x00010000: instruction fetch from 0x00010000: there is code in block RAM only; the core halts"
    assert result.stderr.startswith(line)


def test_a_program_that_is_too_large(tmp_path):
    write_elf(tmp_path / "program.elf", START, leave(0), [("_start", START)], room=0x20000)
    command = [EPYSIM, "exec", "--board", "pynq", "--cores", "0", str(tmp_path / "program.elf")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert result.stderr.endswith("--set chip.local_bytes=1M gives the cores more block RAM than the board has\n")
    assert subprocess.run([*command, "--set", "chip.local_bytes=1M"], timeout=60).returncode == 0


BIG = ("--set", "microblaze.endianness=big")


def test_a_big_endian_program(tmp_path):
    """Stores a word and a half-word, and says what their first bytes are; its text is where a big-endian ELF has it."""
    code = [word("addik", 3, 0, 0x41), word("swi", 3, 0, 0x200), word("lbui", 5, 0, 0x203), word("lhui", 6, 0, 0x202), word("addk", 5, 5, 6)]
    code += [word("addik", 12, 0, 1), word("brki", 14, 8)]
    write_elf(tmp_path / "big.elf", START, code, [("_start", START)], order=">")
    command = [EPYSIM, "exec", "--board", "pynq", "--cores", "0"]
    assert subprocess.run([*command, *BIG, str(tmp_path / "big.elf")], timeout=60).returncode == 0x82
    assert run(tmp_path, code).returncode == 0  # the same on a little-endian core: the byte is at the other end
    refused = subprocess.run([*command, str(tmp_path / "big.elf")], capture_output=True, text=True, timeout=60)
    expected = f"epysim: {tmp_path}/big.elf: this ELF is big-endian, the cores of this board are little-endian; compile it with -mlittle-endian\n"
    assert (refused.returncode, refused.stderr) == (2, expected)
    refused = run(tmp_path, leave(0), *BIG)
    assert "this ELF is little-endian, the cores of this board are big-endian; compile it with -mbig-endian" in refused.stderr
    listing = subprocess.run([EPYSIM, "disasm", str(tmp_path / "big.elf")], capture_output=True, text=True, timeout=60).stdout.splitlines()
    assert listing[1] == f"{tmp_path}/big.elf:     file format elf32-microblaze"
    assert listing[7] == " 100:\t30600041 \taddik\tr3, r0, 65"


def test_system_calls_can_be_left_to_the_program(tmp_path):
    code = [word("bri", 8), word("bri", 0), word("brki", 14, 8)]
    result = run(tmp_path, code, "--set", "microblaze.system_calls=none", "--max-cycles", "1000")
    assert "no service" not in result.stderr
    assert result.returncode == 1


def test_wrong_options_are_refused(tmp_path):
    result = run(tmp_path, leave(0), "--set", "microblaze.stages=4")
    assert (result.returncode, result.stderr) == (2, "epysim: microblaze.stages: there are pipelines of 3 and 5 stages\n")
    result = run(tmp_path, leave(0), "--set", "microblaze.undefined=ignore")
    assert result.stderr == 'epysim: microblaze.undefined: there is no "ignore"; use "nop" or "halt"\n'


def test_disasm(tmp_path):
    code = [word("brlid", 15, 8), word("addk", 3, 4, 5), word("bri", -8), word("imm", 0), word("addik", 3, 0, START), word("addik", 3, 0, START + 4)]
    write_elf(tmp_path / "program.elf", START, code, [("_start", START), ("_next", START + 8)])
    result = subprocess.run([EPYSIM, "disasm", str(tmp_path / "program.elf")], capture_output=True, text=True, timeout=60)
    assert result.stdout.splitlines()[1:] == [
        f"{tmp_path}/program.elf:     file format elf32-microblazeel", "", "", "Disassembly of section .text:", "",
        "00000100 <_start>:", " 100:\tb9f40008 \tbrlid\tr15, 8\t// 108 <_next>", " 104:\t10642800 \taddk\tr3, r4, r5", "",
        "00000108 <_next>:", " 108:\tb800fff8 \tbri\t-8\t// 100 <_start>",
        " 10c:\tb0000000 \timm\t0", " 110:\t30600100 \taddik\tr3, r0, 256\t// 100 <_start>", " 114:\t30600104 \taddik\tr3, r0, 260",
    ]
