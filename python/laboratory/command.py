"""The commands of the laboratory: finds the one that is meant, and turns what goes wrong into a message and an exit code."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from typing import Any, List, NoReturn, Optional

COMMANDS = {
    "reproduce": ("Repeat the published results of the papers and compare", "epysim reproduce Gauss-Seidel --html papers.html"),
    "report": ("Show where the cycles of a run went: by kernel, line of Python, variable, core", "epysim report script.py -- --pixels 3600"),
    "sweep": ("Run a study: a program with many settings", "epysim sweep --jobs 2 study.json"),
    "tune": ("Search for the best prefetch settings of an offload script", "epysim tune script.py --objective kernel_seconds -- --pixels 3600"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\nSee `{self.prog} --help`.\n")


def main(arguments: Optional[List[str]] = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] not in COMMANDS:
        sys.stderr.write(f"epysim: the laboratory has the commands {', '.join(COMMANDS)}\n")
        return 2
    name = words[0]
    text, example = COMMANDS[name]
    module: Any = importlib.import_module(f".{name}", __package__)
    parser = _Parser(prog=f"epysim {name}", description=text, epilog=f"Example:  {example}", allow_abbrev=False)
    module.add_to(parser)
    signal.signal(signal.SIGTERM, _interrupt)
    own, others = words[1:], []
    if "--" in own and name in ("tune", "report"):  # what follows is the script's
        at = own.index("--")
        own, others = own[:at], own[at + 1 :]
    options = parser.parse_args(own)
    options.others = others
    return _guarded(module.main, options, name)


def _guarded(body: Any, options: argparse.Namespace, name: str) -> int:
    from epython.errors import BoardError

    from .json_lines import LocatedError
    from .results import InUse
    from .workers import NotInstalled

    try:
        return int(body(options))
    except KeyboardInterrupt:
        sys.stderr.write(f"epysim {name}: interrupted; the same command goes on from here\n")
        return 130
    except (LocatedError, InUse, NotInstalled, BoardError, ConnectionError, ValueError, OSError) as error:
        text = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        sys.stderr.write(f"epysim {name}: {text}\n")
        return 2


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt
