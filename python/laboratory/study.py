"""A study: which runs a file asks for.

    {
      "text": "what the study is about",
      "program": "jacobi.py",                            relative to the study's file
      "settings": {"board": "parallella"},               the same in all runs
      "grid": {"cores": [1, 2, 4], "seed": [0, 1]},      all combinations ...
      "list": [{"cores": 3}, {"set.elink.read_slots": 36}]    ... of each of these
    }

Names of settings are in settings.py. Everything is checked before anything runs; a mistake names the file, the line and the key.
"""

from __future__ import annotations

import difflib
import itertools
import os
from typing import Any, List

from . import settings
from .json_lines import LocatedError, Object, load

KEYS = ("text", "program", "settings", "grid", "list")


class Study:
    """The runs of a study file, in order: the last setting of the grid changes fastest."""

    def __init__(self, path: str, home: str) -> None:
        self.path = path
        self._home = home
        tree = load(path)
        if not isinstance(tree, Object):
            raise LocatedError(path, 1, "a study is a JSON object with " + ", ".join(KEYS))
        for key in tree:
            if key not in KEYS:
                near = difflib.get_close_matches(key, KEYS, 1)
                what = f"; did you mean '{near[0]}'?" if near else "; there are " + ", ".join(KEYS)
                raise LocatedError(path, tree.lines[key], f"a study has no key '{key}'{what}")
        for key, kind, what in (("settings", Object, "an object"), ("grid", Object, "an object"), ("list", list, "a list")):
            if key in tree and not isinstance(tree[key], kind):
                raise LocatedError(path, tree.lines[key], f"'{key}' must be {what}")
        fixed, grid, listed = tree.get("settings", Object()), tree.get("grid", Object()), tree.get("list", [Object()])
        for one in listed:
            if not isinstance(one, Object):
                raise LocatedError(path, tree.lines["list"], f"'list' holds objects with settings, not {one!r}")
        for key, values in grid.items():
            if not isinstance(values, list) or not values:
                raise LocatedError(path, grid.lines[key], f"'{key}': a grid has a list of values for each setting, not {values!r}")
        self._check_program(tree, fixed, grid, listed)
        #: combinations that make no sense (a request of more elements than the buffer has)
        self.skipped = 0
        self.runs: List[settings.Settings] = []
        for one in listed:
            for values in itertools.product(*grid.values()):
                self._add({**fixed, **one, **dict(zip(grid, values))}, tree)
        if not self.runs:
            raise LocatedError(path, 1, "the study has no runs" + (": no combination makes sense" if self.skipped else ""))

    def _add(self, run: settings.Settings, tree: Object) -> None:
        run["program"] = self._beside(run.get("program", tree.get("program")))
        try:
            settings.kinds_of(run)
            if not settings.possible(run):
                self.skipped += 1
                return
        except ValueError as error:
            raise LocatedError(self.path, _line_of(str(error), tree), str(error)) from None
        if run not in self.runs:
            self.runs.append(run)

    def _beside(self, program: str) -> str:
        return os.path.normpath(os.path.join(os.path.dirname(self.path), program))

    def _check_program(self, tree: Object, fixed: Object, grid: Object, listed: List[Object]) -> None:
        """All names of settings, and that the programs are there."""
        places: List[Any] = [(fixed, lambda key: [fixed[key]]), (grid, lambda key: grid[key])]
        places += [(one, lambda key, one=one: [one[key]]) for one in listed]
        named = [(tree["program"], tree.lines["program"])] if "program" in tree else []
        named += [(value, place.lines["program"]) for place, values in places if "program" in place for value in values("program")]
        if not named:
            raise LocatedError(self.path, 1, "the study has no 'program'")
        programs = []
        for name, line in named:
            if not isinstance(name, str) or not os.path.isfile(self._beside(name)):
                raise LocatedError(self.path, line, f"'program': there is no file {self._beside(str(name))}")
            programs.append(settings.Program(self._beside(name)))
        boards = [str(value) for place, values in places if "board" in place for value in values("board")] or ["parallella"]
        for place, _ in places:
            for key in place:
                wrong = [settings.mistake(key, program, boards, self._home) for program in programs]
                if all(wrong):
                    raise LocatedError(self.path, place.lines[key], str(wrong[0]))


def _line_of(message: str, tree: Object) -> int:
    """The line of the key that a message names."""
    for place in [tree.get("settings", Object()), tree.get("grid", Object()), *tree.get("list", [])]:
        for key, line in place.lines.items():
            if message.lstrip("'").startswith(key) or key.startswith(message.split()[0] + "."):
                return int(line)
    return 1
