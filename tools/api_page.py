#!/usr/bin/env python3
"""Writes docs/api.md from the doc strings of the package.

    tools/api_page.py           writes the page
    tools/api_page.py --check   exit code 1 when it is not up to date
"""

import importlib
import inspect
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "api.md"
sys.path.insert(0, str(ROOT / "python"))

epython = importlib.import_module("epython")
device_data, errors, handler, memkind, messaging, offload, prefetch, session, types = (
    importlib.import_module(f"epython.{name}")
    for name in ("device_data", "errors", "handler", "memkind", "messaging", "offload", "prefetch", "session", "types")
)

SECTIONS = [
    ("Kernels", offload, ["offload", "offload_single", "offload_multiple"]),
    ("Launches", handler, ["KernelExecutionHandler", "wait_all", "testKernelCompletion", "waitForKernelCompletion"]),
    ("Data on the cores", device_data, ["define_on_device", "copy_to_device", "copy_from_device"]),
    ("Memory kinds: `epython.memkind`", memkind, ["Kind", "Host", "Shared", "Microcore"]),
    ("Element types: `epython.types`", types, []),
    ("Prefetching", prefetch, ["Prefetch"]),
    ("Messages", messaging, ["send", "recv", "sendrecv", "probe", "bcast", "reduce", "sync", "numcores", "coreid", "ishost", "isdevice", "run"]),
    ("The board", session, ["start", "config", "stop", "host_time", "statistics"]),
    ("Errors", errors, ["EPythonError", "CompileError", "UsageError", "BoardError"]),
]
MADE_FOR_YOU = {"KernelExecutionHandler", "EPythonError", "CompileError", "UsageError", "BoardError"}
OLD_NAMES = {"waitAll": "wait_all", "declare_on_device": "define_on_device"}


def summary(module):
    return (module.__doc__ or "").strip()


def signature(name, thing):
    try:
        text = str(inspect.signature(thing))
    except ValueError:
        text = "(...)"
    for long, short in (("epython.", ""), ("memkind.", ""), ("handler.", ""), ("typing.", ""), ("'", "")):
        text = text.replace(long, short)
    return f"{name}{text}".replace("(self, ", "(").replace("(self)", "()")


def entry(name, thing, level=3):
    title = name if name in MADE_FOR_YOU else signature(name, thing)
    lines = [f"{'#' * level} `{title}`", "", inspect.getdoc(thing) or ""]
    if not inspect.isclass(thing):
        return lines + [""]
    for member, value in vars(thing).items():
        if member.startswith("_") or not (callable(value) or isinstance(value, property)) or not getattr(value, "__doc__", None):
            continue
        if isinstance(value, property):
            lines += ["", f"* `{member}`: {joined(value.fget)}"]
        elif value.__name__ == member:
            lines += ["", f"* `{signature(member, value)}`: {joined(value)}"]
    return lines + [""]


def joined(thing):
    return " ".join((inspect.getdoc(thing) or "").split())


def page():
    lines = [
        "# The module `epython`",
        "",
        "This page is made from the doc strings by `tools/api_page.py`. Everything here is imported from `epython`, kinds and types from",
        "`epython.memkind` and `epython.types`.",
        "",
    ]
    named = set()
    for title, module, names in SECTIONS:
        lines += [f"## {title}", "", summary(module), ""]
        for name in names:
            lines += entry(name, getattr(module, name))
            named.add(name)
    lines += ["## Older names", "", "Programs for the first `epython` module find these as well:", ""]
    lines += [f"* `{old}` is `{new}`" for old, new in sorted(OLD_NAMES.items())]
    lines += ["* `memkind.Device` is `memkind.Microcore`", "* `getRunningCoreIds()` and `getNumberScheduled()` of a handler", ""]
    lines += ["* `ALL_DEVICES` and `EPIPHANY_DEVICE` for `device=`, which changes nothing", ""]
    missing = set(epython.__all__) - named - set(OLD_NAMES) - {"memkind", "types", "ALL_DEVICES", "EPIPHANY_DEVICE", "Offloaded"}
    if missing:
        raise SystemExit(f"api_page.py: no section has {', '.join(sorted(missing))}")
    return "\n".join(indented_code(lines)).rstrip() + "\n"


def indented_code(lines):
    """Doc strings indent their examples, as Markdown wants them."""
    return [part.rstrip() for line in lines for part in line.split("\n")]


def main():
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            raise SystemExit("docs/api.md is not up to date: run tools/api_page.py")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
