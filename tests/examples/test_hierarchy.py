"""The lessons on the memory hierarchy: they run, say what the worksheets say, and write their pictures."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "examples" / "hierarchy"
NAMES = sorted(path.stem for path in LESSONS.glob("*.py") if path.stem != "lesson")


def lesson(tmp_path, name, *arguments):
    environment = {**os.environ, "EPYSIM": os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))}
    done = subprocess.run([sys.executable, LESSONS / f"{name}.py", *arguments], capture_output=True, text=True, timeout=300, cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def column(text, place):
    """The numbers of a column of the table: words are counted from the right."""
    found = []
    for line in text.splitlines():
        cells = re.split(r"  +", line.strip())
        if len(cells) > -place and re.fullmatch(r"[\d.,]+( %)?", cells[place]):
            found.append(float(cells[place].rstrip(" %").replace(",", "")))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_has_a_worksheet_and_writes_its_picture(tmp_path, name):
    pytest.importorskip("matplotlib")
    assert (ROOT / "docs" / "hierarchy" / f"{name}.md").is_file()
    assert "Lesson" in (LESSONS / f"{name}.py").read_text().splitlines()[0]
    text = lesson(tmp_path, name, "--picture", "p.png")
    assert text.endswith("picture: p.png\n")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_further_away_is_slower(tmp_path):
    text = lesson(tmp_path, "where_data_live")
    own, near, shared, host = column(text, -3)
    assert near <= own < shared / 3 < shared < host / 3
    assert column(text, -1) == [1, 1, 1, 201]


def test_on_demand_costs_a_request_for_each_element(tmp_path):
    text = lesson(tmp_path, "on_demand")
    assert column(text, -2) == [1, 26, 51, 101, 201, 401]
    times = column(text, -3)
    slopes = [(times[5] - times[place]) / (400 - count) for place, count in enumerate((0, 25, 50, 100, 200))]
    assert max(slopes) < 1.05 * min(slopes)


def test_many_cores_wait_for_the_host_that_they_share(tmp_path):
    text = lesson(tmp_path, "shared_link")
    near, shared, host = (column(text, place) for place in (-3, -2, -1))
    assert host[4] > 5 * host[0] and shared[4] < 2 * shared[0]
    assert max(near) < min(shared) < min(host)


def test_one_word_moves_the_data_and_nothing_else(tmp_path):
    runs = {kind: lesson(tmp_path, "kinds", "--kind", kind) for kind in ("Host", "Shared", "Microcore")}
    assert all(f"are of kind {kind}; a[1:5] is now [2.0, 4.0, 6.0, 8.0]" in text for kind, text in runs.items())
    figures = {kind: json.loads(re.search(r"^{.*}$", text, re.MULTILINE)[0]) for kind, text in runs.items()}
    assert figures["Host"]["milliseconds"] > 3 * figures["Shared"]["milliseconds"] > 9 * figures["Microcore"]["milliseconds"]
    assert (figures["Shared"]["requests"], figures["Microcore"]["requests"]) == (1, 1)
    assert (tmp_path / "kinds.png").exists()
