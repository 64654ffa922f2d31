"""Item 3: how small programs are. The table of docs/byte_code.md is held here; `python3 tests/acceptance/test_03_byte_code.py` rewrites it."""

import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PAGE = ROOT / "docs/byte_code.md"

# The programs of the published system: bytes of byte code, bytes of symbol table.
PUBLISHED = {
    "arrays": (156, 108),
    "broadcast": (123, 144),
    "controlflow": (126, 18),
    "functions": (171, 162),
    "gauss_seidel": (1305, 450),
    "haloswap": (476, 396),
    "hello": (45, 72),
    "identity": (90, 18),
    "input": (44, 36),
    "jacobi": (1287, 432),
    "loops": (510, 378),
    "mandelbrot": (542, 360),
    "mergesort": (1806, 3528),
    "odd_even_sort": (1119, 738),
    "p2p": (311, 234),
    "parallel_odd_even_sort": (1797, 1062),
    "parallel_pipeline": (3029, 1818),
    "pi": (579, 288),
    "pipeline": (1888, 1170),
    "reduce": (257, 162),
    "simpleplus": (44, 54),
    "split_pipeline": (1974, 1242),
    "synccores": (82, 18),
    "task_farm": (2250, 1296),
    "task_farm_pi": (2474, 1620),
}

ROW = re.compile(r"\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|")


def resident_bytes(program, folder):
    """The size of the section that a core needs: code, constants, strings and tables."""
    image = Path(folder) / "image.epb"
    subprocess.run([EPYSIM, "compile", ROOT / program, "-o", image], check=True)
    data = image.read_bytes()
    for i in range(struct.unpack_from("<H", data, 6)[0]):
        kind, _, size = struct.unpack_from("<III", data, 16 + 12 * i)
        if kind == 1:
            return size
    raise AssertionError(f"{program}: no resident section")


def rows(folder):
    return {name: (*published, resident_bytes(f"examples/{name}.py", folder)) for name, published in PUBLISHED.items()}


@pytest.fixture(scope="module")
def sizes(tmp_path_factory):
    return rows(tmp_path_factory.mktemp("sizes"))


def test_the_table_is_true(sizes):
    written = {name: tuple(map(int, figures)) for name, *figures in ROW.findall(PAGE.read_text())}
    assert written.pop("all", None) == tuple(map(sum, zip(*sizes.values())))
    assert written == sizes


def test_all_programs_together(sizes):
    assert sum(code for code, _, _ in sizes.values()) == 22485
    assert sum(ours for _, _, ours in sizes.values()) <= 11200


def test_every_program(sizes):
    for name, (code, symbols, ours) in sizes.items():
        assert ours <= 2048, name
        assert ours <= code + symbols, name
        if code > 50:
            assert ours <= code, name
        if code > 500:
            assert ours <= 0.6 * code, name


def rewrite():
    with tempfile.TemporaryDirectory() as folder:
        sizes = rows(folder)
    lines = [f"| {name} | {code} | {symbols} | {ours} |" for name, (code, symbols, ours) in sizes.items()]
    lines.append("| all | {} | {} | {} |".format(*map(sum, zip(*sizes.values()))))
    text = PAGE.read_text()
    found = list(ROW.finditer(text))
    start = found[0].start() if found else text.index("|---|---|---|---|\n") + len("|---|---|---|---|\n")
    end = found[-1].end() if found else start
    PAGE.write_text(text[:start] + "\n".join(lines) + text[end:])


if __name__ == "__main__":
    sys.exit(rewrite())
