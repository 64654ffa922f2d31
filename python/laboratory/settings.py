"""What can be set in a run, by dotted name, and which names there are for a program and a board.

    board, cores, seed, max_cycles, code, data     options of every run
    set.KEY                a value of the board's configuration
    argument.NAME          an option --NAME of an offload script; a constant NAME of an ePython program; number 1, 2, ... of a native one
    prefetch.NAME          the setting of an argument of the script's kernels: [buffer, elements, distance, access], or null for none;
    prefetch.NAME.buffer   ... and so on: one part of it
    kind.NAME              the memory kind of such an argument: "Host", "Shared" or "Microcore"
"""

from __future__ import annotations

import ast
import difflib
import functools
import os
import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Set, Tuple

from . import json_lines

PLAIN = ("board", "cores", "seed", "max_cycles", "code", "data", "program")
PARTS = ("buffer", "elements", "distance", "access")
KINDS = ("Host", "Shared", "Microcore")

Settings = Dict[str, Any]


class Program:
    """A file that can be run, and what of it can be set."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.how = "exec" if path.endswith(".elf") else "run"
        self.parameters: List[str] = []  # of the kernels of an offload script
        self.text = ""
        if self.how == "exec":
            return
        with open(path, encoding="utf-8") as file:
            self.text = file.read()
        try:
            tree = ast.parse(self.text)
        except SyntaxError:
            return  # the published language is not quite Python's
        if any(_imports(node, "epython") for node in ast.walk(tree)):
            self.how = "script"
            self.parameters = _kernel_parameters(tree)

    def has_argument(self, name: str) -> bool:
        if self.how == "exec":
            return name.isdigit() and name != "0"
        if self.how == "run":
            return constant(name).search(self.text) is not None
        return "add_argument" not in self.text or f'"--{name}"' in self.text or f"'--{name}'" in self.text

    def arguments(self) -> List[str]:
        """For the message when there is none of a name."""
        if self.how == "run":
            return sorted(set(re.findall(r"^([A-Za-z_]\w*)[ \t]*=[^=]", self.text, re.MULTILINE)))
        return sorted(set(re.findall(r"""["']--(\w[\w-]*)["']""", self.text)))


def constant(name: str) -> "re.Pattern[str]":
    """The line of an ePython program that sets a constant: its first assignment at the top level."""
    return re.compile(rf"^{re.escape(name)}[ \t]*=(?!=)[^\n#]*", re.MULTILINE)


def _imports(node: ast.AST, module: str) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == module for alias in node.names)
    return isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == module


def _kernel_parameters(tree: ast.AST) -> List[str]:
    names: List[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any("offload" in ast.dump(decorator) for decorator in node.decorator_list):
            names += [argument.arg for argument in node.args.args if argument.arg not in names]
    return names


@functools.lru_cache(maxsize=None)
def board_files(board: str, home: str) -> Dict[str, Any]:
    """A board's file and those that it is based on, by path; None for one that cannot be read (the run will say why)."""
    files: Dict[str, Any] = {}
    path: Optional[str] = board if board.endswith(".json") else os.path.join(home, "configs", board + ".json")
    while path is not None and path not in files:
        try:
            files[path] = json_lines.load(path)
        except (OSError, json_lines.LocatedError):
            files[path] = None
        base = files[path].get("based_on") if isinstance(files[path], dict) else None
        path = os.path.join(os.path.dirname(path), base) if isinstance(base, str) else None
    return files


def configuration_keys(board: str, home: str) -> Optional[Set[str]]:
    """The dotted keys of a board's configuration; None when the board cannot be read."""
    trees = board_files(board, home).values()
    return None if None in trees else {key for tree in trees for key in _leaves(tree, "")}


def _leaves(tree: Any, prefix: str) -> Iterable[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            if "value" in value:
                yield prefix + key
            else:
                yield from _leaves(value, prefix + key + ".")


def mistake(key: str, program: Program, boards: Iterable[str], home: str) -> Optional[str]:
    """What is wrong with the name of a setting, or None."""
    head, _, rest = key.partition(".")
    if key in PLAIN:
        return None
    if head == "set" and rest:
        for board in boards:
            known = configuration_keys(board, home)
            if known is not None and rest not in known:
                return f"board {board} has no configuration key '{rest}'" + _nearest(rest, known)
        return None
    if head == "argument" and rest:
        if program.has_argument(rest):
            return None
        what = {"run": "constant", "script": "option", "exec": "argument (they are numbered from 1)"}[program.how]
        return f"{program.path} has no {what} '{rest}'" + _nearest(rest, program.arguments())
    if head in ("prefetch", "kind") and rest:
        if program.how != "script":
            return f"'{key}': {program.path} is no offload script; only their kernels have such arguments"
        name, _, part = rest.partition(".")
        if name not in program.parameters:
            return f"no kernel of {program.path} has an argument '{name}'" + _nearest(name, program.parameters)
        if part and (head == "kind" or part not in PARTS):
            return f"'{key}': there is no '{part}'" + _nearest(part, PARTS)
        return None
    heads = [*PLAIN, "set.KEY", "argument.NAME", "prefetch.NAME", "kind.NAME"]
    return f"there is no setting '{key}'" + (_nearest(key, PLAIN) or "; there are " + ", ".join(heads))


def _nearest(word: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean '{found[0]}'?" if found else ""


def prefetch_of(settings: Mapping[str, Any]) -> Dict[str, Optional[Dict[str, Any]]]:
    """The prefetch settings, by argument, with all four parts. ValueError: they cannot be."""
    found: Dict[str, Optional[Dict[str, Any]]] = {}
    for key, value in settings.items():
        head, _, rest = key.partition(".")
        if head == "prefetch" and "." not in rest:
            if value is not None and not (isinstance(value, list) and 3 <= len(value) <= 4):
                raise ValueError(f"'{key}' must be [buffer, elements, distance, access] or null, not {value!r}")
            found[rest] = None if value is None else dict(zip(PARTS, value))
    for key, value in settings.items():
        head, _, rest = key.partition(".")
        name, _, part = rest.partition(".")
        if head == "prefetch" and part:
            setting = found.get(name)
            found[name] = {**(setting or {}), part: value}
    for name, setting in found.items():
        if setting is None:
            continue
        setting.setdefault("access", "r")
        missing = [part for part in PARTS if part not in setting]
        if missing:
            raise ValueError(f"prefetch.{name} has no {' and no '.join(missing)}")
    return found


def possible(settings: Mapping[str, Any]) -> bool:
    """Whether a combination of a grid makes sense: no more elements per request than the buffer has."""
    return all(one is None or one["elements"] <= one["buffer"] for one in prefetch_of(settings).values())


def kinds_of(settings: Mapping[str, Any]) -> Dict[str, str]:
    found = {key.partition(".")[2]: value for key, value in settings.items() if key.startswith("kind.")}
    for name, kind in found.items():
        if kind not in KINDS:
            raise ValueError(f"kind.{name} must be one of {', '.join(KINDS)}, not {kind!r}")
    return found


def split(settings: Mapping[str, Any], head: str) -> List[Tuple[str, Any]]:
    return [(key[len(head) + 1 :], value) for key, value in settings.items() if key.startswith(head + ".")]
