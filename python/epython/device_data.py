"""Device data: variables that every core has for itself, and that stay there from kernel to kernel.

    total = 0
    define_on_device(total)             # each core gets the value that it has now

    @offload
    def add(n):
        total += n                      # needs no `global`

    add(5)
    copy_to_device("total", 100, target=3)
    copy_from_device("total")           # one value per core: [5, 5, 5, 100, ...]

Copies keep their place among the launches of a core. Values are numbers, bools, None, and arrays of them; arrays keep their shape.
A kernel may assign a string, or a list that is mixed or nested, as well; such a value stays only as long as the program on the cores: when another kernel has to
be loaded, or cores come back after a failure, it is lost, and a notice says so.
"""

from __future__ import annotations

import array
import ast
import linecache
import sys
import types
import weakref
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from . import buffers, data, options
from .errors import UsageError
from .handler import KernelExecutionHandler
from .memkind import Kind, Microcore
from .types import bool32

MAX_DIMENSIONS = 7


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Any = _Missing()


class Contents(NamedTuple):
    """A value as it goes to the cores."""

    value: Any  # a scalar as the protocol's JSON, or a flat sequence
    shape: Tuple[int, ...]  # empty for a scalar


class Variable(NamedTuple):
    """A defined variable. `scope` is the module whose kernels know it by its name."""

    scope: Dict[str, Any]
    initial: Contents
    version: int


_defined: Dict[str, Variable] = {}
_dimensions: Dict[str, int] = {}  # the most that a variable has had


def defined() -> Dict[str, Variable]:
    return dict(_defined)


def dimensions() -> Dict[str, int]:
    return dict(_dimensions)


def keep(kind: Microcore) -> None:
    """Makes a memory kind's data device data; they go with the object."""
    known = _defined.get(kind.variable)
    if known is None:
        weakref.finalize(kind, _drop, kind.variable).atexit = False
    if known is None or known.version != kind.version:
        _dimensions[kind.variable] = 1
        _defined[kind.variable] = Variable({}, Contents(_typed(kind.contents()), (len(kind),)), kind.version)


def _drop(name: str) -> None:
    _defined.pop(name, None)
    _dimensions.pop(name, None)


def clear() -> None:
    """Forgets all definitions; boards that are running keep what they have."""
    _defined.clear()
    _dimensions.clear()


def means(name: str, function: types.FunctionType) -> bool:
    """Whether a name in this function means device data."""
    variable = _defined.get(name)
    if variable is None:
        return False
    own = function.__globals__
    return variable.scope is own or (name in own and name in variable.scope and own[name] is variable.scope[name])


def define_on_device(var_or_name: Any, value: Any = MISSING) -> None:
    """Creates a variable on every core, with the value that it has here and now.

    Give the variable itself, or its name; with a name also any value. Kernels of the calling module read and assign it by that name.
    Defining it again gives it a new value on all cores.
    """
    frame = sys._getframe(1)
    name = _name(var_or_name, frame)
    if value is MISSING:
        value = _value(name, frame) if isinstance(var_or_name, str) else var_or_name
    initial = contents(value)
    before = _defined.get(name)
    _note_dimensions(name, initial)
    _defined[name] = Variable(frame.f_globals, initial, before.version + 1 if before else 1)


declare_on_device = define_on_device


def copy_to_device(
    name_or_var: Any, data: Any, target: options.Target = None, async_: bool = False, asynchronous: Optional[bool] = None, **old_names: Any
) -> Optional[KernelExecutionHandler]:
    """Overwrites a variable of the cores (all, or `target`). async_: returns a handler at once; the data are taken over before that."""
    name = _known(name_or_var, sys._getframe(1))
    given = contents(data)
    _note_dimensions(name, given)
    from .session import current

    return _finish(current().put(name, given, _placement(target)), async_, asynchronous, old_names)


def copy_from_device(
    name_or_var: Any, target: options.Target = None, async_: bool = False, asynchronous: Optional[bool] = None, **old_names: Any
) -> Union[List[Any], KernelExecutionHandler]:
    """A variable's values on the cores (all, or `target`): a list with one entry per core. async_: a handler, whose wait() gives the list."""
    name = _known(name_or_var, sys._getframe(1))
    from .session import current

    handler = current().get(name, _placement(target))
    return handler if _is_async(async_, asynchronous, old_names) else handler.wait()


def contents(value: Any) -> Contents:
    """Takes over a value. Raises TypeError for what a core cannot hold, OverflowError for ints beyond 32 bits."""
    try:
        return Contents(data.scalar(value), ())
    except LookupError:
        pass
    if isinstance(value, Kind):
        return Contents(value[:], (len(value),))
    if isinstance(value, (list, tuple)):
        shape = _shape(value)
        return Contents(_typed(_flattened(value, len(shape))), shape)
    try:
        view = memoryview(value)
    except TypeError:
        raise TypeError(f"{buffers.describe(value)} cannot be device data; numbers, bools, None, and lists or arrays of them can") from None
    dtype, raw, _ = buffers.from_buffer(view)
    shape = tuple(view.shape or ())
    return Contents(_typed(buffers.unpack(raw, dtype)), shape[:MAX_DIMENSIONS] if len(shape) <= MAX_DIMENSIONS else (len(raw) // 4,))


def _typed(values: Sequence[Any]) -> Sequence[Any]:
    """A sequence of our own, so that later changes by the caller do not matter."""
    dtype = buffers.infer(values)
    packed = buffers.pack(values, dtype)
    if dtype is bool32:
        return list(values)
    return array.array(dtype.code, buffers.unpack(packed, dtype))


def _shape(value: Any) -> Tuple[int, ...]:
    """Extents of nested lists, which must be rectangular."""
    if not isinstance(value, (list, tuple)):
        return ()
    if not any(isinstance(element, (list, tuple)) for element in value):
        return (len(value),)
    inner = {_shape(element) for element in value}
    if len(inner) != 1 or () in inner:
        raise TypeError("nested lists for the cores must be rectangular: all rows of the same length, and nothing beside them")
    shape = (len(value), *inner.pop())
    if len(shape) > MAX_DIMENSIONS:
        raise TypeError(f"an array of {len(shape)} dimensions; at most {MAX_DIMENSIONS} are possible")
    return shape


def _flattened(value: Sequence[Any], levels: int) -> List[Any]:
    return list(value) if levels == 1 else [element for row in value for element in _flattened(row, levels - 1)]


def _note_dimensions(name: str, given: Contents) -> None:
    _dimensions[name] = max(_dimensions.get(name, 1), len(given.shape))


def _placement(target: options.Target) -> Any:
    return "all" if target is None else options.cores(target)


def _is_async(async_: bool, asynchronous: Optional[bool], old_names: Dict[str, Any]) -> bool:
    unknown = [name for name in old_names if name != "async"]
    if unknown:
        raise TypeError(f"there is no option {unknown[0]!r}; there are target and async_")
    return bool(old_names.get("async", async_ if asynchronous is None else asynchronous))


def _finish(
    handler: KernelExecutionHandler, async_: bool, asynchronous: Optional[bool], old_names: Dict[str, Any]
) -> Optional[KernelExecutionHandler]:
    if _is_async(async_, asynchronous, old_names):
        return handler
    handler.wait()
    return None


def _known(name_or_var: Any, frame: types.FrameType) -> str:
    name = _name(name_or_var, frame)
    if name not in _defined:
        raise UsageError(f"there is no {name} on the cores; call define_on_device({name!r}) first")
    return name


def _value(name: str, frame: types.FrameType) -> Any:
    for scope in (frame.f_locals, frame.f_globals):
        if name in scope:
            return scope[name]
    raise NameError(f"define_on_device({name!r}): there is no variable of that name here; give a value as well")


def _name(var_or_name: Any, frame: types.FrameType) -> str:
    """The name of the variable that was given: as it is written in the call, else the only one with this object."""
    if isinstance(var_or_name, str):
        if not var_or_name.isidentifier():
            raise UsageError(f"{var_or_name!r} is not the name of a variable")
        return var_or_name
    scope = {**frame.f_globals, **frame.f_locals}
    written = [name for name in _written(frame) if scope.get(name, MISSING) is var_or_name]
    if written:
        return written[0]
    names = [name for name, value in scope.items() if value is var_or_name and not name.startswith("_")]
    if len(names) == 1:
        return names[0]
    raise UsageError("it cannot be told which variable this is; give its name as a string" + (f" ({' or '.join(names)}?)" if names else ""))


def _written(frame: types.FrameType) -> List[str]:
    """Plain names that stand first in a call on the line that a frame is at."""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name) and node.end_lineno is not None:
            if node.lineno <= frame.f_lineno <= node.end_lineno:
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.append((called in _CALLS, node.args[0].id))
    return [name for _, name in sorted(found, key=lambda one: not one[0])]


_CALLS = ("define_on_device", "declare_on_device", "copy_to_device", "copy_from_device")
