"""How far long work has come: a line that replaces itself on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
import time
from typing import Any


class Progress:
    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        self._show("")
        return self

    def __exit__(self, *_: Any) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def step(self, note: str = "") -> None:
        self._done += 1
        self._show(note)

    def _show(self, note: str) -> None:
        if not self._shown or not self._total:
            return
        left = ""
        if self._done:
            left = f", {(time.monotonic() - self._began) * (self._total - self._done) / self._done:.0f} s left"
        sys.stderr.write(f"\r\033[K{self._what}: {self._done} of {self._total} runs{left}{', ' + note if note else ''}")
        sys.stderr.flush()
