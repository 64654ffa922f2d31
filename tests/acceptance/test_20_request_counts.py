"""How many requests data by reference cost: one for each element on demand, one for each chunk when prefetched; and what that is worth to the
published network (docs/reproduction.md, M1, has the whole of it)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))

SCRIPT = """
import json, sys
import epython
from epython import Prefetch, memkind, offload, types

setting, board = json.loads(sys.argv[1]), sys.argv[2]
epython.config(board=board, cores=1)

@offload(prefetch=Prefetch("a", *setting) if setting else None)
def total(a, n):
    sum = 0
    for i in range(n):
        sum += a[i]
    return sum

data = memkind.Host(types.int, list(range(1000)))

def requests(n):
    before = epython.statistics()["host"]["requests"]
    assert total(data, n) == [n * (n - 1) // 2]
    return epython.statistics()["host"]["requests"] - before

requests(1)
print(requests(960) - requests(320))
"""


@pytest.mark.parametrize("board", ["parallella", "pynq-fpu"])
@pytest.mark.parametrize(
    "setting, expected",
    [(None, 640), ([64, 16, 32], 640 // 16), ([64, 64, 64], 640 // 64), ([10, 2, 10], 640 // 2), ([320, 160, 160], 640 // 160)],
    ids=str,
)
def test_requests(tmp_path, board, setting, expected):
    script = tmp_path / "total.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script, json.dumps(setting), board], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")})  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) == expected


def seconds(kernel, mode, neurons):
    """What a kernel of the published network takes on 16 cores."""
    program = [sys.executable, ROOT / "bench/papers/machine_learning.py", "--kernel", kernel, "--mode", mode, "--neurons", str(neurons)]
    done = subprocess.run(program, capture_output=True, text=True, env={**os.environ, "EPYSIM": EPYSIM, "PYTHONPATH": str(ROOT / "python")})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["kernel_seconds"]


@pytest.mark.slow
def test_prefetching_makes_the_published_network_fifteen_times_as_fast():
    """With 30 of its 100 neurons, so that fetching the image counts for more than it would."""
    assert seconds("feed_forward", "on-demand", 30) / seconds("feed_forward", "prefetch", 30) > 15


def test_prefetching_gains_up_to_a_half_over_copying_before_the_kernel_begins():
    assert 1.0 < seconds("combine_gradients", "eager", 10) / seconds("combine_gradients", "prefetch", 10) < 1.5
