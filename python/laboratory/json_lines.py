"""JSON with comments (// and /* */) that remembers in which line every key stood, so that a mistake can be shown where it is."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Tuple

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:[^"\\\n]|\\.)*")
      | (?P<mark>[{}\[\]:,])
      | (?P<word>-?[0-9][0-9.eE+-]*|true|false|null)""",
    re.VERBOSE | re.DOTALL,
)


class LocatedError(Exception):
    """A mistake in a file: where, and what."""

    def __init__(self, where: str, line: int, what: str) -> None:
        super().__init__(f"{where}:{line}: {what}")


class Object(Dict[str, Any]):
    """A JSON object; `lines` has the line of every key."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Dict[str, int] = {}


def load(path: str) -> Any:
    with open(path, encoding="utf-8") as file:
        return parse(file.read(), path)


def parse(text: str, where: str) -> Any:
    reader = _Reader(text, where)
    value = reader.value()
    if reader.token[0] != "end":
        raise reader.error("nothing may follow here")
    return value


class _Reader:
    def __init__(self, text: str, where: str) -> None:
        self._where = where
        self._tokens: List[Tuple[str, str, int]] = []
        line, at = 1, 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise LocatedError(where, line, f"not valid JSON: {text[at : at + 12].split()[0]!r}")
            if match.lastgroup != "space":
                self._tokens.append((match.lastgroup or "", match.group(), line))
            line += match.group().count("\n")
            at = match.end()
        self._tokens.append(("end", "the end of the file", line))
        self._at = 0

    @property
    def token(self) -> Tuple[str, str, int]:
        return self._tokens[self._at]

    def error(self, what: str) -> LocatedError:
        return LocatedError(self._where, self.token[2], f"not valid JSON: {what}, not {self.token[1]}")

    def _take(self, mark: str) -> bool:
        if self.token[:2] != ("mark", mark):
            return False
        self._at += 1
        return True

    def _expect(self, mark: str) -> None:
        if not self._take(mark):
            raise self.error(f"expected '{mark}'")

    def value(self) -> Any:
        kind, text, _ = self.token
        if self._take("{"):
            return self._object()
        if self._take("["):
            return self._array()
        if kind not in ("text", "word"):
            raise self.error("expected a value")
        try:
            value = json.loads(text, strict=False)
        except ValueError:
            raise self.error("expected a value") from None
        self._at += 1
        return value

    def _object(self) -> Object:
        found = Object()
        while not self._take("}"):
            if found:
                self._expect(",")
            kind, text, line = self.token
            if kind != "text":
                raise self.error("expected a key")
            key = json.loads(text, strict=False)
            if key in found:
                raise LocatedError(self._where, line, f"'{key}' is given twice")
            self._at += 1
            self._expect(":")
            found[key] = self.value()
            found.lines[key] = line
        return found

    def _array(self) -> List[Any]:
        found: List[Any] = []
        while not self._take("]"):
            if found:
                self._expect(",")
            found.append(self.value())
        return found
