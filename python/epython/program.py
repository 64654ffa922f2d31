"""Which functions make up the program on the cores.

Loading a program restarts the cores, so everything that has been decorated so far goes in at the first launch. A kernel that cannot be
shipped or does not compile only matters when it is launched itself.
"""

from __future__ import annotations

import types
import weakref
from typing import Callable, List, Optional, Tuple

from .errors import CompileError
from .kernel_source import Source

_decorated: List["weakref.ref[types.FunctionType]"] = []


def register(kernel: types.FunctionType) -> None:
    """Remembers a decorated function for as long as it exists."""
    _decorated.append(weakref.ref(kernel))


def source_of(functions: Tuple[types.FunctionType, ...]) -> Source:
    """The functions with all they need, as they are now."""
    source = Source()
    for function in functions:
        source.add(function)
    return source


def load(needed: Source, compile_source: Callable[[Source], None]) -> Source:
    """Compiles `needed` and as many of the other kernels as possible; returns what was loaded."""
    others = [kernel for kernel in (reference() for reference in list(_decorated)) if kernel is not None]
    _decorated[:] = [reference for reference in _decorated if reference() is not None]
    others.reverse()  # of two kernels with one name, as in a notebook, the later one counts
    while True:
        source = Source()
        source.functions, source.pieces, source.constants = dict(needed.functions), dict(needed.pieces), dict(needed.constants)
        for kernel in others:
            _try_to_add(source, kernel)
        try:
            compile_source(source)
            return source
        except CompileError as error:
            culprits = [kernel for kernel in others if _reaches(kernel, error.file, error.line)]
            if needed.uses(error.file, error.line) or not culprits:
                raise
            others = [kernel for kernel in others if kernel not in culprits]


def _try_to_add(source: Source, kernel: types.FunctionType) -> None:
    try:
        source.add(kernel)
    except (CompileError, OverflowError):
        pass  # said when it is launched


def _reaches(kernel: types.FunctionType, file: Optional[str], line: Optional[int]) -> bool:
    try:
        return source_of((kernel,)).uses(file, line)
    except (CompileError, OverflowError):
        return False
