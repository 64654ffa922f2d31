"""epysim sweep: the runs of a study, each a process of its own, into one file of results."""

from __future__ import annotations

import argparse
import os
import time
from typing import Any, Dict, List

from . import tasks, workers
from .progress import Progress
from .results import Results
from .study import Study

REPEAT = (0, 1)  # exit codes that are results: done, and failed as the program under test always does


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("study", metavar="STUDY.json", help="what to run (docs/laboratory.md)")
    parser.add_argument("-o", "--output", metavar="FILE.jsonl", help="results, a row per run; FILE.csv as well [beside the study]")
    parser.add_argument("--jobs", type=_jobs, metavar="N", help="how many runs at a time on this machine [all processors]")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the workers of this Dask cluster instead: tcp://HOST:8786")
    parser.add_argument("--retry", action="store_true", help="do failed runs again, too")
    parser.add_argument("--list", action="store_true", help="show the runs and do nothing")


def _jobs(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def main(options: argparse.Namespace) -> int:
    home, binary = tasks.find_home(), tasks.find_binary()
    study = Study(options.study, home)
    if study.skipped:
        print(f"{study.skipped} combinations left out: more elements per request than the buffer has")
    if options.list:
        for run in study.runs:
            print(", ".join(f"{key}={value}" for key, value in run.items()))
        return 0
    wanted = [tasks.task(run, home, binary) for run in study.runs]
    results = Results(options.output or os.path.splitext(options.study)[0] + ".jsonl")
    try:
        done = [task for task in wanted if _is_done(results.rows.get(task["run"]), task, options.retry)]
        missing = [task for task in wanted if task not in done]
        if done:
            print(f"{len(done)} of {len(wanted)} runs are in {results.path} already")
        began = time.monotonic()
        with Progress("sweep", len(missing)) as progress:
            for row in workers.rows(missing, options.jobs, options.scheduler):
                results.add(row)
                progress.step()
        rows = results.finish([task["run"] for task in wanted])
    finally:
        results.close()
    return _sum_up(rows, len(missing), time.monotonic() - began, results.path)


def _is_done(row: Any, task: Dict[str, Any], retry: bool) -> bool:
    if row is None or row["made_of"] != task["made_of"]:
        return False
    return row["exit_code"] == 0 or (not retry and row["exit_code"] in REPEAT)


def _sum_up(rows: List[Dict[str, Any]], ran: int, seconds: float, path: str) -> int:
    failed = [row for row in rows if row["exit_code"] != 0]
    print(f"{ran} runs in {seconds:.1f} s; {len(rows)} rows in {path} and {os.path.splitext(path)[0]}.csv")
    for row in failed[:3]:
        shown = ", ".join(f"{key}={value}" for key, value in row["settings"].items())
        print(f"failed (exit code {row['exit_code']}): {shown}\n  " + row.get("error", "").replace("\n", "\n  "))
    if failed:
        print(f"{len(failed)} of {len(rows)} runs failed")
    return 1 if failed else 0
