"""epysim report: where the cycles of a run went, by kernel, line of Python, variable, level of the memory hierarchy and core."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Dict, List

from . import tasks
from .accounts import CLASSES, HOW_TO_RECORD, WAYS, accounts, blocks, by_class, load, main_causes, source_of

BAR = 24
GLYPHS = {"work": "█", "pipeline": "▓", "link": "▒", "host": "░", "idle": "·"}
PLAIN_GLYPHS = {"work": "#", "pipeline": "+", "link": "=", "host": "-", "idle": "."}
MOST_LINKS = 3
#: of the board that a program runs on
RUN_OPTIONS = ("board", "cores", "seed", "max_cycles", "code", "data")


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a statistics document (.json), or a program (.py) that is run first; behind -- its arguments")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.add_argument("--html", metavar="FILE.html", help="write a page with pictures, too")
    for name in RUN_OPTIONS:
        parser.add_argument("--" + name.replace("_", "-"), metavar="VALUE", help=f"of a program: as `epysim run --{name.replace('_', '-')}`")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], help="of a program: a value of the board's configuration")
    parser.add_argument("--stats", metavar="FILE.json", help="of a program: keep its statistics document")


def main(options: argparse.Namespace) -> int:
    given = [name for name in (*RUN_OPTIONS, "set", "stats") if getattr(options, name)]
    if options.file.endswith(".py"):
        return _run_and_report(options)
    if given or options.others:
        raise ValueError(f"{('--' + given[0]) if given else 'arguments'} are for a program that is run; {options.file} is what an earlier run has left")
    return _report(load(options.file), options)


def _report(document: Dict[str, Any], options: argparse.Namespace) -> int:
    if options.html:
        from . import report_page  # without Matplotlib it says so at once
    found = accounts(document)
    if options.html:
        report_page.write(options.html, found)
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return 0


def _run_and_report(options: argparse.Namespace) -> int:
    from .settings import Program

    how = Program(options.file).how
    binary = tasks.find_binary()
    with tempfile.TemporaryDirectory() as folder:
        statistics = os.path.abspath(options.stats or os.path.join(folder, "statistics.json"))
        environment = dict(os.environ)
        asked = {name: getattr(options, name) for name in RUN_OPTIONS if getattr(options, name)}
        if how == "script":
            numbers = {name: int(value) for name, value in asked.items() if name in ("seed", "max_cycles")}
            given = {**asked, **numbers, "set": options.set, "stats": statistics, "profile": True}
            environment["EPYTHON_STUDY"] = json.dumps({"options": given})
            library = os.path.join(tasks.find_home(), "python")
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, [library, environment.get("PYTHONPATH")]))
            command = [sys.executable, options.file, *options.others]
        else:
            if options.others:
                raise ValueError(f"{options.file} is a program for the cores, which have no arguments")
            words = [word for name, value in asked.items() for word in ("--" + name.replace("_", "-"), value)]
            words += [word for pair in options.set for word in ("--set", pair)]
            command = [binary, "run", "--profile", "--stats", statistics, *words, options.file]
        # What the program prints is no part of the numbers.
        code = subprocess.run(command, env=environment, stdout=sys.stderr if options.json else None, check=False).returncode
        if code != 0 or not os.path.exists(statistics):
            sys.stderr.write(f"epysim report: {options.file} " + ("failed" if code else "has used no board") + ": there is nothing to report\n")
            return 1
        return _report(load(statistics), options)


# ------------------------------------------------------------------------------------------------------------------ the terminal


def show(found: Dict[str, Any]) -> None:
    glyphs = GLYPHS if _takes_blocks() else PLAIN_GLYPHS
    host = found["host"]
    print(f"{found['board']}: {found['cycles']:,} cycles = {found.get('seconds', 0):.6f} s")
    if "busy_ns" in host:
        print(f"host: {host['requests']:,} requests, busy for {host['busy_ns']:,} ns" + (f" = {percent(host['busy_share'])} of the time" if "busy_share" in host else ""))
    print("bars: " + ", ".join(f"{glyphs[name]} {name}" for name in CLASSES) + " (work: issuing; pipeline: stalls, branches; link: off-chip and remote memory)")
    if found["kernels"]:
        _show_kernels(found, glyphs)
    if found["lines"] is not None:
        _show_lines(found, glyphs)
    elif found["kernels"]:
        print(f"\nCycles by line of Python were not recorded: {HOW_TO_RECORD}.")
    else:
        print("\nThis is of no ePython program: there are no kernels, lines and variables.")
    _show_variables(found)
    _show_levels(found)
    _show_cores(found, glyphs)


def _takes_blocks() -> bool:
    try:
        "".join(GLYPHS.values()).encode(sys.stdout.encoding or "ascii")
        return True
    except UnicodeEncodeError:
        return False


def percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:.0f} %"


def named(causes: Any) -> str:
    return ", ".join(f"{cause} {100 * share:.0f} %" for cause, share in causes)


def bar(share: float, causes: Dict[str, int], glyphs: Dict[str, str], width: int = BAR) -> str:
    """So long as the share is, divided as the cycles are."""
    total = sum(causes.values())
    length = round(share * width)
    if total <= 0 or length == 0:
        return ("·" if share > 0 and glyphs is GLYPHS else "").ljust(width)
    text, passed = "", 0
    for name, cycles in by_class(causes).items():
        passed += cycles
        text += glyphs[name] * (round(passed / total * length) - len(text))
    return text.ljust(width)


def table(heads: List[str], rows: List[List[str]], left: str) -> None:
    """`left`: for each column whether it starts at the left (<) or ends at the right (>)."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    for row in [heads, *rows]:
        print("  " + "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, left, widths)).rstrip())


def _show_kernels(found: Dict[str, Any], glyphs: Dict[str, str]) -> None:
    print("\nKernels")
    rows = [
        [kernel["name"], str(kernel["launches"]), str(kernel["runs"]), f"{kernel['cycles']:,}", percent(kernel["share"]), bar(kernel["share"], kernel["causes"], glyphs), named(main_causes(kernel["causes"], 3))]
        for kernel in found["kernels"]
    ]
    if found["outside"]:
        rows.append(["outside of kernels", "", "", f"{found['outside']['cycles']:,}", "", "", named(main_causes(found["outside"]["causes"], 3))])
    table(["kernel", "launches", "runs", "cycles", "share", "", "for"], rows, "<>>>><<")


def _show_lines(found: Dict[str, Any], glyphs: Dict[str, str]) -> None:
    most = max((line["cycles"] for line in found["lines"]), default=0) or 1
    for file in sorted({line["file"] for line in found["lines"]}):
        lines = [line for line in found["lines"] if line["file"] == file]
        source, why = source_of(file, found["sources"])
        print(f"\nLines of {file}" + (f", which {why}" if why else ""))
        print(f"  {'line':>5} {'times':>10} {'cycles':>14} {'share':>6}  {'':{BAR}}  {'for':30}  source")
        for number_of_piece, piece in enumerate(blocks(lines, source)):
            if number_of_piece:
                print()
            for number, text, line in piece:
                if line is None:
                    print(f"  {number:>5} {'':10} {'':14} {'':6}  {'':{BAR}}  {'':30}  {text}".rstrip())
                    continue
                drawn = bar(line["cycles"] / most, line["causes"], glyphs)
                print(f"  {number:>5} {line['times']:>10,} {line['cycles']:>14,} {percent(line['share']):>6}  {drawn}  {reason(line):30}  {text}".rstrip())


def reason(line: Dict[str, Any]) -> str:
    """What a line's cycles are for, and which variable it waits for."""
    text = named(main_causes(line["causes"], 1))
    waits = sorted(line["waits"].items(), key=lambda one: int(one[1]), reverse=True)
    waits = [(name, cycles) for name, cycles in waits if cycles >= 0.1 * line["cycles"]]
    return text + (" (" + ", ".join(name for name, _ in waits[:3]) + ")" if waits else "")


def _show_variables(found: Dict[str, Any]) -> None:
    rows = []
    for variable in found["variables"]:
        first = [variable["kernel"], variable["name"], variable["kind"], f"{variable['elements']:,}"]
        waited = f"{variable['waited_cycles']:,} = {percent(variable['waited_share'])}" if variable.get("waited_cycles") else ""
        ways = [(text, variable[way]) for way, text in WAYS.items() if way in variable]
        for text, moved in ways:
            rows.append([*first, text, f"{moved['requests']:,}", f"{moved['elements']:,}", f"{moved['bytes']:,}", waited])
            first, waited = ["", "", "", ""], ""
        direct = variable.get("direct")
        if direct:
            rows.append([*first, "loads, stores by the cores", f"{direct['loads'] + direct['stores']:,}", "", f"{direct['bytes_loaded'] + direct['bytes_stored']:,}", waited])
        elif not ways:
            rows.append([*first, "untouched" if variable["kind"] != "shared" else "", "", "", "", waited])
    if rows:
        print("\nVariables")
        table(["kernel", "variable", "kind", "elements", "moved", "requests", "elements", "bytes", "cores waited"], rows, "<<<><>>>>")


def _show_levels(found: Dict[str, Any]) -> None:
    if found["levels"]:
        print("\nLevels")
        rows = [[one["level"], one["what"], f"{one['reads']:,}", f"{one['bytes_read']:,}", f"{one['writes']:,}", f"{one['bytes_written']:,}"] for one in found["levels"]]
        table(["level", "what", "reads", "bytes", "writes", "bytes"], rows, "<<>>>>")
    busy = [link for link in found["links"] if link["busy_cycles"]][:MOST_LINKS]
    if busy:
        print("\nBusiest links: " + "; ".join(f"{link['name']} {percent(link['busy_share'])} of the time, {link['bytes']:,} bytes" for link in busy))


def _show_cores(found: Dict[str, Any], glyphs: Dict[str, str]) -> None:
    print("\nCores")
    most = max((core["cycles"] for core in found["cores"]), default=0) or 1
    rows = [[str(core["id"]), f"{core['cycles']:,}", bar(core["cycles"] / most, core["causes"], glyphs), named(main_causes(core["causes"], 3))] for core in found["cores"]]
    table(["core", "cycles", "", "for"], rows, ">><<")
