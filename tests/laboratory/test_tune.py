"""`epysim tune`: what it proposes fits, is the same for the same seed, and is good."""

import ast
import itertools
import re

import pytest

optuna = pytest.importorskip("optuna")

from laboratory import tune  # noqa: E402
from laboratory.tune import Argument  # noqa: E402

SCRIPT = """import json, sys
import epython
from epython import memkind, offload, types

@offload
def scale(data, result, n):
    for i in range(n):
        result[i] = 2 * data[i]
    return n

epython.config(cores=1)
n = int(sys.argv[1]) if len(sys.argv) > 1 else 40
data, result = memkind.Host(types.int, range(n)), memkind.Host(types.int, n)
scale(data, result, 0)
before = epython.statistics()["seconds"]
scale(data, result, n)
seconds = epython.statistics()["seconds"] - before
assert list(result) == [2 * i for i in range(n)]
print(json.dumps({"kernel_seconds": seconds}))
"""


def bytes_of(settings):
    used = 0
    for key, value in settings.items():
        if key.startswith("prefetch.") and value:
            buffer, elements, distance, _ = value
            assert elements <= buffer and buffer % elements == 0 and 0 <= distance < buffer
            used += tune.RING_BYTES + buffer // elements * (4 * elements + tune.DESCRIPTOR_BYTES)
    return used


@pytest.mark.parametrize("free", [400, 1500, 5000])
def test_whatever_is_proposed_fits(free):
    arguments = [Argument("a", 5000, "r", None), Argument("b", 40, "rw", "Host")]
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    for start in tune.starts(arguments, free):
        study.enqueue_trial(start)
    for _ in range(300):
        settings = tune.settings_of(study.ask(), arguments, free, True)
        assert bytes_of(settings) <= free


def test_stores_are_found():
    assert tune.stores_to("def f(a):\n    a[0] = 1\n", "a")
    assert tune.stores_to("def f(a):\n    a[0] += 1\n", "a")
    assert not tune.stores_to("def f(a, b):\n    b[a[0]] = a[1]\n", "a")


def line_of(text):
    line = re.search(r"^prefetch=(.*)$", text, re.MULTILINE)[1]
    return ast.literal_eval(line)


def test_it_finds_kinds_and_prints_what_to_paste(laboratory):
    script = laboratory.write("script.py", SCRIPT)
    run = laboratory.run("tune", script, "--objective", "kernel_seconds", "--runs", "16", "--seed", "1", "--keep", "runs.jsonl", "--", "30")
    assert (run.returncode, run.stderr) == (0, "")
    assert "tuning data (30 elements), result (30 elements)" in run.stdout
    assert "# data: memkind.Microcore instead of memkind.Host" in run.stdout
    assert "# result: memkind.Shared instead of memkind.Host" in run.stdout
    line_of(run.stdout)
    again = laboratory.run("tune", script, "--objective", "kernel_seconds", "--runs", "16", "--seed", "1", "--jobs", "1", "--", "30")
    assert again.stdout == run.stdout


def test_mistakes(laboratory):
    script = laboratory.write("script.py", SCRIPT)
    assert "printed no number 'secs'" in laboratory.run("tune", script, "--objective", "secs").stderr
    assert "no kernel of" in laboratory.run("tune", script, "--argument", "dta").stderr
    plain = laboratory.write("plain.py", "print(1)\n")
    assert "no offload script" in laboratory.run("tune", plain).stderr
    broken = laboratory.write("broken.py", SCRIPT + "raise ValueError('oh')\n")
    run = laboratory.run("tune", broken)
    assert run.returncode == 2 and "ValueError: oh" in run.stderr
    assert laboratory.run("tune", "none.py").returncode == 2


@pytest.mark.slow
def test_as_good_as_the_best_of_a_grid_in_a_quarter_of_the_runs(laboratory):
    """Feed forward of the machine-learning benchmark on two cores: more than 200 points of a grid over buffer, elements and distance."""
    program = str(laboratory.root / "bench/papers/machine_learning.py")
    grid = []
    for elements, chunks in itertools.product((1, 2, 5, 10, 15, 25, 45, 75, 113, 225), (2, 3, 4, 6, 8, 12, 16)):
        for ahead in sorted({0, 1, chunks // 2, chunks - 1}):
            if chunks * (4 * elements + tune.DESCRIPTOR_BYTES) <= 5000:
                grid.append({"prefetch.image": [elements * chunks, elements, elements * ahead, "r"]})
    assert len(grid) > 200
    small = {"cores": 2, "argument.neurons": 2, "argument.pixels": 450, "argument.mode": "prefetch"}
    study = laboratory.write("grid.json", {"program": program, "settings": small, "list": grid})
    assert laboratory.run("sweep", study, timeout=3000).returncode == 0
    best = min(row["output"]["kernel_seconds"] for row in laboratory.rows("grid.jsonl"))
    most = len(grid) // 4
    for seed in (0, 1, 2):
        search = ["--objective", "kernel_seconds", "--argument", "image", "--no-kinds", "--runs", most, "--seed", seed, "--cores", 2]
        run = laboratory.run("tune", program, *search, "--keep", "tune.jsonl", "--", "--neurons", 2, "--pixels", 450, timeout=3000)
        assert run.returncode == 0
        assert float(re.search(r"best ([\d.e-]+) s", run.stdout)[1]) <= best * 1.00001, run.stdout
        assert int(re.search(r"^(\d+) runs \(", run.stdout, re.MULTILINE)[1]) <= most
