"""Who executes runs: all processors of this machine, or the workers of a Dask cluster. Rows come as runs end."""

from __future__ import annotations

import concurrent.futures
import os
import threading
from typing import Any, Dict, Iterator, Optional, Sequence

from . import run

Row = Dict[str, Any]
ATTEMPTS = 5  # of a run whose workers keep dying


class NotInstalled(Exception):
    """A library of the laboratory's is missing."""


def rows(tasks: Sequence[Dict[str, Any]], jobs: Optional[int], scheduler: Optional[str]) -> Iterator[Row]:
    return _on_cluster(tasks, scheduler) if scheduler else _on_this_machine(tasks, jobs or os.cpu_count() or 1)


def _on_this_machine(tasks: Sequence[Dict[str, Any]], jobs: int) -> Iterator[Row]:
    stopped = threading.Event()
    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        for future in concurrent.futures.as_completed([pool.submit(run.execute, task, stopped) for task in tasks]):
            yield future.result()
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _on_cluster(tasks: Sequence[Dict[str, Any]], scheduler: Optional[str]) -> Iterator[Row]:
    """Dask gives the runs of a lost worker to another one. A run is known by its name: it has one result, however often it was begun."""
    try:
        import cloudpickle
        from distributed import Client, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise NotInstalled(f"--scheduler needs Dask's distributed ({error}): apt-get install python3-distributed, or pip install distributed") from None
    cloudpickle.register_pickle_by_value(run)  # workers need no copy of this package
    try:
        client = Client(scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"no Dask scheduler answers at {scheduler}: {error}") from None
    with client:
        session = client.id  # a cluster remembers results by key: those of another sweep are none of ours
        by_key = {f"{session}-{task['run']}": task for task in tasks}
        attempts: Dict[str, int] = {}
        futures = as_completed([client.submit(run.execute, task, key=key, pure=False) for key, task in by_key.items()])
        for future in futures:
            key = future.key.split("#")[0]
            cause = future.exception() if future.status == "error" else None
            if cause is None and future.status == "finished":
                yield future.result()
            elif future.status == "error" and not isinstance(cause, KilledWorker):
                raise cause
            elif attempts.setdefault(key, 1) >= ATTEMPTS:
                task = by_key[key]
                yield {"run": task["run"], "settings": task["settings"], "made_of": task["made_of"], "exit_code": -1, "error": f"lost: {cause}"}
            else:
                attempts[key] += 1
                futures.add(client.submit(run.execute, by_key[key], key=f"{key}#{attempts[key]}", pure=False))
