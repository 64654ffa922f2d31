"""How long one load by reference stalls a core: as long as the host takes, prefetched or not, since there is nothing else to do meanwhile.
(docs/reproduction.md has the published table. A load of 8 KB fits into no Epiphany core; there it is eight of 1 KB, of which the next is under
way while one is copied, and prefetching is a little better.)"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))


def measure(size, mode, *more):
    """Milliseconds in the mean."""
    program = [sys.executable, str(ROOT / "bench/papers/stall_time.py"), "--bytes", str(size), "--mode", mode, "--loads", "20", *more]
    done = subprocess.run(program, capture_output=True, text=True, env={**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["mean"]


@pytest.fixture(scope="module")
def mean():
    """By bytes and mode."""
    return {(size, mode): measure(size, mode) for size in (128, 512, 1024, 8192) for mode in ("on-demand", "prefetch")}


def test_a_single_load_gains_nothing_by_prefetching_up_to_a_cell(mean):
    for size in (128, 512, 1024):
        assert mean[size, "prefetch"] == pytest.approx(mean[size, "on-demand"], rel=0.1)


def test_a_single_load_of_8_kb_gains_nothing_by_prefetching_where_it_fits():
    whole = ("--board", "pynq-fpu", "--chunk", "8192")
    on_demand = measure(8192, "on-demand", *whole)
    assert on_demand <= measure(8192, "prefetch", *whole) < 1.1 * on_demand


def test_the_time_is_the_host_s_and_grows_with_the_bytes(mean):
    for mode in ("on-demand", "prefetch"):
        by_size = [mean[size, mode] for size in (128, 512, 1024, 8192)]
        slopes = [(b - a) / step for a, b, step in zip(by_size, by_size[1:], (384, 512, 7168))]  # ms per byte
        assert min(slopes) > 0.8 * max(slopes)
        assert mean[1024, mode] > 20 * 1024 / 150e6 * 1000  # a multiple of what the link alone would take
