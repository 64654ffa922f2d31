"""Results of kernels: from the link protocol's JSON to Python values."""

from __future__ import annotations

from typing import Any, Callable, List

from . import buffers, types
from .errors import BoardError
from .protocol import Frame


def decode(value: Any, frame: Frame, owner: Callable[[int], Any]) -> Any:
    """`owner` gives the Python object behind a buffer's number: a kernel may return one of its arguments."""
    if not isinstance(value, dict):
        return value
    if "real" in value:
        return float(value["real"])
    if "list" in value:
        return [decode(element, frame, owner) for element in value["list"]]
    if "array" in value:
        described = value["array"]
        flat = buffers.unpack(frame.block(described), types.element_type(described["dtype"]))
        return _shaped(flat, described["shape"])
    if "reference" in value:
        return owner(value["reference"])
    if "function" in value:
        return value["function"]
    raise BoardError(f"the board process sent a value of an unknown form: {value}")


def _shaped(flat: List[Any], shape: List[int]) -> List[Any]:
    """Nested lists, row by row."""
    for extent in reversed(shape[1:]):
        flat = [flat[start : start + extent] for start in range(0, len(flat), extent)] if extent else []
    return flat
