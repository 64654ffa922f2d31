"""vm/images/share_returns.py: what of a function's end may be shared, and that it means the same then."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "vm/images"))

import share_returns  # noqa: E402

RESTORE = ["\tldr r6,[sp,#3]", "\tldr lr,[sp,#2]", "\tadd sp,sp,#16", "\tldrd r4,[sp]", "\trts"]


def test_a_result_that_is_set_between_comes_first():
    lines = ["\tbl _f", *RESTORE[:3], "\tmov r0,r4", *RESTORE[3:]]
    assert share_returns.find(lines, 6) == (1, tuple(RESTORE), ["\tmov r0,r4"])


def test_a_result_that_is_loaded_just_before_stays_behind_its_load():
    for load in ("\tldr r5,[sp,#4]", "\tldrd r4,[sp,#4]", "\tldr r0,[sp,#4]"):
        lines = ["\tbl _f", load, "\tmov r0,r5", "\tldr lr,[sp,#3]", "\tadd sp,sp,#16", "\trts"]
        assert share_returns.find(lines, 5) == (2, tuple(lines[3:]), ["\tmov r0,r5"])


def test_ends_are_shared_and_one_is_the_end_of_another(tmp_path):
    functions = {"a": ["_a:", *RESTORE], "b": ["_b:", ".LM7:", *RESTORE], "c": ["_c:", *RESTORE[1:]], "d": ["_d:", "\tmov r0,r1", "\trts"]}
    files = []
    for name, lines in functions.items():
        files.append(tmp_path / f"{name}.s")
        files[-1].write_text("\n".join(lines) + "\n")
    tails = tmp_path / "tails.s"
    share_returns.main(tails, map(str, files))
    whole, part = "epy_return_1", "epy_return_0"
    jumps = [file.read_text().splitlines()[-1] for file in files]
    assert jumps[:2] == [jumps[0]] * 2 and jumps[0] in (f"\tb {whole}", f"\tb {part}")
    assert jumps[2] in (f"\tb {whole}", f"\tb {part}") and jumps[2] != jumps[0]
    assert files[1].read_text().splitlines()[1] == ".LM7:"
    assert files[3].read_text().splitlines() == functions["d"]
    text = [line for line in tails.read_text().splitlines() if line.startswith("\t") and not line.startswith("\t.")]
    assert text == RESTORE
