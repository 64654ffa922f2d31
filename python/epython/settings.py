"""What a board is to be: the options of start() and config()."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping

from . import protocol, remote
from .errors import UsageError

#: name -> what it means; all of them are left to the board process when not given
OPTIONS: Dict[str, str] = {
    "target": '"sim", a board process of your own, or the address of one: "tcp://HOST:PORT", "tls://HOST:PORT", "unix:PATH"; default: EPYTHON_TARGET, else "sim"',
    "tls_authority": "file with the certificate (PEM) that vouches for a tls:// server; default: those that the system trusts",
    "silence": "seconds without a sign of life after which a board process counts as gone; default: EPYTHON_SILENCE, else 60",
    "checksums": "True: a checksum goes with every message of the board process, whose change on the way is a BoardError",
    "board": "name or file of a board's configuration",
    "device": "a real board's device file, or a folder of `epysim board --export`, instead of a simulation",
    "cores": "how many cores, or which: 4, [0, 1, 5], '0,1,5-9'",
    "set": "configuration values: {'mesh.hop_cycles': 2} or ['mesh.hop_cycles=2']",
    "fault": "what goes wrong on purpose: {'answers.drop': 0.05} or ['answers.drop=0.05'] (docs/faults.md); beside it EPYTHON_FAULT, \"KEY=VALUE KEY=VALUE\"",
    "seed": "start of the random numbers",
    "max_cycles": "stop kernels after so many cycles",
    "trace": "file for a timeline, written at the end",
    "record": "file for what goes over the link between host and board; `epysim replay` repeats it",
    "stats": "file for the statistics document, written at the end",
    "profile": "True: cycles by line of kernels, in the statistics document; `epysim report` shows them",
    "code": "where byte code is placed: 'auto', 'local', 'shared'",
    "data": "where stack and heap are placed: 'auto', 'local', 'shared'",
    "host_core": "True: kernels count the host as a core, which takes part in bcast, reduce and sync",
    "stack": "bytes of a core's local stack",
    "heap": "bytes of a core's local heap, at most; else what is left",
    "transfer_engine": "what cores move data by reference with: 'bytes', 'words', 'dma'",
}
_PLACEMENT = ("code", "data", "stack", "heap")
_HERE = ("target", "tls_authority", "stats", "fault", "silence")


def check(options: Mapping[str, Any]) -> None:
    for name in options:
        if name not in OPTIONS:
            raise UsageError(f"there is no option {name!r}; there are {', '.join(OPTIONS)}")
    silence(options)
    target = options.get("target")
    if target not in (None, "sim"):
        remote.parse(str(target))


def silence(options: Mapping[str, Any]) -> float:
    """Seconds. Raises UsageError."""
    given = options.get("silence")
    text = os.environ.get("EPYTHON_SILENCE") if given is None else given
    try:
        seconds = protocol.SILENT_SECONDS if text in (None, "") else float(text)
    except (TypeError, ValueError):
        seconds = 0.0
    if not protocol.LEAST_SILENCE <= seconds <= 1e6:
        raise UsageError(f"silence must be a number of seconds from {protocol.LEAST_SILENCE:g} to 1000000, not {text!r}")
    return seconds


def open_message(options: Mapping[str, Any]) -> Dict[str, Any]:
    """The `open` request of the link protocol."""
    message = {name: value for name, value in options.items() if value is not None and name not in _PLACEMENT + _HERE}
    if "cores" in message and not isinstance(message["cores"], (int, str)):
        message["cores"] = [int(core) for core in message["cores"]]
    if "set" in message:
        message["set"] = _assignments(message["set"])
    faults = [*_assignments(options.get("fault") or []), *os.environ.get("EPYTHON_FAULT", "").split()]
    if faults:
        message["set"] = [*message.get("set", []), *(f"faults.{fault}" for fault in faults)]
    if "transfer_engine" in message:
        message.setdefault("set", []).append(f"vm.transfer_engine={message.pop('transfer_engine')}")
    for name in ("board", "device", "record", "trace"):
        if name in message:
            message[name] = str(message[name])
    placement = {name: options[name] for name in _PLACEMENT if options.get(name) is not None}
    if placement:
        message["options"] = placement
    return message


def _assignments(given: Any) -> List[str]:
    """Values of the configuration as KEY=VALUE, however they were given."""
    if isinstance(given, Mapping):
        return [f"{key}={_text(value)}" for key, value in given.items()]
    return [given] if isinstance(given, str) else list(given)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
