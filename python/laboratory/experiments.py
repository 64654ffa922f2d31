"""Runs that an evaluation asks for, by settings: asked for in a first pass, executed all together, and looked up in the next."""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Dict, List, Optional

from . import tasks, workers
from .progress import Progress

NAN = float("nan")


class Failed(Exception):
    """A run that an evaluation needs has failed; the text says why."""


class Row:
    """What a run gave. Before it has run, any number."""

    def __init__(self, row: Optional[Dict[str, Any]], text: str = "") -> None:
        self._row = row
        self.settings: Dict[str, Any] = row["settings"] if row else {}

    def _get(self, *path: str) -> Any:
        if self._row is None:
            return NAN
        value: Any = self._row
        for key in path:
            if not isinstance(value, dict) or key not in value:
                raise Failed(f"{self._row['settings']['program']}: the run has no {'.'.join(path)}")
            value = value[key]
        return value

    @property
    def seconds(self) -> float:
        return float(self._get("seconds"))

    @property
    def joules(self) -> float:
        return float(self._get("energy", "joules"))

    def output(self, name: str) -> float:
        """A number that the program printed in a JSON object."""
        return float(self._get("output", name))

    def reported(self, name: str) -> List[float]:
        """The numbers that native programs reported under a name ("CORE NAME VALUE"), by core."""
        if self._row is None:
            return [NAN]
        found = re.findall(rf"^(\d+) {re.escape(name)} (-?\d+)$", self._row.get("printed", ""), re.MULTILINE)
        if not found:
            raise Failed(f"{self._row['settings']['program']} reported no {name}")
        return [float(value) for _, value in sorted(found, key=lambda one: int(one[0]))]


class Experiments:
    """The runs of an evaluation. Rows may come from earlier evaluations (results.py)."""

    def __init__(self, home: str, binary: str, folder: str) -> None:
        self._home = home
        self._binary = binary
        self._folder = folder
        self._rows: Dict[str, Dict[str, Any]] = {}
        self._wanted: Dict[str, Dict[str, Any]] = {}

    def run(self, program: str, **settings: Any) -> Row:
        """A run of a program of the folder. Dots in the names of settings are written as two underscores."""
        named = {key.replace("__", "."): value for key, value in settings.items() if value is not None}
        return self.of({"program": os.path.join(self._folder, program), **named})

    def of(self, settings: Dict[str, Any]) -> Row:
        name = tasks.name_of(settings)
        row = self._rows.get(name)
        if row is None:
            if name not in self._wanted:
                self._wanted[name] = tasks.task(settings, self._home, self._binary)
            return Row(None)
        if row["exit_code"] != 0:
            raise Failed(f"{row['settings']['program']} failed: " + row.get("error", "").strip().splitlines()[-1])
        return Row(row)

    def evaluate(self, what: str, body: Callable[[], Any], results: Any, jobs: Optional[int], scheduler: Optional[str] = None) -> Any:
        """body() until all of its runs are there; `results` keeps them."""
        while True:
            outcome = body()
            wanted, self._wanted = self._wanted, {}
            missing = []
            for name, task in wanted.items():
                kept = results.rows.get(name)
                if kept is not None and kept["made_of"] == task["made_of"] and kept["exit_code"] == 0:
                    self._rows[name] = kept
                else:
                    missing.append(task)
            if not wanted:
                return outcome
            if missing:
                with Progress(what, len(missing)) as progress:
                    for row in workers.rows(missing, jobs, scheduler):
                        results.add(row)
                        self._rows[row["run"]] = row
                        progress.step()
