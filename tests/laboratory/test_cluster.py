"""`epysim sweep --scheduler`: a real Dask scheduler and workers, some of which are killed; every run has exactly one row."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

pytest.importorskip("distributed")

RUNS = 24


class Cluster:
    def __init__(self, folder):
        self.folder = folder
        self.file = str(folder / "scheduler.json")
        self.processes = []
        self.start("dask_scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")
        deadline = time.monotonic() + 60
        while not os.path.exists(self.file) or not os.path.getsize(self.file):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with open(self.file) as file:
            self.address = json.load(file)["address"]

    def start(self, what, *options):
        environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "EPYSIM")}  # workers have no copy of ours
        with open(self.folder / f"{what}-{len(self.processes)}.log", "wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.{what}", "--scheduler-file", self.file, *options]
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=self.folder))
        return self.processes[-1]

    def worker(self):
        return self.start("dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(self.folder))

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "cluster").mkdir()
    running = Cluster(tmp_path / "cluster")
    yield running
    running.stop()


def untimed(rows):
    return [{key: value for key, value in row.items() if key not in ("wall_seconds", "process_seconds")} for row in rows]


def test_runs_of_killed_workers_are_redone_and_none_is_lost_or_doubled(laboratory, cluster):
    study = laboratory.write(
        "s.json", {"program": str(laboratory.root / "examples/jacobi.py"), "settings": {"argument.tolerance": 0.01, "cores": 4}, "grid": {"seed": list(range(RUNS))}}
    )
    workers = [cluster.worker() for _ in range(3)]
    sweep = laboratory.start("sweep", "--scheduler", cluster.address, study)
    deadline = time.monotonic() + 100
    path = laboratory.folder / "s.jsonl"
    for victim, after in ((0, 2), (1, 6)):
        while not path.exists() or path.read_text().count("\n") < after:
            assert time.monotonic() < deadline and sweep.poll() is None, sweep.communicate()
            time.sleep(0.02)
        workers[victim].send_signal(signal.SIGKILL)
    workers.append(cluster.worker())
    output, errors = sweep.communicate(timeout=200)
    assert sweep.returncode == 0, output + errors
    rows = laboratory.rows("s.jsonl")
    assert [row["settings"]["seed"] for row in rows] == list(range(RUNS))
    here = laboratory.run("sweep", study, "-o", "here.jsonl")
    assert here.returncode == 0
    assert untimed(rows) == untimed(laboratory.rows("here.jsonl"))


def test_without_a_scheduler_it_says_so(laboratory):
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/reduce.py"), "grid": {"cores": [1]}})
    run = laboratory.run("sweep", "--scheduler", "tcp://127.0.0.1:9", study)
    assert run.returncode == 2 and "no Dask scheduler answers at tcp://127.0.0.1:9" in run.stderr and "Traceback" not in run.stderr


def test_without_dask_it_says_what_to_install(laboratory):
    (laboratory.folder / "distributed.py").write_text("raise ImportError('not here')")
    study = laboratory.write("s.json", {"program": str(laboratory.root / "examples/reduce.py"), "grid": {"cores": [1]}})
    run = subprocess.run(
        [laboratory.epysim, "sweep", "--scheduler", "x", study], env={**os.environ, "PYTHONPATH": str(laboratory.folder)}, capture_output=True, text=True
    )
    assert run.returncode == 2 and "apt-get install python3-distributed" in run.stderr
