"""Prefetch settings: how the elements of an argument are to move to a core before it needs them.

    @offload(prefetch=Prefetch("a", buffer=10, elements=2, distance=10))
    @offload(prefetch=[Prefetch("a", 10, 2, 10), Prefetch("b", 10, 2, 10, "rw")])
    @offload(prefetch={"a": (10, 2, 10, "r")})

The core keeps `buffer` elements of the argument in its local memory, in chunks of `elements`, each of which moves as one transfer. A chunk that is
not there when it is needed is asked for together with those after it, up to `distance` elements ahead, and the first use of one asks for one more; "after" follows
the kernel, up, down or in equal steps. Results are the same as without.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping

from .errors import UsageError

MOST = 2**31 - 1
ACCESS = {"r": "r", "rw": "rw", "readonly": "r", "read_only": "r", "mutable": "rw"}


class Prefetch:
    """For one argument: `buffer` elements reserved on the core, `elements` moved per request, asked for `distance` elements ahead.

    access "r" (or "readonly"): the kernel does not store to the argument; "rw" (or "mutable"): it may.
    """

    def __init__(self, name: str, buffer: int, elements: int, distance: int, access: str = "r") -> None:
        if not isinstance(name, str) or not name.isidentifier():
            raise UsageError(f"prefetch: {name!r} is not the name of an argument")
        for what, number, least in (("buffer", buffer, 1), ("elements", elements, 1), ("distance", distance, 0)):
            if isinstance(number, bool) or not isinstance(number, int):
                raise UsageError(f"prefetch of {name}: {what} must be a number of elements, not {number!r}")
            if number < least:
                raise UsageError(f"prefetch of {name}: {what}={number} is too small; at least {least}")
            if number > MOST:
                raise UsageError(f"prefetch of {name}: {what}={number} is too large; at most {MOST}")
        if elements > buffer:
            raise UsageError(f"prefetch of {name}: elements={elements} do not fit into buffer={buffer}; at most {buffer}")
        if access not in ACCESS:
            raise UsageError(f"prefetch of {name}: access must be 'r' or 'rw' (or 'readonly', 'mutable'), not {access!r}")
        self.name = name
        self.buffer = buffer
        self.elements = elements
        self.distance = distance
        self.access = ACCESS[access]

    def as_message(self) -> Dict[str, Any]:
        """What the link protocol says of an argument that is prefetched."""
        setting = {"argument": self.name, "buffer": self.buffer, "elements": self.elements, "distance": self.distance}
        return {"prefetch": setting, **({"read_only": True} if self.access == "r" else {})}

    def _key(self) -> Any:
        return (self.name, self.buffer, self.elements, self.distance, self.access)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prefetch) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"Prefetch({self.name!r}, buffer={self.buffer}, elements={self.elements}, distance={self.distance}, access={self.access!r})"


def settings(given: Any) -> Dict[str, Prefetch]:
    """All accepted forms of prefetch=, by argument: one Prefetch, several, tuples of the same five values, or a mapping from names."""
    if given is None:
        return {}
    if isinstance(given, Prefetch):
        listed = [given]
    elif isinstance(given, Mapping):
        listed = [_named(name, value) for name, value in given.items()]
    elif isinstance(given, (list, tuple)):
        several = [given] if isinstance(given, tuple) and given and isinstance(given[0], str) else given
        listed = [_one(value) for value in several]
    else:
        raise UsageError(f"prefetch must be a Prefetch, a list of them, or a dict of tuples, not {given!r}")
    by_name = {one.name: one for one in listed}
    if len(by_name) < len(listed):
        raise UsageError("prefetch names an argument twice")
    return by_name


def _one(value: Any) -> Prefetch:
    if isinstance(value, Prefetch):
        return value
    if isinstance(value, (list, tuple)) and 4 <= len(value) <= 5:
        return Prefetch(*value)
    raise UsageError(f"prefetch: {value!r} is not (name, buffer, elements, distance, access)")


def _named(name: Any, value: Any) -> Prefetch:
    if isinstance(value, Prefetch):
        if value.name != name:
            raise UsageError(f"prefetch: {value!r} is given for {name}")
        return value
    if isinstance(value, Mapping):
        try:
            return Prefetch(name, **value)
        except TypeError as error:
            raise UsageError(f"prefetch of {name}: {error}") from None
    if isinstance(value, (list, tuple)) and 3 <= len(value) <= 4:
        return Prefetch(name, *value)
    raise UsageError(f"prefetch of {name}: {value!r} is not (buffer, elements, distance, access)")
