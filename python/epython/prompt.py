"""The source of a function that was typed at Python's prompt, where `inspect` finds none: from the history of the lines typed."""

from __future__ import annotations

import types
from typing import Any, List, NamedTuple, Optional, Tuple


class Typed(NamedTuple):
    """A function's lines, from its def on, and the number of the first in what was typed."""

    lines: List[str]
    first_line: int


def typed(function: types.FunctionType) -> Optional[Typed]:
    """The latest lines in the history that compile to this very function; nothing when there are none."""
    history = _history()
    for start in range(len(history) - 1, -1, -1):
        if not history[start].startswith(f"def {function.__name__}"):
            continue
        end = start + 1
        while end < len(history) and history[end][:1] in (" ", "\t"):
            end += 1
        lines = [line + "\n" for line in history[start:end]]
        if _shape(_compiled("".join(lines), function.__name__)) == _shape(function.__code__):
            decorators = 0
            while start > decorators and history[start - decorators - 1].startswith("@"):
                decorators += 1
            return Typed(lines, function.__code__.co_firstlineno + decorators)
    return None


def _history() -> List[str]:
    try:
        import readline
    except ImportError:
        return []
    return [readline.get_history_item(number) or "" for number in range(1, readline.get_current_history_length() + 1)]


def _compiled(text: str, name: str) -> Optional[types.CodeType]:
    try:
        module = compile(text, "<stdin>", "exec")
    except (SyntaxError, ValueError):
        return None
    return next((constant for constant in module.co_consts if isinstance(constant, types.CodeType) and constant.co_name == name), None)


def _shape(code: Optional[types.CodeType]) -> Tuple[Any, ...]:
    """What two compilations of one text have in common."""
    if code is None:
        return ()
    constants = tuple(_shape(one) if isinstance(one, types.CodeType) else (type(one), one) for one in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars
