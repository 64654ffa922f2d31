"""epysim reproduce: the published results of the papers, repeated; published value, simulated one, ratio, verdict."""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
from typing import Any, Dict, List

from . import published, tasks
from .experiments import Experiments, Failed
from .results import Results

Row = Dict[str, Any]


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these results (G, G2) or groups (stall)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of the table")
    parser.add_argument("--html", metavar="FILE.html", help="write a page with plots, too")
    parser.add_argument("--vm", choices=["paced", "normal", "both"], default="both", help="which virtual machine [both]")
    parser.add_argument("--keep", metavar="FILE.jsonl", help="keep the runs in this file, and use those that are there")
    parser.add_argument("--jobs", type=int, metavar="N", help="how many runs at a time [all processors]")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the workers of this Dask cluster instead")


def main(options: argparse.Namespace) -> int:
    chosen = [one for one in published.RESULTS if not options.names or any(matches(one, name) for name in options.names)]
    if not chosen:
        groups = sorted({one.group for one in published.RESULTS})
        raise ValueError(f"there is no result {' or '.join(options.names)}; there are the groups {', '.join(groups)}")
    home = tasks.find_home()
    runs = Experiments(home, tasks.find_binary(), os.path.join(home, "bench", "papers"))
    if options.html:
        from . import page  # without Matplotlib it says so before anything runs
    with tempfile.TemporaryDirectory() as folder:
        results = Results(options.keep or os.path.join(folder, "runs.jsonl"))
        try:
            rows = runs.evaluate("reproduce", lambda: evaluate(runs, chosen, options.vm), results, options.jobs, options.scheduler)
            document: Dict[str, Any] = {"rows": rows, "pace": published.PACE}
            if options.html:
                groups = sorted({one.group for one in chosen})
                extras = lambda: {"curves": guarded(published.curves, runs, groups), "tables": guarded(published.tables, runs, groups)}  # noqa: E731
                document.update(runs.evaluate("reproduce: curves", extras, results, options.jobs, options.scheduler))
        finally:
            results.close()
    if options.html:
        page.write(options.html, document)
    if options.json:
        print(json.dumps({"rows": rows, "pace": published.PACE}, indent=2))
    else:
        show(rows)
    return 1 if any(row["decides"] and row["verdict"] in ("fail", "missing") for row in rows) else 0


def matches(one: published.Result, name: str) -> bool:
    word = name.lower()
    return one.id.lower() == word or one.id.lower().startswith(word + ".") or (len(word) == 1 and one.id[0].lower() == word) or (len(word) > 1 and one.group.lower().startswith(word))


def guarded(body: Any, runs: Experiments, groups: List[str]) -> Any:
    try:
        return body(runs, groups)
    except Failed as error:
        return str(error)


def evaluate(runs: Experiments, chosen: List[published.Result], vm: str) -> List[Row]:
    rows = []
    for one in chosen:
        for machine in one.machines:
            if vm in ("both", machine.name) or machine is published.NATIVE:
                rows.append(evaluated(runs, one, machine))
    return rows


def evaluated(runs: Experiments, one: published.Result, machine: published.Machine) -> Row:
    trouble, simulated = "", None
    try:
        value = one.value(runs, machine)
        simulated = None if math.isnan(value) else value
    except Failed as error:
        trouble = str(error)
    low, high = allowed(one)
    ratio = None
    if simulated is not None and not isinstance(one.published, tuple):
        ratio = simulated / one.published
    if simulated is None:
        verdict = "missing"
    elif one.role == "report" or low is None:
        verdict = "report"
    else:
        verdict = "pass" if low <= simulated <= high else "fail"
    return {
        "id": one.id,
        "group": one.group,
        "what": one.what,
        "vm": machine.name,
        "unit": one.unit,
        "published": list(one.published) if isinstance(one.published, tuple) else one.published,
        "simulated": simulated,
        "ratio": ratio,
        "error": None if ratio is None else ratio - 1,
        "tolerance": one.tolerance,
        "verdict": verdict,
        "decides": machine.name in one.decides and one.role != "report",
        "role": one.role,
        "source": one.source,
        "note": one.note + ("; " if one.note and trouble else "") + trouble,
    }


def allowed(one: published.Result) -> Any:
    if isinstance(one.published, tuple):
        return one.published
    if one.tolerance is None:
        return None, None
    return one.published * (1 - one.tolerance), one.published * (1 + one.tolerance)


def figure(value: Any) -> str:
    if isinstance(value, list):
        return f"{figure(value[0])} to {figure(value[1])}"
    return "-" if value is None else f"{value:.4g}"


def show(rows: List[Row]) -> None:
    width = max(len(row["what"]) for row in rows)
    identity = max(len(row["id"]) for row in rows)
    group = None
    for row in rows:
        if row["group"] != group:
            group = row["group"]
            print(f"\n{group}")
        ratio = "" if row["ratio"] is None else f"{row['ratio']:.2f}"
        verdict = row["verdict"] + ("" if row["decides"] or row["role"] == "report" else " (does not count)") + (", calibration" if row["role"] == "calibration" else "")
        line = f"  {row['id']:{identity}} {row['what']:{width}} {row['vm']:6} {figure(row['published']):>14} {figure(row['simulated']):>9} {row['unit']:9} {ratio:>5}  {verdict}"
        print(line + (f"; {row['note']}" if row["note"] else ""))
    tests = [row for row in rows if row["decides"] and row["role"] == "test"]
    passed = sum(row["verdict"] == "pass" for row in tests)
    calibrated = [row for row in rows if row["role"] == "calibration" and row["decides"]]
    missing = sum(row["verdict"] == "missing" for row in rows if row["decides"])
    print(f"\n{passed} of {len(tests)} results that decide pass; {sum(row['verdict'] == 'pass' for row in calibrated)} of {len(calibrated)} that set a parameter"
          + (f"; {missing} are missing" if missing else ""))
    print("published, simulated, unit, ratio, verdict. How each was repeated, and what does not hold: docs/reproduction.md")
