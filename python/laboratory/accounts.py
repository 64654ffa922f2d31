"""Where the cycles went, taken out of a statistics document (docs/statistics.md): what `epysim report` shows."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Optional, Set, Tuple

from epython.study import digest

Causes = Dict[str, int]

#: What cycles are for, in few words; the causes that belong to each.
CLASSES: Dict[str, Tuple[str, ...]] = {
    "work": ("issue", "dual_issue"),
    "pipeline": ("dependency_stall", "multi_cycle", "branch", "bank_conflict", "port_conflict", "fetch_stall", "external_fetch", "interrupt"),
    "link": ("remote_load", "offchip_load", "offchip_store", "back_pressure", "stream_wait", "dma_wait"),
    "host": ("host_wait",),
    "idle": ("idle", "halted"),
}
WAYS = {
    "on_demand": "one by one, on demand",
    "copy": "copied in pieces",
    "prefetch": "prefetched",
    "store": "stored one by one",
    "write_back": "written back in pieces",
}
HOW_TO_RECORD = (
    "`epysim report PROGRAM.py` records them; so do `epysim run --profile --stats FILE.json PROGRAM.py`, and in a script "
    'epython.start(profile=True, stats="FILE.json")'
)


def load(path: str) -> Dict[str, Any]:
    """A statistics document. Raises ValueError for anything else."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a statistics document: it is no text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is not a statistics document: {error}") from None
    missing = [key for key in ("board", "cycles", "cores", "host") if not isinstance(document, dict) or key not in document]
    if missing or not isinstance(document["cores"], list):
        raise ValueError(f"{path} is not a statistics document (it has no {', '.join(missing) or 'list of cores'}); `--stats {path}` of a run writes one")
    return dict(document)


def accounts(document: Dict[str, Any]) -> Dict[str, Any]:
    """The numbers of a report, with shares of what all kernels took."""
    total = sum(kernel["cycles"] for kernel in document.get("kernels", []))
    found: Dict[str, Any] = {key: document[key] for key in ("board", "clock_hz", "cycles", "seconds") if key in document}
    found["kernel_cycles"] = total
    found["kernels"] = [_with_share(kernel, total) for kernel in _by_cycles(document.get("kernels", []))]
    found["outside"] = document.get("outside")
    found["cores"] = [_core(core) for core in document["cores"] if core["causes"].get("halted", 0) < core["cycles"]]
    found["variables"] = [_variable(variable, document) for variable in document.get("variables", [])]
    found["levels"] = _levels(document)
    found["host"] = document["host"]
    found["links"] = sorted(_links(document), key=lambda link: int(link["busy_cycles"]), reverse=True)
    profile = document.get("profile")
    found["lines"] = None if profile is None else _by_place(profile["lines"], total)
    found["sources"] = {} if profile is None else profile.get("sources", {})
    return found


def _by_cycles(entries: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    return sorted(entries, key=lambda entry: int(entry["cycles"]), reverse=True)


def _with_share(entry: Dict[str, Any], total: int) -> Dict[str, Any]:
    return {**entry, "share": entry["cycles"] / total if total else 0.0}


def _core(core: Dict[str, Any]) -> Dict[str, Any]:
    return {"id": core["id"], "cycles": core["cycles"], "causes": {cause: cycles for cause, cycles in core["causes"].items() if cycles}}


def _by_place(lines: List[Dict[str, Any]], total: int) -> List[Dict[str, Any]]:
    """The lines of all kernels together, in order of file and line."""
    places: Dict[Tuple[str, int], Dict[str, Any]] = {}
    for line in lines:
        if not line["file"]:
            continue
        known = places.get((line["file"], line["line"]))
        if known is None:
            places[line["file"], line["line"]] = {**line, "kernels": [line["kernel"]], "causes": dict(line["causes"]), "waits": dict(line["waits"])}
            continue
        known["kernels"].append(line["kernel"])
        for key in ("cycles", "times", "instructions"):
            known[key] += line[key]
        known["cores"] = [one + more for one, more in zip(known["cores"], line["cores"])]
        for key in ("causes", "waits"):
            for name, cycles in line[key].items():
                known[key][name] = known[key].get(name, 0) + cycles
    merged = [_with_share(places[place], total) for place in sorted(places)]
    for line in merged:
        del line["kernel"]
    return merged


def _variable(variable: Dict[str, Any], document: Dict[str, Any]) -> Dict[str, Any]:
    cycles = sum(kernel["cycles"] for kernel in document["kernels"] if kernel["name"] == variable["kernel"])
    return {**variable, "waited_share": variable.get("waited_cycles", 0) / cycles if cycles else 0.0}


def _levels(document: Dict[str, Any]) -> List[Dict[str, Any]]:
    """What moved between the levels of the hierarchy, as far as it is known."""
    levels = []
    variables = document.get("variables", [])
    if variables:
        to = [variable.get(way, {}) for variable in variables for way in ("on_demand", "copy", "prefetch")]
        back = [variable.get(way, {}) for variable in variables for way in ("store", "write_back")]
        levels.append(
            {
                "level": "host",
                "what": "variables, by request",
                "reads": sum(one.get("requests", 0) for one in to),
                "bytes_read": sum(one.get("bytes", 0) for one in to),
                "writes": sum(one.get("requests", 0) for one in back),
                "bytes_written": sum(one.get("bytes", 0) for one in back),
            }
        )
    for one in document.get("profile", {}).get("shared", []):
        levels.append(
            {
                "level": "shared memory",
                "what": one["what"],
                "reads": one["loads"],
                "bytes_read": one["bytes_loaded"],
                "writes": one["stores"],
                "bytes_written": one["bytes_stored"],
            }
        )
    return levels


def _links(document: Dict[str, Any]) -> List[Dict[str, Any]]:
    cycles = document["cycles"] or 1
    return [
        {"name": link["name"], "busy_cycles": link.get("busy_cycles", 0), "busy_share": link.get("busy_cycles", 0) / cycles, "bytes": link["bytes"]}
        for link in document.get("links", [])
    ]


def by_class(causes: Causes) -> Dict[str, int]:
    return {name: sum(causes.get(cause, 0) for cause in members) for name, members in CLASSES.items()}


def main_causes(causes: Causes, most: int = 2, least: float = 0.1) -> List[Tuple[str, float]]:
    """The causes that matter, with their shares."""
    total = sum(causes.values())
    ordered = sorted(causes.items(), key=lambda one: -one[1])
    return [(cause, cycles / total) for cause, cycles in ordered[:most] if total and cycles >= least * total]


def source_of(file: str, digests: Dict[str, str]) -> Tuple[Optional[List[str]], str]:
    """The lines of a source file as it was when it ran, or None and why not."""
    if not os.path.isfile(file):
        return None, "is not here: only lines that took cycles are shown"
    if file not in digests:
        return None, "may have changed since: the document does not say what it was"
    if digest(file) != digests[file]:
        return None, "has changed since this was recorded: lines are shown as they were then"
    with open(file, encoding="utf-8", errors="replace") as opened:
        return opened.read().splitlines(), ""


def blocks(lines: List[Dict[str, Any]], source: Optional[List[str]]) -> List[List[Tuple[int, str, Optional[Dict[str, Any]]]]]:
    """The lines of one file as pieces of source: (number, text, what is known of it). Whole functions where the source is known."""
    known = {line["line"]: line for line in lines}
    if source is None:
        return [[(number, known[number]["text"], known[number]) for number in sorted(known)]]
    pieces: List[List[Tuple[int, str, Optional[Dict[str, Any]]]]] = []
    spans: Dict[str, List[int]] = {}
    for line in lines:
        spans.setdefault(line["function"], []).append(line["line"])
    shown: Set[int] = set()
    for numbers in sorted(spans.values(), key=min):
        wanted = [number for number in range(min(numbers), max(numbers) + 1) if number <= len(source) and number not in shown]
        if not numbers or not wanted:
            continue
        if max(numbers) - min(numbers) > 4 * len(numbers) + 20:  # the top level of a script: what lies between is not its own
            wanted = [number for number in sorted(set(numbers)) if number <= len(source)]
        shown.update(wanted)
        piece = [(number, source[number - 1], known.get(number)) for number in wanted]
        if pieces and pieces[-1][-1][0] + 1 == wanted[0]:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
