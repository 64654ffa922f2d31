"""One run of a study: a process of epysim, and the row that is made of it.

This file needs nothing but Python, so that it can be sent to another machine as it is.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, Dict, List, Optional

MOST_PRINTED = 20_000  # characters of a native program's output
LAST_LINES = 12  # of what a failed run printed
PR_SET_PDEATHSIG = 1


def execute(task: Dict[str, Any], stopped: Optional[Any] = None) -> Dict[str, Any]:
    """Runs what a task describes (tasks.py) and returns its row. `stopped`: an event that ends it early."""
    binary = os.environ.get("EPYSIM") or task["epysim"]
    with tempfile.TemporaryDirectory(prefix="epysim-run-") as folder:
        statistics = os.path.join(folder, "statistics.json")
        observed = os.path.join(folder, "observed.json")
        command, environment = _command(task, binary, folder, statistics, observed)
        began = time.monotonic()
        output = os.path.join(folder, "output")
        errors = os.path.join(folder, "errors")
        with open(output, "wb") as out, open(errors, "wb") as err:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, preexec_fn=_ending_with_this())
            try:
                while True:
                    try:
                        code = child.wait(0.2 if stopped is not None else None)
                        break
                    except subprocess.TimeoutExpired:
                        if stopped is not None and stopped.is_set():
                            child.terminate()
            except BaseException:
                child.terminate()
                raise
        row: Dict[str, Any] = {"run": task["run"], "settings": task["settings"], "made_of": task["made_of"], "exit_code": code}
        row.update(_measured(statistics))
        text = _read(output)
        printed = _objects_in(text)
        if printed:
            row["output"] = printed
        if task["how"] == "exec":
            row["printed"] = text[-MOST_PRINTED:]
        found = _json(observed)
        if found:
            row["kernels"] = found
        if code != 0:
            row["error"] = "\n".join((text + _read(errors)).splitlines()[-LAST_LINES:])
        row["process_seconds"] = round(time.monotonic() - began, 3)
        return row


def _command(task: Dict[str, Any], binary: str, folder: str, statistics: str, observed: str) -> Any:
    program, settings = task["program"], task["settings"]
    environment = dict(os.environ)
    arguments = [(name, value) for name, value in task["arguments"]]
    if task["how"] == "script":
        options = {key: settings[key] for key in ("board", "cores", "seed", "max_cycles", "code", "data") if key in settings}
        options["set"] = task["set"]
        options["stats"] = statistics
        environment["EPYTHON_STUDY"] = json.dumps(
            {"options": options, "prefetch": task["prefetch"], "kinds": task["kinds"], "observed": observed}
        )
        environment["EPYSIM"] = binary
        library = os.path.join(task["home"], "python")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [library, environment.get("PYTHONPATH")]))
        return [sys.executable, program, *_options(arguments)], environment
    command = [binary, task["how"], "--stats", statistics]
    for key in ("board", "cores", "seed", "max_cycles", "code", "data"):
        if key in settings:
            command += ["--" + key.replace("_", "-"), _text(settings[key])]
    for pair in task["set"]:
        command += ["--set", pair]
    if task["how"] == "exec":
        ordered = sorted(arguments, key=lambda argument: int(argument[0]))
        return [*command, program, *(_text(value) for _, value in ordered)], environment
    if arguments:
        program = _with_constants(program, arguments, folder)
    return [*command, program], environment


def _options(arguments: List[Any]) -> List[str]:
    words: List[str] = []
    for name, value in arguments:
        if name is None:  # a word as it stands
            words.append(str(value))
        elif value is True:
            words.append("--" + name)
        elif value is not False and value is not None:
            words += ["--" + name, _text(value)]
    return words


def _with_constants(program: str, arguments: List[Any], folder: str) -> str:
    """A copy of an ePython program with other constants."""
    with open(program, encoding="utf-8") as file:
        text = file.read()
    for name, value in arguments:
        line = re.compile(rf"^{re.escape(name)}([ \t]*=[ \t]*)(?!=)[^\n#]*", re.MULTILINE)
        found = line.search(text)
        if found:
            text = f"{text[:found.start()]}{name}{found.group(1)}{value!r} {text[found.end():]}"
    copy = os.path.join(folder, os.path.basename(program))
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text)
    return copy


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(_text(one) for one in value)
    return str(value)


def _measured(path: str) -> Dict[str, Any]:
    """The parts of a statistics document that a row has."""
    document = _json(path)
    if not document:
        return {}
    causes: Dict[str, int] = {}
    for core in document["cores"]:
        for cause, cycles in core["causes"].items():
            causes[cause] = causes.get(cause, 0) + cycles
    found = {key: document[key] for key in ("seconds", "cycles", "instructions", "wall_seconds") if key in document}
    found["causes"] = {cause: cycles for cause, cycles in causes.items() if cycles}
    found["host"] = document["host"]
    if "energy" in document:
        energy = document["energy"]
        found["energy"] = {key: value for key, value in energy.items() if isinstance(value, (int, float))}
    return found


def _objects_in(text: str) -> Dict[str, Any]:
    """What a program printed as JSON objects, each on a line of its own (behind the core's name)."""
    found: Dict[str, Any] = {}
    for line in text.splitlines():
        line = re.sub(r"^\[(device|host) \d+\] ", "", line)
        if line.startswith("{"):
            try:
                one = json.loads(line)
            except ValueError:
                continue
            if isinstance(one, dict):
                found.update(one)
    return found


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def _json(path: str) -> Any:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def _ending_with_this() -> Any:
    """For the child: nobody is left to take the result when the process that waits for it has been killed."""
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
