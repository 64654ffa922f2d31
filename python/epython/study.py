"""What a study asks of the script that it runs (docs/laboratory.md): other options, prefetch settings and memory kinds than the script's own.

The environment variable EPYTHON_STUDY holds it as JSON: `options` as in config(), `prefetch` and `kinds` by the name of a kernel's
argument, and `observed`, a file in which the kernels and their arguments are noted. Without it nothing here does anything.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Dict, List, Mapping, Sequence

from . import memkind
from .errors import UsageError
from .prefetch import Prefetch

VARIABLE = "EPYTHON_STUDY"


def asked() -> bool:
    """Whether there is a study."""
    return VARIABLE in os.environ


def _read() -> Dict[str, Any]:
    text = os.environ.get(VARIABLE)
    if not text:
        return {}
    try:
        asked = json.loads(text)
    except ValueError as error:
        raise UsageError(f"{VARIABLE} is not valid JSON: {error}") from None
    return dict(asked)


def options(given: Mapping[str, Any]) -> Dict[str, Any]:
    """The options of a board: the study's before the script's own; configuration values of both."""
    asked = _read().get("options", {})
    combined = {**given, **asked}
    if given.get("set") and asked.get("set"):
        own = given["set"]
        listed = [f"{key}={value}" for key, value in own.items()] if isinstance(own, Mapping) else [own] if isinstance(own, str) else list(own)
        combined["set"] = [*listed, *asked["set"]]
    return combined


def prefetch(given: Dict[str, Prefetch], parameters: Sequence[str]) -> Dict[str, Prefetch]:
    """The prefetch settings of a kernel: the study's for the arguments that it names."""
    combined = dict(given)
    for name, setting in _read().get("prefetch", {}).items():
        if name in parameters:
            combined.pop(name, None)
            if setting is not None:
                combined[name] = Prefetch(name, **setting)
    return combined


def place(parameters: Sequence[str], arguments: Sequence[Any]) -> None:
    """Moves memory kinds among the arguments to where the study wants them."""
    kinds = _read().get("kinds", {})
    for name, value in zip(parameters, arguments):
        if name in kinds:
            if not isinstance(value, (memkind.Host, memkind.Shared, memkind.Microcore)):
                raise UsageError(f"kind of {name}: only memory kinds can be moved, not a {type(value).__name__}; make it memkind.Host(types.float, {name})")
            _move(value, getattr(memkind, kinds[name]))


def _move(kind: Any, to: type) -> None:
    """Makes a memory kind what it would be if the script had said `to` where it was made."""
    if type(kind) is to:
        return
    dtype, contents, version = kind.dtype, kind[:], kind.version
    kind.__class__ = to
    kind.__init__(dtype, contents)
    kind.version = version + 1


def digest(path: str) -> str:
    """Of a file without the ends of lines behind it: tells whether it is still what was run."""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read().rstrip(b"\r\n")).hexdigest()


_seen: List[Dict[str, Any]] = []


def observe(kernel: str, parameters: Sequence[str], arguments: Sequence[Any], settings: Mapping[str, Prefetch], by_value: Sequence[str]) -> None:
    """Notes a kernel that is launched: what could be tuned."""
    if "observed" not in _read() or any(seen["kernel"] == kernel for seen in _seen):
        return
    described = []
    for name, value in zip(parameters, arguments):
        one: Dict[str, Any] = {"name": name, "type": type(value).__name__}
        if hasattr(value, "__len__"):
            one["length"] = len(value)
            one["by_reference"] = name not in by_value
        if isinstance(value, memkind.Kind):
            one["kind"] = type(value).__name__
        if name in settings:
            setting = settings[name]
            one["prefetch"] = [setting.buffer, setting.elements, setting.distance, setting.access]
        described.append(one)
    _seen.append({"kernel": kernel, "arguments": described})
    _write()


def note_free(count: int) -> None:
    """Notes how many bytes of its own memory a core has left for the data of the program that has been loaded."""
    for seen in _seen:
        seen["free_bytes"] = min(count, seen.get("free_bytes", count))
    _write()


def _write() -> None:
    path = _read().get("observed")
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(_seen, file)
