"""The cycles of docs/vm.md: what one turn of each loop in bench/vm takes, on every board of the table.

After a change that is meant to move them: python3 tests/vm/test_speed.py
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
PAGE = ROOT / "docs/vm.md"
BOARDS = re.search(r"\| bench/vm \| a turn is \| (.*) \|\n", PAGE.read_text())[1].split(" | ")


def measured(board):
    """{program: cycles per turn, as the table shows them}"""
    run = subprocess.run([EPYSIM, "bench", "--vm", "--board", board, "--json", "-"], capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr
    figures = json.loads(run.stdout[run.stdout.index("{") :])
    return {key.removeprefix("vm_cycles_"): f"{figure['value']:.1f}" for key, figure in figures.items()}


def rows(text):
    """[(program, what, [cells])] of the table of speeds"""
    lines = re.search(r"\| bench/vm \|.*\n\|-.*\n((?:\|.*\n)+)", text)[1].splitlines()
    cells = [line.strip("|").split("|") for line in lines]
    return [(row[0].strip(), row[1].strip(), [cell.strip() for cell in row[2:]]) for row in cells]


@pytest.mark.parametrize("board", BOARDS)
def test_a_turn_takes_as_many_cycles_as_the_page_says(board):
    page = {program: cells[BOARDS.index(board)] for program, _, cells in rows(PAGE.read_text())}
    assert measured(board) == page


def test_the_inner_loop_of_a_dot_product_stays_within_its_bar():
    page = {program: cells for program, _, cells in rows(PAGE.read_text())}
    assert float(page["dot"][BOARDS.index("parallella")]) <= 200


def test_every_program_of_the_folder_is_in_the_table_with_its_comment():
    programs = {path.stem: path.read_text().splitlines()[1].removeprefix("# ") for path in (ROOT / "bench/vm").glob("*.py")}
    assert {program: what for program, what, _ in rows(PAGE.read_text())} == programs


if __name__ == "__main__":
    text = PAGE.read_text()
    by_board = {board: measured(board) for board in BOARDS}
    for program, what, _ in rows(text):
        cells = " | ".join(by_board[board][program] for board in BOARDS)
        text = re.sub(rf"\| {program} \| {re.escape(what)} \|.*\n", lambda _: f"| {program} | {what} | {cells} |\n", text)
    PAGE.write_text(text)
    sys.exit(0)
