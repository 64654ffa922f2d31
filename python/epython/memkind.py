"""Memory kinds: where data live while kernels use them. Change the class, and nothing else, to move data.

    a = memkind.Host(types.int, 1000)        # host memory: of any size; cores fetch the elements they touch
    b = memkind.Shared(types.int, a)         # memory that host and cores share: cores load and store it directly

A kind looks like a list of fixed length on the host: len(), indexes, slices, iteration. What kernels have stored in it is there once
the launch has been waited for.
"""

from __future__ import annotations

from typing import Any, Callable, Iterator, Optional, Sequence, Tuple, Union

from . import buffers
from .errors import NotAvailableError
from .types import ELEMENT_BYTES, ElementType, element_type

Bytes = Union[bytes, bytearray, memoryview]


class Kind:
    """A place for `count` elements of one type. A subclass says how to load and store them.

    load(offset, count) returns the bytes of `count` elements; store(offset, data) keeps bytes that the host or a kernel has written.
    Offsets count elements; an element has 4 bytes, little-endian. A kind of one's own (a file, a generator, a remote store) is read when
    it is passed to a kernel; what kernels have changed is stored, in order, by the wait for that launch.
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


class Resident(Kind):
    """Data that are registered with the board once. The host keeps a copy; both sides tell each other what they have changed."""

    #: the kind's name in the link protocol
    placement = "host"

    def __init__(self, dtype: Any, contents: Union[int, Sequence[Any]]) -> None:
        initial = None if isinstance(contents, int) else list(contents)
        super().__init__(dtype, contents if isinstance(contents, int) else len(contents))
        self._data = bytearray(ELEMENT_BYTES * self._count) if initial is None else bytearray(buffers.pack(initial, self.dtype))
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
        self.update(offset, data)

    def update(self, offset: int, data: Bytes) -> None:
        """Takes over what the board has; unlike store(), it need not be told."""
        self._data[offset * ELEMENT_BYTES : offset * ELEMENT_BYTES + len(data)] = data

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
    """Each core's local memory. Not in this version."""

    def __init__(self, dtype: Any, contents: Union[int, Sequence[Any]] = 0) -> None:
        raise NotAvailableError(
            "memkind.Microcore (a copy in each core's local memory) is not available in this version; use memkind.Shared, which cores "
            "address directly, or memkind.Host"
        )


Device = Microcore
