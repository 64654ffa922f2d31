"""The page of `epysim reproduce`: one HTML file with everything in it."""

from __future__ import annotations

import html
from typing import Any, Dict, List

from . import pictures, published
from .reproduce import figure

STYLE = """
body { margin: 0; background: #f6f7f9; color: #1b2430; font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 0 0 8px; }
p { color: #5c6876; max-width: 100ch; margin: 0 0 18px; }
section { background: #fff; border: 1px solid #dfe4ea; border-radius: 10px; padding: 14px 18px; margin-bottom: 18px; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { font-weight: 500; color: #5c6876; text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid #dfe4ea; }
td { padding: 2px 10px 2px 0; } .n { text-align: right; font-variant-numeric: tabular-nums; }
.pass { color: #1a8a4a; } .fail, .missing { color: #c62f3c; font-weight: 600; } .report { color: #7b6bb5; } .soft { color: #5c6876; }
.curves { display: flex; flex-wrap: wrap; gap: 10px; }
svg { max-width: 100%; height: auto; }
"""


def write(path: str, document: Dict[str, Any]) -> None:
    rows = document["rows"]
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>epysim: published results, repeated</title>",
        f"<style>{STYLE}</style></head><body><main><h1>Published results, repeated</h1>",
        f"<p>Results of interpreted programs are evaluated for the virtual machine as it is (normal) and for one that takes {document['pace']} cycles more for each byte code "
        "instruction (paced), as slow as the published interpreter: the pace was set from the first row, and from nothing else. What hollow points and "
        "grey verdicts say does not count.</p>",
    ]
    with_ratio = [row for row in rows if row["ratio"] is not None]
    if with_ratio:
        parts.append("<section><h2>Simulated over published</h2>" + pictures.svg(pictures.ratios(with_ratio)) + "</section>")
    for group in dict.fromkeys(row["group"] for row in rows):
        parts.append(f"<section><h2>{html.escape(group)}</h2>" + _table([row for row in rows if row["group"] == group]) + "</section>")
    curves = document.get("curves")
    if isinstance(curves, str):
        parts.append(f"<section><h2>Over the pace</h2><p class='missing'>{html.escape(curves)}</p></section>")
    elif curves:
        drawn = "".join(pictures.svg(pictures.curve(title, unit, value, published.PACES, values, published.PACE)) for title, unit, value, values in curves)
        parts.append("<section><h2>Over the pace</h2><p>The line marks the pace that was set.</p><div class='curves'>" + drawn + "</div></section>")
    tables = document.get("tables")
    for title, heads, lines in tables if isinstance(tables, list) else []:
        parts.append(f"<section><h2>{html.escape(title)}</h2>" + _grid(heads, lines) + "</section>")
    parts.append("</main></body></html>\n")
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(parts))


def _table(rows: List[Dict[str, Any]]) -> str:
    lines = ["<table><tr><th>id<th>what<th>VM<th class=n>published<th class=n>simulated<th>unit<th class=n>ratio<th>verdict<th>source, note</tr>"]
    for row in rows:
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
        verdict = row["verdict"] + (", calibration" if row["role"] == "calibration" else "")
        kind = row["verdict"] if row["decides"] or row["role"] == "report" else "soft"
        note = html.escape("; ".join(filter(None, [row["source"], row["note"]])))
        lines.append(
            f"<tr><td>{row['id']}<td>{html.escape(row['what'])}<td>{row['vm']}<td class=n>{figure(row['published'])}<td class=n>{figure(row['simulated'])}"
            f"<td>{row['unit']}<td class=n>{ratio}<td class='{kind}'>{verdict}<td class=soft>{note}</tr>"
        )
    return "".join(lines) + "</table>"


def _grid(heads: List[str], lines: List[List[Any]]) -> str:
    cells = "".join(f"<th class=n>{html.escape(head)}" for head in heads)
    body = "".join("<tr>" + "".join(f"<td{'' if isinstance(cell, str) else ' class=n'}>{cell if isinstance(cell, str) else figure(cell)}" for cell in line) + "</tr>" for line in lines)
    return f"<table><tr>{cells}</tr>{body}</table>"
