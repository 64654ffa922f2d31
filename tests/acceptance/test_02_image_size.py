"""The Epiphany's image: resident below 24 KB, nothing of a C library in it, little writable data, and what data by reference take of it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "vm" / "images"))
import manifest  # noqa: E402

ENTRY = manifest.entries()["epiphany"]
ELF = manifest.Elf(manifest.file_of("epiphany"))
OURS = {"memcpy", "memset"}  # what GCC may call for structures, from vm/device/freestanding


def test_everything_resident_lies_below_24_kb():
    assert all(last <= 0x6000 for _, last in ELF.loaded())
    assert dict(ELF.symbols())["resident_end"] <= 24_576
    assert dict(ELF.symbols())["resident_limit"] == 0x6000


def test_nothing_of_a_c_library_is_in_it():
    names = {name.removeprefix("_") for name, _ in ELF.symbols() if not name.endswith(".c")}
    known = {"malloc", "free", "printf", "exit", "atexit", "strlen", "abort", "memmove", "errno", "impure_ptr", "sbrk", "main"}
    assert names & known == set()
    assert {name for name in names if name.startswith(("mem", "str"))} <= OURS


def test_there_is_little_writable_data():
    assert sum(size for name, size in ELF.section_sizes().items() if name in (".data", ".bss", ".boot")) <= 1024


def test_data_by_reference_take_little():
    assert 0 < ENTRY["references_bytes"] <= 1.2 * 1024  # vm/images/build.sh: with and without
