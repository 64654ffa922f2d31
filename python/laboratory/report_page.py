"""The page of `epysim report`: one HTML file with everything in it."""

from __future__ import annotations

import html
from typing import Any, Dict, List

from . import pictures
from .accounts import CLASSES, HOW_TO_RECORD, WAYS, blocks, by_class, source_of
from .page import STYLE
from .report import percent, reason

COLOURS = {"work": "#1a8a4a", "pipeline": "#9fb3c8", "link": "#e0a93c", "host": "#c62f3c", "idle": "#dfe4ea"}
MORE_STYLE = """
.source td { padding: 0 10px 0 0; white-space: nowrap; } .source pre { margin: 0; font: 12px/1.5 ui-monospace, monospace; }
.bar { display: flex; height: 11px; width: 220px; } .bar i { display: block; height: 100%; }
.key i { display: inline-block; width: 11px; height: 11px; margin: 0 5px 0 14px; }
.hot { background: #fff4e5; }
"""
HOT = 0.1  # share of the cycles from which on a line is marked


def write(path: str, found: Dict[str, Any]) -> None:
    host = found["host"]
    busy = f" The host was busy for {percent(host['busy_share'])} of it, with {host['requests']:,} requests." if "busy_share" in host else ""
    key = "".join(f"<i style='background:{colour}'></i>{name}" for name, colour in COLOURS.items())
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>epysim: where the cycles went</title>",
        f"<style>{STYLE}{MORE_STYLE}</style></head><body><main><h1>Where the cycles went</h1>",
        f"<p>{html.escape(found['board'])}: {found['cycles']:,} cycles, {found.get('seconds', 0):.6f} s.{busy}</p><p class='key'>{key}</p>",
    ]
    if found["kernels"]:
        parts.append("<section><h2>Kernels</h2>" + _picture("cycles of all cores", [(one["name"], one["causes"]) for one in found["kernels"]]) + _kernels(found) + "</section>")
    parts.append(_lines(found))
    if found["variables"]:
        parts.append("<section><h2>Variables</h2>" + _variables(found["variables"]) + "</section>")
    if found["levels"]:
        rows = [[one["level"], one["what"], one["reads"], one["bytes_read"], one["writes"], one["bytes_written"]] for one in found["levels"]]
        parts.append("<section><h2>Levels of the hierarchy</h2>" + _table(["level", "what", "reads", "bytes", "writes", "bytes"], rows) + "</section>")
    parts.append("<section><h2>Cores</h2>" + _picture("cycles", [(f"core {one['id']}", one["causes"]) for one in found["cores"]]) + "</section>")
    parts.append("</main></body></html>\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(parts))


def _picture(unit: str, bars: List[Any]) -> str:
    names = [name for name, _ in bars]
    classes = [by_class(causes) for _, causes in bars]
    series = [(name, [one[name] for one in classes]) for name in CLASSES if any(one[name] for one in classes)]
    return pictures.svg(pictures.stacks("", names, unit, series, COLOURS))


def _kernels(found: Dict[str, Any]) -> str:
    rows = [[one["name"], one["launches"], one["runs"], one["cycles"], percent(one["share"]), ", ".join(f"{cause} {percent(cycles / (one['cycles'] or 1))}" for cause, cycles in sorted(one["causes"].items(), key=lambda c: int(c[1]), reverse=True)[:4])] for one in found["kernels"]]
    return _table(["kernel", "launches", "runs", "cycles", "share", "for"], rows)


def _lines(found: Dict[str, Any]) -> str:
    if found["lines"] is None:
        return f"<section><h2>Lines</h2><p>They were not recorded: {html.escape(HOW_TO_RECORD)}.</p></section>" if found["kernels"] else ""
    most = max((line["cycles"] for line in found["lines"]), default=0) or 1
    parts = []
    for file in sorted({line["file"] for line in found["lines"]}):
        source, why = source_of(file, found["sources"])
        parts.append(f"<section><h2>{html.escape(file)}</h2>" + (f"<p>This file {html.escape(why)}.</p>" if why else ""))
        parts.append("<table class='source'><tr><th class=n>line<th class=n>times<th class=n>cycles<th class=n>share<th><th>for<th>source</tr>")
        for piece in blocks([line for line in found["lines"] if line["file"] == file], source):
            for number, text, line in piece:
                code = f"<td><pre>{html.escape(text)}</pre></tr>"
                if line is None:
                    parts.append(f"<tr><td class='n soft'>{number}<td><td><td><td><td>{code}")
                    continue
                hot = " class='hot'" if line["share"] >= HOT else ""
                parts.append(f"<tr{hot}><td class=n>{number}<td class=n>{line['times']:,}<td class=n>{line['cycles']:,}<td class=n>{percent(line['share'])}<td>{_bar(line, most)}<td>{html.escape(reason(line))}{code}")
        parts.append("</table></section>")
    return "".join(parts)


def _bar(line: Dict[str, Any], most: int) -> str:
    total = sum(line["causes"].values()) or 1
    width = 100 * line["cycles"] / most
    inside = "".join(
        f"<i title='{name} {percent(cycles / total)}' style='width:{width * cycles / total:.2f}%;background:{COLOURS[name]}'></i>" for name, cycles in by_class(line["causes"]).items() if cycles > 0
    )
    return f"<div class='bar'>{inside}</div>"


def _variables(variables: List[Dict[str, Any]]) -> str:
    rows = []
    for one in variables:
        ways = [f"{text}: {one[way]['requests']:,} requests, {one[way]['bytes']:,} bytes" for way, text in WAYS.items() if way in one]
        if "direct" in one:
            ways.append(f"by the cores themselves: {one['direct']['loads']:,} loads, {one['direct']['stores']:,} stores, {one['direct']['bytes_loaded'] + one['direct']['bytes_stored']:,} bytes")
        waited = f"{one['waited_cycles']:,} = {percent(one['waited_share'])}" if one.get("waited_cycles") else ""
        rows.append([one["kernel"], one["name"], one["kind"], one["elements"], "; ".join(ways), waited])
    return _table(["kernel", "variable", "kind", "elements", "moved", "cores waited"], rows)


def _table(heads: List[str], rows: List[List[Any]]) -> str:
    def cell(value: Any) -> str:
        return f"<td class=n>{value:,}" if isinstance(value, int) else f"<td>{html.escape(str(value))}"

    body = "".join("<tr>" + "".join(cell(value) for value in row) + "</tr>" for row in rows)
    return "<table><tr>" + "".join(f"<th>{html.escape(head)}" for head in heads) + f"</tr>{body}</table>"
