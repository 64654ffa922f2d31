"""Memory kinds: where data live while kernels use them. Change the class, and nothing else, to move data.

    a = memkind.Host(types.int, 1000)        # host memory: of any size; cores fetch the elements they touch
    b = memkind.Shared(types.int, a)         # memory that host and cores share: cores load and store it directly
    c = memkind.Microcore(types.int, a)      # each core's own memory: a copy for every core

A kind looks like a list of fixed length on the host: len(), indexes, slices, iteration. What kernels have stored in it is there once
the launch has been waited for.
"""

from __future__ import annotations

import itertools
from array import array
from typing import Any, Callable, Iterator, Optional, Sequence, Tuple, Union

from . import buffers
from .types import ELEMENT_BYTES, ElementType, element_type

Bytes = Union[bytes, bytearray, memoryview]


class Kind:
    """A place for `count` elements of one type. A subclass says how to load and store them.

    load(offset, count) returns the bytes of `count` elements; store(offset, data) keeps bytes that the host or a kernel has written.
    Offsets count elements; an element has 4 bytes, little-endian. A kind of one's own (a file, a generator, a remote store) is loaded and
    stored transfer by transfer while kernels run, in the order of each core, during a wait (or whatever lets simulated time pass), which stands still
    meanwhile. They must not use the board themselves. What they raise ends the kernel and is raised by the wait for its launch.
    """

    def __init__(self, dtype: Any, count: int) -> None:
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise TypeError(f"{type(self).__name__} takes an element type and a count or a sequence, not {count!r}")
        self.dtype: ElementType = element_type(dtype)
        self._count = count

    def load(self, offset: int, count: int) -> Bytes:
        raise NotImplementedError(f"{type(self).__name__} must define load(offset, count)")

    def store(self, offset: int, data: Bytes) -> None:
        raise NotImplementedError(f"{type(self).__name__} must define store(offset, data)")

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Union[int, slice]) -> Any:
        if not isinstance(index, slice):
            return buffers.unpack(self.load(self._position(index), 1), self.dtype)[0]
        first, stop, step = index.indices(self._count)
        if step == 1:
            return buffers.unpack(self.load(first, stop - first), self.dtype) if stop > first else []
        return [self[position] for position in range(first, stop, step)]

    def __setitem__(self, index: Union[int, slice], value: Any) -> None:
        if not isinstance(index, slice):
            self.store(self._position(index), buffers.pack([value], self.dtype))
            return
        positions, values = range(*index.indices(self._count)), list(value)
        if len(values) != len(positions):
            raise ValueError(f"{len(values)} values for {len(positions)} elements; a memory kind keeps its length")
        if positions.step == 1 and values:
            self.store(positions.start, buffers.pack(values, self.dtype))
        else:
            for position, element in zip(positions, values):
                self[position] = element

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    def __repr__(self) -> str:
        return f"<memkind.{type(self).__name__} of {self._count} {self.dtype.name}>"

    def _position(self, index: int) -> int:
        position = index + self._count if index < 0 else index
        if not 0 <= position < self._count:
            raise IndexError(f"index {index} is out of range for {self._count} elements")
        return position


def _sequence(contents: Sequence[Any]) -> Sequence[Any]:
    """What buffers.pack() takes: an array's elements need not become Python objects; bytes would not be taken as elements."""
    return contents if isinstance(contents, array) else list(contents)


class Resident(Kind):
    """Data that are registered with the board once. The host keeps a copy; both sides tell each other what they have changed."""

    #: the kind's name in the link protocol
    placement = "host"

    def __init__(self, dtype: Any, contents: Union[int, Sequence[Any]]) -> None:
        super().__init__(dtype, contents if isinstance(contents, int) else len(contents))
        self._data: Union[bytearray, memoryview] = bytearray(ELEMENT_BYTES * self._count if isinstance(contents, int) else buffers.pack(_sequence(contents), self.dtype))
        #: counts changes by the host: a board that has seen an older version gets the data again
        self.version = 0
        #: set while cores may have changed the board's copy unseen: returns that copy, and whether it can still change
        self.fetch: Optional[Callable[[], Tuple[Bytes, bool]]] = None

    def load(self, offset: int, count: int) -> memoryview:
        self.refresh()
        return memoryview(self._data)[offset * ELEMENT_BYTES : (offset + count) * ELEMENT_BYTES]

    def store(self, offset: int, data: Bytes) -> None:
        self.refresh()
        self.version += 1
        self._put(offset, data)

    def update(self, offset: int, data: Bytes) -> None:
        """Takes over what the board has, memory and all; unlike store(), it need not be told."""
        if isinstance(data, memoryview) and not data.readonly and len(data) == len(memoryview(data.obj)) == len(self._data):
            self._data = data
        else:
            self._put(offset, data)

    def _put(self, offset: int, data: Bytes) -> None:
        memoryview(self._data)[offset * ELEMENT_BYTES : offset * ELEMENT_BYTES + len(data)] = data

    def refresh(self) -> None:
        """Brings unseen changes by the cores to the host."""
        if self.fetch is not None:
            data, may_change = self.fetch()
            self.update(0, data)
            if not may_change:
                self.fetch = None


class Host(Resident):
    """Host main memory: of any size; cores fetch the elements they touch. The home of plain Python lists as well."""


class Shared(Resident):
    """The board's shared memory: cores load and store it directly; the host copies it back when it looks."""

    placement = "shared"


class Microcore(Kind):
    """Each core's local memory: every core has a copy of its own, which it loads and stores without anybody's help. What does not fit
    there lies in shared memory.

    The host's reads and writes are copies: a write goes to all cores, in order with the launches; a read brings the copy of the board's
    first core. copies() has those of all.
    """

    def __init__(self, dtype: Any, contents: Union[int, Sequence[Any]] = 0) -> None:
        initial = None if isinstance(contents, int) else list(contents)
        super().__init__(dtype, contents if isinstance(contents, int) else len(contents))
        self._data = bytearray(ELEMENT_BYTES * self._count) if initial is None else bytearray(buffers.pack(initial, self.dtype))
        #: its name among the device data
        self.variable = f"epython_kind_{next(_numbers)}"
        #: counts changes by the host: cores that have an older version get the data again
        self.version = 1
        #: set while cores may have changed their copies: returns the copy of every core
        self.fetch: Optional[Callable[[], Sequence[Sequence[Any]]]] = None

    def copies(self) -> Sequence[Sequence[Any]]:
        """What every core has, in ascending core id; empty before any kernel has used it."""
        return self.fetch() if self.fetch is not None else []

    def load(self, offset: int, count: int) -> memoryview:
        self.refresh()
        return memoryview(self._data)[offset * ELEMENT_BYTES : (offset + count) * ELEMENT_BYTES]

    def store(self, offset: int, data: Bytes) -> None:
        self.refresh()
        memoryview(self._data)[offset * ELEMENT_BYTES : offset * ELEMENT_BYTES + len(data)] = data
        self.version += 1
        self.fetch = None

    def refresh(self) -> None:
        """Brings the first core's copy to the host."""
        if self.fetch is not None:
            self._data[:] = buffers.pack(self.fetch()[0], self.dtype)

    def bring_home(self) -> None:
        """The board is about to go away; the next one gets what the host has then."""
        self.refresh()
        self.version += 1
        self.fetch = None

    def contents(self) -> Sequence[Any]:
        """What the host has written."""
        return buffers.unpack(self._data, self.dtype)


Device = Microcore
_numbers = itertools.count(1)
