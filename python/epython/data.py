"""Which Python objects the board knows, and under which number: what to send with a launch, and where changes by kernels go.

A list or an array is registered for as long as launches that use it are outstanding. A memory kind stays registered as long as it exists.
"""

from __future__ import annotations

import math
import numbers
import weakref
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from . import buffers
from .memkind import Bytes, Kind, Resident, Shared
from .types import ELEMENT_BYTES, ElementType

Store = Callable[[int, Bytes], None]


class Entry:
    """One registered buffer."""

    def __init__(self, number: int, owner: Any, dtype: ElementType, count: int, placement: str, store: Optional[Store]) -> None:
        self.number = number
        self.owner = owner  # None for a memory kind, which may be collected while the board still has its data
        self.dtype = dtype
        self.count = count
        self.placement = placement
        self.store = store  # takes changes by kernels; None: read-only
        self.sent: Optional[Bytes] = None  # what the board has, for lists and arrays
        self.version = -1  # the same, for memory kinds
        self.users = 0  # outstanding launches
        self.held: Optional[Kind] = None  # a kind of the user's own, while launches use it


class DataTable:
    """The buffers of one session."""

    def __init__(self) -> None:
        self._next = 1
        self._entries: Dict[int, Entry] = {}
        self._resident: "weakref.WeakKeyDictionary[Kind, Entry]" = weakref.WeakKeyDictionary()
        self._unsent: List[Tuple[Entry, Optional[Bytes]]] = []  # without data for what cores ask for themselves
        self._sending: List[Entry] = []  # with the message on the way
        self._forgotten: List[int] = []

    def use(self, value: Any, fetch: Callable[[int], Bytes]) -> Entry:
        """The entry for an argument that holds elements; `fetch` asks the board for a buffer's contents."""
        if isinstance(value, Resident):
            entry = self._use_resident(value, fetch)
        elif isinstance(value, Kind):
            entry = self._use_own(value)
        else:
            entry = self._use_transient(value)
        entry.users += 1
        return entry

    def release(self, entries: List[Entry]) -> None:
        """A launch that used these is over."""
        for entry in entries:
            entry.users -= 1
            if entry.users == 0:
                entry.held = None
            if entry.users == 0 and entry.owner is not None:
                del self._entries[entry.number]
                self._forgotten.append(entry.number)

    def take_unsent(self) -> Tuple[List[Dict[str, Any]], Bytes]:
        """The `buffers` of the next message, and their binary block."""
        described: List[Dict[str, Any]] = []
        block: Bytes = b"".join(data for _, data in self._unsent if data) if len(self._unsent) != 1 else self._unsent[0][1] or b""
        offset = 0
        for entry, data in self._unsent:
            described.append(
                {
                    "id": entry.number,
                    "dtype": entry.dtype.name,
                    "kind": entry.placement,
                    "count": entry.count,
                    "mutable": entry.store is not None,
                    **({} if data is None else {"offset": offset, "bytes": len(data)}),
                }
            )
            offset += len(data or b"")
        self._sending = [entry for entry, _ in self._unsent]
        self._unsent.clear()
        return described, block

    def send_again(self) -> None:
        """The message with what take_unsent() gave has been refused: the board may not have it."""
        for entry in self._sending:
            entry.version = -1
            kind = self.owner(entry.number)
            if isinstance(kind, Resident):
                kind.fetch = None  # what the host has is the newest

    def take_forgotten(self) -> List[int]:
        forgotten, self._forgotten = self._forgotten, []
        return forgotten

    def update(self, number: int, first: int, data: Bytes) -> None:
        """Kernels have changed elements of a buffer."""
        entry = self._entries.get(number)
        if entry is None or entry.store is None:
            return
        if isinstance(entry.sent, bytearray):
            memoryview(entry.sent)[first * ELEMENT_BYTES : first * ELEMENT_BYTES + len(data)] = data
        entry.store(first, data)

    def supply(self, question: Mapping[str, Any], data: Bytes) -> bytes:
        """What a kernel's transfer asks a kind of the user's own for, or stores there."""
        entry = self._entries[question["id"]]
        kind = entry.held or self.owner(entry.number)
        if question["do"] == "store":
            kind.store(question["first"], bytes(data))
            return b""
        loaded = bytes(kind.load(question["first"], question["count"]))
        if len(loaded) != question["count"] * ELEMENT_BYTES:
            raise ValueError(
                f"{type(kind).__name__}.load({question['first']}, {question['count']}) returned {len(loaded)} bytes; "
                f"{question['count']} elements have {question['count'] * ELEMENT_BYTES}"
            )
        return loaded

    def owner(self, number: int) -> Any:
        """The Python object that a kernel returned by reference."""
        entry = self._entries.get(number)
        if entry is None:
            return None
        if entry.owner is not None:
            return entry.owner
        return next((kind for kind, known in self._resident.items() if known is entry), None)

    def bring_home(self) -> None:
        """Copies what only the board has; called before it goes away."""
        for kind in list(self._resident):
            if isinstance(kind, Resident):
                kind.refresh()

    def abandon(self) -> None:
        """The board has gone away: what the host knows is all there is."""
        for kind in list(self._resident):
            if isinstance(kind, Resident):
                kind.fetch = None

    def _use_own(self, kind: Kind) -> Entry:
        """A kind that a user has written: registered, but read and stored transfer by transfer while kernels run."""
        entry = self._resident.get(kind)
        if entry is None:
            entry = self._enter(None, kind.dtype, len(kind), "client", _not_told)
            self._resident[kind] = entry
            weakref.finalize(kind, self._collected, entry.number).atexit = False
        if entry.version < 0:
            self._unsent.append((entry, None))
            entry.version = 0
        entry.held = kind
        return entry

    def _use_transient(self, value: Any) -> Entry:
        dtype, data, store = _describe(value)
        for entry in self._entries.values():
            if entry.owner is value and entry.sent == data and entry.dtype is dtype:
                return entry  # the board has it, and earlier kernels may be about to change it
        entry = self._enter(value, dtype, len(data) // ELEMENT_BYTES, "host", store)
        entry.sent = bytearray(data)
        self._unsent.append((entry, data))
        return entry

    def _use_resident(self, kind: Resident, fetch: Callable[[int], Bytes]) -> Entry:
        entry = self._resident.get(kind)
        if entry is None:
            entry = self._enter(None, kind.dtype, len(kind), kind.placement, _weak_update(kind))
            self._resident[kind] = entry
            weakref.finalize(kind, self._collected, entry.number).atexit = False
        if entry.version != kind.version:
            self._unsent.append((entry, kind.load(0, len(kind))))
            entry.version = kind.version
        if isinstance(kind, Shared):
            known = entry
            kind.fetch = lambda: (fetch(known.number), known.users > 0)
        return entry

    def _enter(self, owner: Any, dtype: ElementType, count: int, placement: str, store: Optional[Store]) -> Entry:
        entry = Entry(self._next, owner, dtype, count, placement, store)
        self._entries[entry.number] = entry
        self._next += 1
        return entry

    def _collected(self, number: int) -> None:
        if self._entries.pop(number, None) is not None:
            self._forgotten.append(number)


def scalar(value: Any) -> Any:
    """A by-value argument as the protocol's JSON. LookupError: not a scalar."""
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        value = value.item()  # NumPy's scalars
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, numbers.Integral):
        return buffers.as_int32(value)
    if isinstance(value, numbers.Real):
        number = float(value)
        if math.isfinite(number):
            return number
        return {"real": "nan" if math.isnan(number) else "inf" if number > 0 else "-inf"}
    raise LookupError


def is_scalar(value: Any) -> bool:
    try:
        scalar(value)
    except LookupError:
        return False
    return True


def _describe(value: Any) -> Tuple[ElementType, bytes, Optional[Store]]:
    """Element type, contents and the way back, of anything flat."""
    if isinstance(value, (list, tuple)):
        dtype = buffers.infer(value)
        return dtype, buffers.pack(value, dtype), _into_list(value, dtype) if isinstance(value, list) else None
    try:
        view = memoryview(value)
    except TypeError:
        raise TypeError(
            f"{buffers.describe(value)} cannot be passed to a kernel: pass numbers, bools, None, flat lists or arrays of them, memory kinds, "
            "or kernels"
        ) from None
    dtype, data, writable = buffers.from_buffer(view)
    return dtype, data, (lambda first, changed: buffers.store_to_buffer(view, first, changed, dtype)) if writable else None


def _into_list(owner: List[Any], dtype: ElementType) -> Store:
    def store(first: int, data: Bytes) -> None:
        owner[first : first + len(data) // ELEMENT_BYTES] = buffers.unpack(data, dtype)

    return store


def _not_told(first: int, data: Bytes) -> None:
    """Stores to a kind of the user's own have been made already."""


def _weak_update(kind: Resident) -> Store:
    reference = weakref.ref(kind)

    def store(first: int, data: Bytes) -> None:
        owner = reference()
        if owner is not None:
            owner.update(first, data)

    return store
