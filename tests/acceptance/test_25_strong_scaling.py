"""Jacobi's method on more and more cores: 200 points are worth 16 cores, 100 points hardly (docs/reproduction.md on what was published)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))

SOURCE = (ROOT / "bench/papers/jacobi.py").read_text()
FEW = 40  # iterations; all take the same time


@pytest.fixture(scope="module")
def cycles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("jacobi")

    def run(points, cores, iterations):
        program, statistics = folder / "jacobi.py", folder / "statistics.json"
        program.write_text(SOURCE.replace("points = 100", f"points = {points}").replace("most = 1000000", f"most = {iterations}"))
        subprocess.run([EPYSIM, "run", "--cores", str(cores), "--stats", statistics, program], check=True, capture_output=True)
        return json.loads(statistics.read_text())["cycles"]

    return {(points, cores): run(points, cores, 2 * FEW) - run(points, cores, FEW) for points in (100, 200) for cores in (1, 2, 4, 8, 16)}


def test_more_cores_are_faster_up_to_eight(cycles):
    for points in (100, 200):
        times = [cycles[points, cores] for cores in (1, 2, 4, 8)]
        assert times == sorted(times, reverse=True)


def test_sixteen_cores_pay_for_the_larger_problem(cycles):
    gain = {points: cycles[points, 8] / cycles[points, 16] for points in (100, 200)}
    assert gain[200] > 1.25
    assert gain[100] < gain[200] and gain[100] < 1.25
