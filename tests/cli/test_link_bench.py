"""bench/link/overhead.py measures what it says, on both transports. What it finds is the machine's affair."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))


def test_every_figure_is_measured(tmp_path):
    file = tmp_path / "link.json"
    done = subprocess.run(
        [sys.executable, ROOT / "bench/link/overhead.py", "--launches", "5", "--megabytes", "1", "--json", file],
        capture_output=True,
        text=True,
        env={**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")},
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text())
    assert list(figures) == ["unix", "tcp"]
    for row in figures.values():
        assert row.keys() == {"launch", "simulation", "overhead", "echo", "to", "from", "socket"}
        assert all(row[name] > 0 for name in ("launch", "echo", "to", "from", "socket"))
        assert row["overhead"] == row["launch"] - row["simulation"]
