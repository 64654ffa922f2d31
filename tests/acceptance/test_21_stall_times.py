"""How long one load by reference stalls a core (docs/reproduction.md has the published table, and what of it does not hold: at 8 KB prefetching
is a little better here, because several cells are under way at a time)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))


@pytest.fixture(scope="module")
def mean():
    """Milliseconds, by bytes and mode."""

    def measure(size, mode):
        program = [sys.executable, str(ROOT / "bench/papers/stall_time.py"), "--bytes", str(size), "--mode", mode]
        done = subprocess.run(program, capture_output=True, text=True, env={**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["mean"]

    return {(size, mode): measure(size, mode) for size in (128, 512, 1024, 8192) for mode in ("on-demand", "prefetch")}


def test_a_single_load_gains_nothing_by_prefetching_up_to_a_cell(mean):
    for size in (128, 512, 1024):
        assert mean[size, "prefetch"] == pytest.approx(mean[size, "on-demand"], rel=0.1)


def test_the_time_is_the_host_s_and_grows_with_the_bytes(mean):
    for mode in ("on-demand", "prefetch"):
        by_size = [mean[size, mode] for size in (128, 512, 1024, 8192)]
        slopes = [(b - a) / step for a, b, step in zip(by_size, by_size[1:], (384, 512, 7168))]  # ms per byte
        assert min(slopes) > 0.8 * max(slopes)
        assert mean[1024, mode] > 20 * 1024 / 150e6 * 1000  # a multiple of what the link alone would take
