"""The source of a kernel and of everything it needs: what is sent to the compiler.

A kernel is taken from its file by `inspect`, without decorators, annotations and doc strings, and with its original file and line numbers.
What it uses of the module around it goes along: helper functions, other kernels, numbers, short lists of numbers, and imports of
modules that the cores have too.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import numbers
import types
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple

from . import device_data, prompt
from .errors import CompileError

#: modules that kernels can import (vm/modules)
DEVICE_MODULES = frozenset({"array", "concurrency", "math", "memory", "parallel", "random", "taskfarm", "util"})
MAX_ARGUMENTS = 15
MAX_CONSTANT_ELEMENTS = 256
GENERATED = "<constants>"


class Piece(NamedTuple):
    """A stretch of source text and where it comes from."""

    file: str
    first_line: int
    text: str

    def as_chunk(self) -> Dict[str, Any]:
        return self._asdict()


class Extract(NamedTuple):
    """One function's source and the names it takes from outside."""

    piece: Piece
    body: Tuple[int, int]  # row and column of the first statement in the piece
    names: Tuple[str, ...]
    assigned: Tuple[str, ...]  # names that it binds itself, without its parameters


class Source:
    """A set of functions with all they need, ready to be sent. Two functions cannot share a name, as they become one program."""

    def __init__(self, copied: Optional[Mapping[types.FunctionType, Tuple[str, ...]]] = None) -> None:
        self.copied: Mapping[types.FunctionType, Tuple[str, ...]] = {} if copied is None else copied  # arguments that functions copy
        self.functions: Dict[str, types.FunctionType] = {}
        self.pieces: Dict[str, Tuple[Piece, ...]] = {}  # per function
        self.constants: Dict[str, str] = {}  # name -> line that defines it
        self.residents: Dict[str, int] = {}  # device data -> most dimensions
        self.bound: Dict[str, Tuple[str, ...]] = {}  # functions made by bind(): kernel and variables
        self.text = ""  # of a program that is no set of kernels

    def copy(self) -> "Source":
        other = Source(self.copied)
        other.functions, other.pieces, other.constants = dict(self.functions), dict(self.pieces), dict(self.constants)
        other.residents, other.bound = dict(self.residents), dict(self.bound)
        return other

    def bind(self, kernel: str, count: int, variables: Mapping[int, str]) -> str:
        """The name of a function that calls the kernel with `count` arguments, of which some, by place, are module variables."""
        if not variables:
            return kernel
        name = "_".join(["epython_bound", kernel, str(count), *(f"{place}_{variables[place].split('_')[-1]}" for place in sorted(variables))])
        given = [variables.get(place, f"a{place}") for place in range(count)]
        parameters = ", ".join(argument for place, argument in enumerate(given) if place not in variables)
        text = f"def {name}({parameters}):\n    return {kernel}({', '.join(given)})\n"
        self.pieces[name] = (Piece(GENERATED, 1, text),)
        self.bound[name] = (kernel, *variables.values())
        return name

    def keep_bound(self, before: "Source") -> None:
        """Takes over what bind() has made for an earlier program, where it still fits this one."""
        for name, (kernel, *variables) in before.bound.items():
            if kernel in self.functions and all(variable in self.residents for variable in variables):
                self.pieces.setdefault(name, before.pieces[name])
                self.bound.setdefault(name, before.bound[name])

    def contains(self, other: "Source") -> bool:
        """Whether everything in `other` is here, unchanged."""
        return (
            not self.text
            and other.pieces.items() <= self.pieces.items()
            and other.constants.items() <= self.constants.items()
            and all(self.residents.get(name, 0) >= dimensions for name, dimensions in other.residents.items())
        )

    def chunks(self) -> List[Piece]:
        """Constants first, then the functions in the order in which they were needed."""
        generated = "".join(line + "\n" for line in self.constants.values())
        return ([Piece(GENERATED, 1, generated)] if generated or not self.pieces else []) + [piece for pieces in self.pieces.values() for piece in pieces]

    def uses(self, file: Optional[str], line: Optional[int]) -> bool:
        """Whether that line is in one of the pieces."""
        return any(
            piece.file == file and line is not None and piece.first_line <= line < piece.first_line + piece.text.count("\n")
            for pieces in self.pieces.values()
            for piece in pieces
        )

    def add(self, function: types.FunctionType) -> None:
        """Adds a function and what it needs. CompileError or OverflowError when that cannot be shipped; what has been added by then is of no use."""
        name = function.__name__
        known = self.functions.get(name)
        if known is not None:
            if known.__code__ is function.__code__ and _outside(known) == _outside(function):
                return
            raise _error(function, f"two different functions named {name} would be in one program; rename one")
        if name in self.constants or name in self.residents:
            raise _error(function, f"{name} is the name of a function and of a variable in one program; rename one")
        extract = extract_function(function)
        self.functions[name] = function
        self.pieces[name] = _with_copies(extract, self.copied.get(function, ()))
        for used in extract.names + extract.assigned:
            if device_data.means(used, function):
                continue
            if used in self.residents:
                raise _error(function, f"{used} in {name} has the name of device data of another module; rename one")
            if used not in extract.assigned:
                value = _meaning(function, used)
                if value is not _NOTHING:
                    self._add_outside(function, used, value)
            # other names: built-in functions of the cores, or errors that the compiler reports with their line

    def _add_outside(self, user: types.FunctionType, name: str, value: Any) -> None:
        value = plain_function(value)
        module = getattr(value, "__module__", None)
        if module == f"{__package__}.messaging":
            module = "parallel"  # what the host does as one of the cores, a kernel does as its core
        if isinstance(value, types.ModuleType):
            imported = "parallel" if value.__name__ == __package__ else value.__name__  # epython.coreid()
            if imported not in DEVICE_MODULES:
                raise _error(user, f"{user.__name__} uses module {imported}, which the cores do not have")
            self._define(user, name, f"import {imported}" + (f" as {name}" if name != imported else ""))
        elif module in DEVICE_MODULES and callable(value):
            original = value.__name__
            self._define(user, name, f"from {module} import {original}" + (f" as {name}" if name != original else ""))
        elif isinstance(value, types.FunctionType):
            self.add(value)
            if name != value.__name__:
                self._define(user, name, f"{name} = {value.__name__}")
        else:
            self._define(user, name, f"{name} = {_literal(user, name, value)}")

    def _define(self, user: types.FunctionType, name: str, line: str) -> None:
        if self.constants.setdefault(name, line) != line:
            raise _error(user, f"{name} means different things to the functions of one program ({self.constants[name]!r} and {line!r}); rename one")
        if name in self.functions:
            raise _error(user, f"{name} is the name of a function and of a constant in one program; rename one")


_extracts: Dict[types.CodeType, Extract] = {}


def extract_function(function: types.FunctionType) -> Extract:
    """The function's own source, cleaned, and the names it uses from outside."""
    code = function.__code__
    if code not in _extracts:
        _extracts[code] = _extract(function)
    return _extracts[code]


def check_signature(function: Any) -> None:
    """What can be said about a kernel without its source. Raises CompileError or TypeError."""
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"@offload is for plain functions, not {function!r}")
    if function.__name__ == "<lambda>":
        raise _error(function, "a lambda cannot be a kernel; give it a name with def")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise _error(function, f"kernel {function.__name__} is a generator or coroutine, which the cores do not have")
    parameters = list(inspect.signature(function).parameters.values())
    for parameter in parameters:
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            raise _error(function, f"kernel {function.__name__}: parameter {parameter} cannot be had on a core; list the parameters one by one")
    if len(parameters) > MAX_ARGUMENTS:
        raise _error(function, f"kernel {function.__name__} has {len(parameters)} parameters; at most {MAX_ARGUMENTS} are possible")


def plain_function(value: Any) -> Any:
    """The function behind an offloaded one; other values as they are."""
    return getattr(value, "__epython_kernel__", value)


def _extract(function: types.FunctionType) -> Extract:
    check_signature(function)
    lines, first_line, file = _lines(function)
    margin = len(lines[0]) - len(lines[0].lstrip())
    lines = [line[margin:] or "\n" if not line[:margin].strip() else line.lstrip(" \t") for line in lines]
    text = "".join(lines)
    if not text.endswith("\n"):
        text += "\n"
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef):
        raise _error(function, f"the source of {function.__name__} is not a plain function definition")
    cleaned = _clean(text, node)
    skipped = node.lineno - 1  # decorators
    names, assigned = _outside_names(node)
    piece = Piece(file, first_line + skipped, "".join(cleaned.splitlines(True)[skipped:]))
    body = node.body[0]
    return Extract(piece, (body.lineno - 1 - skipped, body.col_offset), tuple(sorted(names)), tuple(sorted(assigned)))


def _lines(function: types.FunctionType) -> Tuple[List[str], int, str]:
    """The lines of a function with their decorators, the number of the first, and the file."""
    name = function.__code__.co_filename
    try:
        lines, first_line = inspect.getsourcelines(function)
        return lines, first_line, inspect.getsourcefile(function) or name
    except (OSError, TypeError) as error:
        found = prompt.typed(function)
        if found is not None:
            return found.lines, found.first_line, name
        raise _error(
            function,
            f"the source of kernel {function.__name__} cannot be read ({error}); kernels must be in a file, a notebook cell, or typed at "
            "Python's own prompt",
        ) from error


def _with_copies(extract: Extract, names: Tuple[str, ...]) -> Tuple[Piece, ...]:
    """The piece, with statements in front of the body that copy arguments; lines keep their numbers."""
    piece = extract.piece
    if not names:
        return (piece,)
    lines = piece.text.splitlines(True)
    row, column = extract.body
    line = lines[row].encode()
    copies = [f"{name} = {name}[:]" for name in names]
    if line[:column].strip():  # the body is on the line of the def
        lines[row] = line[:column].decode() + "; ".join(copies) + "; " + line[column:].decode()
        return (piece._replace(text="".join(lines)),)
    margin = line[:column].decode()
    inserted = "".join(f"{margin}{copy}\n" for copy in copies)
    return (
        piece._replace(text="".join(lines[:row])),
        Piece(GENERATED, 1, inserted),
        piece._replace(first_line=piece.first_line + row, text="".join(lines[row:])),
    )


def _clean(text: str, node: ast.FunctionDef) -> str:
    """Blanks what the cores' language does not have: annotations and doc strings. Lines and columns of the rest stay."""
    lines = [bytearray(line.encode()) for line in text.splitlines(True)]

    def blank(first: Tuple[int, int], last: Tuple[int, int], put: bytes = b"") -> None:
        for number in range(first[0], last[0] + 1):
            line = lines[number - 1]
            start = first[1] if number == first[0] else 0
            stop = last[1] if number == last[0] else len(line.rstrip(b"\r\n"))
            line[start:stop] = put.ljust(stop - start) if number == first[0] else b" " * (stop - start)

    def start(of: Any) -> Tuple[int, int]:
        return of.lineno, of.col_offset

    def end(of: Any) -> Tuple[int, int]:
        return of.end_lineno, of.end_col_offset

    for inner in ast.walk(node):
        if isinstance(inner, ast.arg) and inner.annotation is not None:
            blank((inner.lineno, inner.col_offset + len(inner.arg.encode())), end(inner))
        elif isinstance(inner, ast.AnnAssign):
            blank(end(inner.target), end(inner.annotation))
            if inner.value is None:
                blank(start(inner), end(inner), b"pass")
        elif isinstance(inner, ast.FunctionDef):
            if inner.returns is not None:
                row, column = start(inner.returns)
                arrow = lines[row - 1].rfind(b"->", 0, column)
                while arrow < 0:
                    row -= 1
                    arrow = lines[row - 1].rfind(b"->")
                blank((row, arrow), end(inner.returns))
            head = inner.body[0]
            if isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant) and isinstance(head.value.value, str):
                blank(start(head), end(head), b"pass")
    return b"".join(lines).decode()


def _outside_names(node: ast.FunctionDef) -> Tuple[Set[str], Set[str]]:
    """Names that a function reads but does not bind itself, and those that it assigns."""
    parameters = {argument.arg for argument in node.args.args}
    bound: Set[str] = set(parameters)
    read: Set[str] = set()
    shared: Set[str] = set()
    for inner in [*node.body, *node.args.defaults]:
        for part in ast.walk(inner):
            if isinstance(part, ast.Name):
                (read if isinstance(part.ctx, ast.Load) else bound).add(part.id)
            elif isinstance(part, ast.Global):
                shared.update(part.names)
            elif isinstance(part, (ast.Import, ast.ImportFrom)):
                bound.update((alias.asname or alias.name).split(".")[0] for alias in part.names)
    return (read - bound) | shared, bound - parameters - shared


_NOTHING = object()


def _meaning(function: types.FunctionType, name: str) -> Any:
    """What a name outside a function means to it now: a variable of a function around it, or of its module. _NOTHING: what the compiler knows of it."""
    if name in function.__code__.co_freevars:
        try:
            return (function.__closure__ or ())[function.__code__.co_freevars.index(name)].cell_contents
        except ValueError:
            pass  # not assigned yet
    value = function.__globals__.get(name, _NOTHING)
    return _NOTHING if value is getattr(builtins, name, _NOTHING) else value


def _outside(function: types.FunctionType) -> Tuple[Any, ...]:
    return id(function.__globals__), tuple(id(cell.cell_contents) for cell in _filled(function))


def _filled(function: types.FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            cell.cell_contents
        except ValueError:
            continue
        yield cell


def _literal(user: types.FunctionType, name: str, value: Any) -> str:
    if isinstance(value, (list, tuple)) and all(isinstance(element, numbers.Real) for element in value):
        if len(value) > MAX_CONSTANT_ELEMENTS:
            raise _error(user, f"{user.__name__} uses {name}, a list of {len(value)} elements; pass lists longer than {MAX_CONSTANT_ELEMENTS} as an argument")
        return "[" + ", ".join(_number(user, name, element) for element in value) + "]"
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, numbers.Real):
        return _number(user, name, value)
    if isinstance(value, str):
        return repr(value)
    raise _error(
        user,
        f"{user.__name__} uses {name}, which is of type {type(value).__name__}; kernels can use functions, numbers, strings and short lists of "
        f"numbers from the module around them - pass anything else as an argument",
    )


def _number(user: types.FunctionType, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return repr(value)
    if isinstance(value, numbers.Integral):
        if not -(2**31) <= int(value) < 2**31:
            raise OverflowError(f"{name} = {value}, which kernel {user.__name__} uses, does not fit the cores' 32-bit ints")
        return repr(int(value))
    number = float(value)
    if not math.isfinite(number):
        raise _error(user, f"{user.__name__} uses {name} = {number}, which cannot be written as a constant; pass it as an argument")
    return repr(number)


def _error(function: types.FunctionType, message: str) -> CompileError:
    code = function.__code__
    return CompileError(f"{code.co_filename}:{code.co_firstlineno}: {message}", kernel=function.__name__, file=code.co_filename, line=code.co_firstlineno)
