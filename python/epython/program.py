"""Which functions make up the program on the cores.

Loading a program restarts the cores, so everything that has been decorated so far goes in at the first launch. A kernel that cannot be
shipped or does not compile only matters when it is launched itself.
"""

from __future__ import annotations

import types
import weakref
from typing import Callable, List, Optional, Tuple

from . import device_data
from .errors import CompileError
from .kernel_source import Source

_decorated: List["weakref.ref[types.FunctionType]"] = []
_by_value: "weakref.WeakKeyDictionary[types.FunctionType, Tuple[str, ...]]" = weakref.WeakKeyDictionary()


def register(kernel: types.FunctionType, by_value: Tuple[str, ...] = ()) -> None:
    """Remembers a decorated function for as long as it exists, and the arguments that it copies."""
    _decorated.append(weakref.ref(kernel))
    _by_value[kernel] = by_value


def source_of(functions: Tuple[types.FunctionType, ...], by_value: Optional[Tuple[str, ...]] = None) -> Source:
    """The functions with all they need, as they are now. `by_value` is for the first of them, when not as it was decorated."""
    source = Source(_by_value)
    if by_value is not None and functions and by_value != _by_value.get(functions[0]):
        source.copied = {**_by_value, functions[0]: by_value}
    source.residents = device_data.dimensions()
    for function in functions:
        source.add(function)
    return source


def load(needed: Source, compile_source: Callable[[Source], None], before: Optional[Source] = None) -> Source:
    """Compiles `needed` and as many of the other kernels as possible, in place of what was there before; returns what was loaded."""
    others = [kernel for kernel in (reference() for reference in list(_decorated)) if kernel is not None]
    _decorated[:] = [reference for reference in _decorated if reference() is not None]
    others.reverse()  # of two kernels with one name, as in a notebook, the later one counts
    modules = [function.__globals__ for function in needed.functions.values()]
    others.sort(key=lambda kernel: not any(kernel.__globals__ is module for module in modules))  # but before all, those of this module
    while True:
        source = needed.copy()
        for kernel in others:
            source = _with(source, kernel)
        if before is not None:
            source.keep_bound(before)
        try:
            compile_source(source)
            return source
        except CompileError as error:
            culprits = [kernel for kernel in others if _reaches(kernel, error.file, error.line)]
            if needed.uses(error.file, error.line) or not culprits:
                raise
            others = [kernel for kernel in others if kernel not in culprits]


def _with(source: Source, kernel: types.FunctionType) -> Source:
    """The source and the kernel; without it when it cannot be shipped, which is said when it is launched."""
    more = source.copy()
    try:
        more.add(kernel)
    except (CompileError, OverflowError):
        return source
    return more


def _reaches(kernel: types.FunctionType, file: Optional[str], line: Optional[int]) -> bool:
    try:
        return source_of((kernel,)).uses(file, line)
    except (CompileError, OverflowError):
        return False
