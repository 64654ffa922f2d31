"""Native programs on the board of soft cores, by `epysim exec --board pynq`."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from assembled import constant, word, write_elf  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
START = 0x100


def run(tmp_path, words, *options):
    write_elf(tmp_path / "program.elf", START, words, [("_start", START)])
    command = [EPYSIM, "exec", "--board", "pynq", "--cores", "0", *options, str(tmp_path / "program.elf")]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


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
