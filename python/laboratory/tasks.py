"""Makes tasks of settings: everything that a run needs, as plain data, and the name that it is known by."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from typing import Any, Dict

from . import settings
from .settings import Program, Settings, split


def find_home() -> str:
    """The folder with configs/ and python/."""
    return os.environ.get("EPYSIM_HOME") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def find_binary() -> str:
    from epython.server import find_binary as find

    return find()


def task(run: Settings, home: str, binary: str) -> Dict[str, Any]:
    """A run's task. ValueError: settings that cannot be."""
    program = _program(run["program"])
    known = {key: value for key, value in run.items() if key != "program"}
    known["program"] = os.path.basename(run["program"])
    made_of = _digest_of_files(binary, run["program"], *settings.board_files(str(run.get("board", "parallella")), home))
    return {
        "run": name_of(run),
        "settings": known,
        "program": os.path.abspath(run["program"]),
        "how": program.how,
        "arguments": split(run, "argument"),
        "set": [f"{key}={_text(value)}" for key, value in split(run, "set")],
        "prefetch": settings.prefetch_of(run),
        "kinds": settings.kinds_of(run),
        "made_of": made_of,
        "epysim": binary,
        "home": home,
    }


def name_of(run: Settings) -> str:
    """The same for the same settings, in any order, in any folder."""
    known = {**run, "program": os.path.basename(run["program"])}
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


@functools.lru_cache(maxsize=None)
def _program(path: str) -> Program:
    return Program(path)


@functools.lru_cache(maxsize=None)
def _digest_of_files(*paths: str) -> str:
    """What a row was made of: when the simulator, the program or the board has changed, the run has to be done again."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(_digest_of_file(path))
    return digest.hexdigest()[:16]


@functools.lru_cache(maxsize=None)
def _digest_of_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).digest()
    except OSError:
        return b"none"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
