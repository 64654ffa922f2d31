"""What can go wrong, as exceptions. Everything raised on purpose by this package is an EPythonError, or a built-in exception
(TypeError, OverflowError, TimeoutError, ...) where Python programmers expect one."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence


class EPythonError(Exception):
    """A kernel failed, or the board could not do what was asked.

    For a kernel that failed on a core: `kernel`, `file`, `line` and `core` say where, `kind` is the class of the error on the core
    ("IndexError", "DeadlockError", ...), and `cores` lists every core on which the launch failed.
    """

    def __init__(
        self,
        message: str,
        *,
        kernel: Optional[str] = None,
        file: Optional[str] = None,
        line: Optional[int] = None,
        core: Optional[int] = None,
        kind: Optional[str] = None,
        cores: Sequence[int] = (),
    ) -> None:
        super().__init__(message)
        self.kernel = kernel
        self.file = file
        self.line = line
        self.core = core
        self.kind = kind
        self.cores = tuple(cores)


class CompileError(EPythonError):
    """A kernel uses something that does not exist on a core, or its source cannot be had."""

    def __init__(
        self,
        message: str,
        *,
        kernel: Optional[str] = None,
        file: Optional[str] = None,
        line: Optional[int] = None,
        column: Optional[int] = None,
        diagnostics: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message, kernel=kernel, file=file, line=line, kind="CompileError")
        self.column = column
        self.diagnostics = tuple(diagnostics)


class UsageError(EPythonError, ValueError):
    """An option or argument that does not fit this board or this call."""


class BoardError(EPythonError):
    """The board process could not be started, has ended, or answered nonsense."""


def kernel_error(failures: Sequence[Mapping[str, Any]]) -> EPythonError:
    """The exception for a launch that failed on one or more cores (the `error` objects of a wait reply)."""
    first = failures[0]
    cores = [int(failure["core"]) for failure in failures]
    text = str(first.get("text") or "") or _sentence(first)
    if len(cores) > 1:
        others = ", ".join(str(core) for core in cores[1:])
        text += f" (and on core{'s' if len(cores) > 2 else ''} {others})"
    return EPythonError(
        text, kernel=first.get("kernel"), file=first.get("file"), line=first.get("line"), core=cores[0], kind=first.get("class"), cores=cores
    )


def _sentence(error: Mapping[str, Any]) -> str:
    place = f" at {error['file']}:{error['line']}" if error.get("file") else ""
    return f"{error.get('class', 'error')} in kernel {error.get('kernel')} on core {error.get('core')}{place}: {error.get('message')}"
