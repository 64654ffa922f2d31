"""Python values as typed buffers and back.

On a core every element has 4 bytes: a 32-bit int, an IEEE binary32 real, or a bool stored as 0 or 1, little-endian. Anything flat
can be passed: lists, tuples, array.array, bytes, memoryview, NumPy arrays (through the buffer protocol; NumPy itself is never imported).
"""

from __future__ import annotations

import array
import numbers
import sys
from typing import Any, Iterable, List, Sequence, Tuple, Union

from .types import ELEMENT_BYTES, ElementType, bool32, float32, int32

Scalar = Union[int, float, bool]

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
_INT_FORMATS = frozenset("bBhHiIlLqQnN")
_REAL_FORMATS = frozenset("efd")


def as_int32(value: Any, where: str = "value") -> int:
    """An int that a core can hold."""
    number = int(value)
    if not INT_MIN <= number <= INT_MAX:
        raise OverflowError(f"{where} {number} does not fit the cores' 32-bit ints ({INT_MIN} to {INT_MAX}); use a float or a smaller number")
    return number


def pack(values: Sequence[Any], kind: ElementType) -> bytes:
    """The bytes of `values` as elements of one type. Reals are rounded to float32; too large ones become infinite, as on the core."""
    if isinstance(values, array.array) and values.typecode == kind.code and sys.byteorder == "little" and kind is not bool32:
        return values.tobytes()
    if kind is int32:
        try:
            packed = array.array("i", values)
        except (OverflowError, TypeError):
            packed = array.array("i", [as_int32(_whole(value), f"element {index} =") for index, value in enumerate(values)])
    elif kind is bool32:
        packed = array.array("i", [1 if value else 0 for value in values])
    else:
        packed = array.array("f", values)  # conversion from double rounds to nearest; overflow gives infinity
    return _little_endian(packed).tobytes()


def unpack(data: Union[bytes, bytearray, memoryview], kind: ElementType) -> List[Scalar]:
    """The Python values in `data`."""
    packed = array.array(kind.code)
    packed.frombytes(data)
    values: List[Any] = _little_endian(packed).tolist()
    return [value != 0 for value in values] if kind is bool32 else values


def infer(values: Iterable[Any]) -> ElementType:
    """int32 for ints (and bools among them), bool for bools alone, float32 as soon as there is one real. Empty: int32."""
    bools = ints = reals = False
    for index, value in enumerate(values):
        kind = type(value)
        if kind is bool or kind.__name__ in ("bool_", "bool"):
            bools = True
        elif kind is int or isinstance(value, numbers.Integral):
            ints = True
        elif kind is float or isinstance(value, numbers.Real):
            reals = True
        else:
            raise TypeError(
                f"element {index} is {describe(value)}; lists for kernels are flat and hold only ints, floats and bools"
            )
    if reals:
        return float32
    return bool32 if bools and not ints else int32


def from_buffer(view: memoryview) -> Tuple[ElementType, bytes, bool]:
    """Element type, converted bytes, and whether results can be written back, of an object with the buffer protocol."""
    form = view.format.lstrip("@=<>!") if view.format else "B"
    if not view.c_contiguous:
        raise TypeError("the array is not contiguous in memory; pass a contiguous copy (numpy.ascontiguousarray)")
    if view.format and view.format[0] in ">!" and view.itemsize > 1:
        raise TypeError(f"the array's byte order (format {view.format!r}) is not this machine's; pass a converted copy")
    writable = not view.readonly
    if form == "?":
        return bool32, pack(list(view.cast("B")), bool32), writable
    if form in _REAL_FORMATS:
        kind = float32
    elif form in _INT_FORMATS:
        kind = int32
    else:
        raise TypeError(f"arrays of format {view.format!r} cannot be passed to a kernel; use ints, floats or bools")
    if form == kind.code and view.itemsize == ELEMENT_BYTES and sys.byteorder == "little":
        return kind, view.tobytes(), writable
    return kind, pack(_flat(view, form).tolist(), kind), writable


def store_to_buffer(view: memoryview, first: int, data: Union[bytes, memoryview], kind: ElementType) -> None:
    """Writes elements that a kernel has changed back into an object with the buffer protocol."""
    form = view.format.lstrip("@=<>!") if view.format else "B"
    flat: Any = _flat(view, form)
    for index, value in enumerate(unpack(data, kind), first):
        try:
            flat[index] = value
        except (ValueError, TypeError) as error:
            raise OverflowError(f"a kernel stored {value} into element {index}, which does not fit the array's type {view.format!r}") from error


def _flat(view: memoryview, form: str) -> memoryview:
    """One dimension, in a format that memoryview can index (NumPy's come with a byte-order mark)."""
    return view.cast("B").cast(form) if view.nbytes else view.cast("B")


def _little_endian(packed: "array.array[Any]") -> "array.array[Any]":
    if sys.byteorder == "big":
        packed.byteswap()
    return packed


def _whole(value: Any) -> int:
    if isinstance(value, numbers.Integral) or type(value).__name__ == "bool_":
        return int(value)
    raise TypeError(f"{describe(value)} where an int is expected")


def describe(value: Any) -> str:
    text = repr(value)
    return f"a {type(value).__name__} ({text if len(text) <= 40 else text[:37] + '...'})"
