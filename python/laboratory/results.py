"""The result file of a study: one row per run, as JSON lines, written as runs end; and the same as CSV.

A row that was cut off (the machine went down) is dropped, and its run done again.
"""

from __future__ import annotations

import csv
import fcntl
import json
import os
from typing import Any, Dict, Iterable, List, Sequence


class InUse(Exception):
    """Another sweep is writing the file."""


class Results:
    """The rows of a study, by the name of their run."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rows: Dict[str, Dict[str, Any]] = {}
        self._file = open(path, "a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse(f"{path} is being written by another sweep") from None
        self._file.seek(0)
        for line in self._file:
            try:
                row = json.loads(line)
                self.rows[row["run"]] = row
            except (ValueError, KeyError, TypeError):
                continue
        self._rewrite(self.rows.values())

    def add(self, row: Dict[str, Any]) -> None:
        self.rows[row["run"]] = row
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def finish(self, order: Sequence[str]) -> List[Dict[str, Any]]:
        """Puts the rows into the order of the study, leaves out what does not belong to it, and writes the CSV."""
        rows = [self.rows[run] for run in order if run in self.rows]
        self._rewrite(rows)
        write_csv(os.path.splitext(self.path)[0] + ".csv", rows)
        return rows

    def close(self) -> None:
        self._file.close()

    def _rewrite(self, rows: Iterable[Dict[str, Any]]) -> None:
        """In place, because the lock is on this file; what is there survives an interruption as a shorter file."""
        text = "".join(json.dumps(row) + "\n" for row in rows)
        self._file.seek(0)
        if self._file.read() == text:
            return
        copy = self.path + ".new"
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh = open(copy, "a+", encoding="utf-8")
        fcntl.flock(fresh, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.replace(copy, self.path)
        self._file.close()
        self._file = fresh


def flat(row: Dict[str, Any]) -> Dict[str, Any]:
    """A row's values by dotted name: settings by their own."""
    found: Dict[str, Any] = {}
    for key, value in row.items():
        if key == "settings":
            found.update({name: value if not isinstance(value, (list, dict)) else json.dumps(value) for name, value in value.items()})
        elif key in ("kernels", "printed"):
            continue
        elif isinstance(value, dict):
            found.update({f"{key}.{name}": inner for name, inner in flat(value).items()})
        else:
            found[key] = value
    return found


def write_csv(path: str, rows: Sequence[Dict[str, Any]]) -> None:
    flattened = [flat(row) for row in rows]
    columns: List[str] = []
    for row in flattened:
        columns += [name for name in row if name not in columns]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(flattened)
