"""Element types of data on the cores: 4 bytes each. `types.int`, `types.float`, `types.bool`."""

from __future__ import annotations

import builtins
from typing import NamedTuple

ELEMENT_BYTES = 4


class ElementType(NamedTuple):
    """One element type: its name in the link protocol and its `struct`/`array` code."""

    name: str
    code: str
    zero: object

    def __repr__(self) -> str:
        return f"epython.types.{self.name}"


int32 = ElementType("int32", "i", 0)
float32 = ElementType("float32", "f", 0.0)
bool32 = ElementType("bool", "i", False)

int = int32
float = float32
bool = bool32

_BY_NAME = {kind.name: kind for kind in (int32, float32, bool32)}
_BY_PYTHON = {builtins.int: int32, builtins.float: float32, builtins.bool: bool32}


def element_type(of: object) -> ElementType:
    """Accepts an element type, its name, or Python's int, float, bool."""
    if isinstance(of, ElementType):
        return of
    if isinstance(of, str) and of in _BY_NAME:
        return _BY_NAME[of]
    if isinstance(of, type) and of in _BY_PYTHON:
        return _BY_PYTHON[of]
    raise TypeError(f"{of!r} is not an element type; use epython.types.int, epython.types.float or epython.types.bool")
