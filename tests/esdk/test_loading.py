"""What e_load makes of files: segments of all kinds, sections with old names, SREC; and files that are no programs."""

import random
import subprocess

import pytest
from esdk_tree import PATIENCE, PROGRAMS
from images import elf, segments_of, srec

NEW, OLD = ("workgroup_cfg", "ext_mem_cfg", "loader_cfg"), ("workgroup_config", "external_mem_config")
SECTIONS = [(name, address) for name, address in zip(NEW, (0x28, 0x50, 0x58))]
GROUP = [3, 0, 0x849, 33, 9, 2, 2, 0, 0, 0xDEADBEEF, 5, 0x8E000000]


@pytest.fixture
def load(esdk, board, tmp_path):
    program = esdk.make(PROGRAMS, "load", tmp_path)

    def run(*files, **more):
        names = []
        for number, contents in enumerate(files):
            names.append(tmp_path / f"{number}.elf")
            names[-1].write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        environment = esdk.environment(EHAL_DEVICE=str(board.folder), **more)
        run = subprocess.run([program], input="".join(f"{name}\n" for name in names), capture_output=True, text=True, env=environment, timeout=PATIENCE)
        assert run.returncode == 0, run.stderr
        return [int(line) for line in run.stdout.split()], run.stderr

    return run


def words(board, core, offset, count):
    memory = board.cores[core].memory
    return [int.from_bytes(memory[at : at + 4], "little") for at in range(offset, offset + 4 * count, 4)]


def test_segments_go_where_they_say(load, board):
    """A core's own address, an address of another core, shared memory; one without bytes; zeros beyond the file's bytes, but stale ones in shared memory."""
    board.shared[0x1000:0x1010] = b"old contents ..."
    board.cores[1].memory[0x3FF8:0x4010] = b"x" * 24
    file = elf([(0x200, b"here", 8), (0x80904000, b"there", 5), (0x8E001000, b"share", 12), (0x3000, b"", 0)], SECTIONS)
    assert load(file) == ([0], "")
    assert board.cores[5].memory[0x1FC:0x210] == bytes(4) + b"here" + bytes(12)
    assert board.cores[1].memory[0x3FF8:0x4010] == b"x" * 8 + b"there" + b"x" * 11
    assert board.shared[0x1000:0x1010] == b"shareontents ..."
    assert words(board, 5, 0x28, 16) == [*GROUP, 1, 0, 0, 0]
    assert load(file, EHAL_FIX="dram-bss") == ([0], "")
    assert board.shared[0x1000:0x1010] == b"share" + bytes(7) + b" ..."


def test_segments_in_several_memories(esdk, load, board, tmp_path):
    """Each goes into the memory that holds all of it; a core is told of the first."""
    two = esdk.platform(tmp_path, "two.hdf", ("8e400000", "00400000"), ("8f000000", "00800000"))
    assert load(elf([(0x8E400010, b"first", 5), (0x8F7FFFFA, b"second", 6)], SECTIONS), EPIPHANY_HDF=two) == ([0], "")
    assert (board.shared[0x400010:0x400015], board.shared[0x17FFFFA:0x1800000]) == (b"first", b"second")
    assert words(board, 5, 0x50, 2) == [5, 0x8E400000]
    for address, size in ((0x8E3FFFFE, 4), (0x8E7FFFFE, 4), (0x8F7FFFFE, 4), (0x8EFFFFFE, 4)):
        result, notes = load(elf([(address, b"here", size)], SECTIONS), EPIPHANY_HDF=two)
        assert result == [-1] and f"a segment of 0x4 bytes at 0x{address:08x}: the board has no such memory" in notes


def test_sections_with_old_names(load, board):
    """As in linker scripts of 2015 and before, and the legacy one: there is no word for the loader, where their code begins."""
    code = bytes(range(0x58, 0x68))
    result, notes = load(elf([(0x58, code, 16)], [(name, 0x28) for name in OLD]))
    assert result == [0] and words(board, 5, 0x28, 12) == GROUP and bytes(board.cores[5].memory[0x58:0x68]) == code
    assert "section workgroup_cfg has its old name workgroup_config: taken to be at 0x28" in notes
    assert "section ext_mem_cfg has its old name external_mem_config: taken to be at 0x50" in notes
    assert "there is no section loader_cfg" in notes
    result, notes = load(elf([(0x58, code, 16)]))
    assert result == [0] and words(board, 5, 0x28, 12) == 12 * [0]
    assert notes.count("there is no section") == 3


def test_the_legacy_program(load, board):
    result, _ = load((PROGRAMS / "e_layout_legacy.elf").read_bytes())
    assert result == [0] and words(board, 5, 0x28, 12) == GROUP


@pytest.mark.parametrize("name", ["e_who", "e_layout_legacy"])
def test_srec_is_the_same_as_elf(load, board, name):
    file = (PROGRAMS / f"{name}.elf").read_bytes()
    assert load(file)[0] == [0]
    memory, shared = bytes(board.cores[5].memory), bytes(board.shared[:0x40000])
    board.cores[5].memory[0x4000:0x5000] = bytes(0x1000)
    result, notes = load(srec(segments_of(file)))
    assert result == [0] and "SREC is deprecated; load the ELF file" in notes
    assert bytes(board.cores[5].memory) == memory and bytes(board.shared[:0x40000]) == shared


GOOD = elf([(0x200, b"here", 8)], SECTIONS)
LINE = "S3090000020068657265"  # without its checksum


@pytest.mark.parametrize(
    "contents, why",
    [
        (b"", "unidentified format"),
        (b"#!/bin/sh\n", "unidentified format"),
        (GOOD[:40], "unidentified format"),
        (elf([(0x200, b"here", 8)], machine=40), "unidentified format; programs are ELF files for the Epiphany (machine 0x1223), or SREC"),
        (elf([(0x200, b"here", 8)], kind=1), "unidentified format"),
        (GOOD[:70], "program header 0 lies outside the file"),
        (GOOD[:56] + b"\xff\xff\xff\x7f" + GOOD[60:], "segment 0 (0x00000200) lies outside the file"),
        (elf([(0x200, b"here", 2)]), "segment 0 (0x00000200) lies outside the file"),
        (elf([(0x7FFE, b"here", 4)]), "a segment of 0x4 bytes at 0x00007ffe: the board has no such memory"),
        (elf([(0x200, b"here", 0x8000)]), "a segment of 0x8000 bytes at 0x00000200: the board has no such memory"),
        (elf([(0x8FFFFFFE, b"here", 4)]), "a segment of 0x4 bytes at 0x8ffffffe: the board has no such memory"),
        (elf([(0x3E000000, b"here", 4)]), "a segment of 0x4 bytes at 0x3e000000: the board has no such memory"),
        (elf([(0x80808000, b"here", 4)]), "a segment of 0x4 bytes at 0x80808000: the board has no such memory"),
        ("S00600004844521B\nS3", ":2: no record"),
        ("S00600004844521B\n" + LINE + "00\n", ":2: its checksum is wrong"),
        ("S00600004844521B\nS30900000200686572\n", ":2: no record, or one of another length than it says"),
        ("S00600004844521B\nS309zz0002006865726556\n", ":2: no record"),
        ("S00600004844521B\nX309000002006865726556\n", ":2: no record"),
        (srec([(0x7FFE, b"here")]), "at 0x00007ffe: the board has no such memory"),
    ],
)
def test_what_is_no_program(load, board, contents, why):
    """Nothing on the board changes."""
    board.cores[5].memory[0x200:0x204] = b"kept"
    result, notes = load(contents)
    assert result == [-1] and why in notes
    assert board.cores[5].memory[0x200:0x204] == b"kept"


def test_damaged_files(load, board):
    """Any byte may be wrong: they are loaded or refused, and the next one is not worse for it."""
    source = random.Random(5)
    files = []
    for original in ((PROGRAMS / "e_who.elf").read_bytes(), GOOD, srec([(0x200, bytes(range(100)))]).encode()):
        for _ in range(60):
            damaged = bytearray(original)
            for _ in range(source.randint(1, 4)):
                damaged[source.randrange(min(len(damaged), 400))] = source.choice((0, 1, 0x7F, 0x80, 0xFF, source.randrange(256)))
            files.append(bytes(damaged[: source.choice((len(damaged), source.randrange(len(damaged))))]))
    results, _ = load(*files, GOOD)
    assert len(results) == len(files) + 1 and set(results) == {0, -1} and results[-1] == 0
