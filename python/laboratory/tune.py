"""epysim tune: searches the prefetch settings, and the memory kinds, with which an offload script takes least simulated time.

    epysim tune script.py --objective kernel_seconds -- --pixels 3600

The script is run as it is once, which tells its kernels and their arguments by reference; then with other settings, proposed by Optuna from what
has been seen so far. For each argument: how many elements a request moves, how many such chunks the core keeps, how many are asked for ahead, or
nothing of that (on demand); and, when it is a memory kind, which. What is proposed always fits the local memory that the program leaves
free. The same seed proposes the same, whatever the machine and the number of runs at a time.
"""

from __future__ import annotations

import argparse
import ast
import math
import os
import tempfile
import warnings
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Optional, Tuple

from . import tasks, workers
from .progress import Progress
from .results import Results
from .settings import KINDS, Program, Settings

STARTS = 12  # proposals before what has been seen counts
BATCH = 4  # proposals between two looks at results: fixed, so that what is proposed does not depend on the machine
STEPS = 3  # of them near the best so far
MOST_CHUNKS = 16
MOST_ELEMENTS = 1024  # of a chunk
DESCRIPTOR_BYTES = 32  # of a chunk on the core
RING_BYTES = 104  # of an argument, with what the heap adds
BETTER = 0.002  # what counts as an improvement


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("script", metavar="FILE.py", help="an offload script; its own arguments come last, behind --")
    parser.add_argument("--argument", action="append", metavar="NAME", help="tune this argument of the kernels; may be repeated [all by reference]")
    parser.add_argument("--objective", metavar="NAME", help="minimise this number, which the script prints in a JSON object [simulated seconds of the run]")
    parser.add_argument("--no-kinds", action="store_true", help="leave memory kinds as they are")
    parser.add_argument("--runs", type=int, default=60, metavar="N", help="at most so many [60]")
    parser.add_argument("--patience", type=int, default=24, metavar="N", help="stop after so many runs without an improvement [24]")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the search [0]")
    parser.add_argument("--board", metavar="NAME|FILE")
    parser.add_argument("--cores", metavar="LIST")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a value of the board's configuration; may be repeated")
    parser.add_argument("--keep", metavar="FILE.jsonl", help="keep the runs in this file, and use those that are there")
    parser.add_argument("--jobs", type=int, metavar="N", help="how many runs at a time [all processors]")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the workers of this Dask cluster instead")


@dataclass
class Argument:
    """An argument by reference, and what the kernel does with it."""

    name: str
    length: int
    access: str
    kind: Optional[str]  # of a memory kind that can be moved
    own: Optional[List[Any]] = None  # the script's setting


class Search:
    """The runs, and the best of them."""

    def __init__(self, options: argparse.Namespace, results: Results) -> None:
        self._options = options
        self._results = results
        self._home, self._binary = tasks.find_home(), tasks.find_binary()
        self.fixed: Settings = {"program": options.script}
        for name in ("board", "cores"):
            if getattr(options, name) is not None:
                self.fixed[name] = getattr(options, name)
        for pair in options.set:
            key, _, value = pair.partition("=")
            self.fixed[f"set.{key}"] = value
        self.values: Dict[str, float] = {}
        self.best: Tuple[float, Settings] = (float("inf"), {})
        self.since_best = 0

    def rows(self, proposals: List[Settings]) -> List[Dict[str, Any]]:
        """The rows of these settings; what has run already is not run again."""
        wanted = [self._task(settings) for settings in proposals]
        missing: List[Dict[str, Any]] = []
        for task in wanted:
            kept = self._results.rows.get(task["run"])
            if (kept is None or kept["made_of"] != task["made_of"]) and task["run"] not in [one["run"] for one in missing]:
                missing.append(task)
        for row in workers.rows(missing, self._options.jobs, self._options.scheduler):
            self._results.add(row)
        return [self._results.rows[task["run"]] for task in wanted]

    def measure(self, proposals: List[Settings]) -> List[float]:
        found = []
        for settings, row in zip(proposals, self.rows(proposals)):
            value = self.value(row)
            name = row["run"]
            if name not in self.values:
                self.values[name] = value
                self.since_best += 1
                if value < self.best[0] * (1 - BETTER):
                    self.since_best = 0
                if value < self.best[0]:
                    self.best = (value, settings)
            found.append(value)
        return found

    def value(self, row: Dict[str, Any]) -> float:
        if row["exit_code"] != 0:
            return float("inf")
        if self._options.objective is None:
            return float(row["seconds"])
        value = row.get("output", {}).get(self._options.objective)
        if not isinstance(value, (int, float)):
            raise ValueError(f"{self._options.script} printed no number {self._options.objective!r} in a JSON object; it printed {sorted(row.get('output', {})) or 'none'}")
        return float(value)

    def _task(self, settings: Settings) -> Dict[str, Any]:
        task = tasks.task({**self.fixed, **settings}, self._home, self._binary)
        task["arguments"] = [[None, word] for word in self._options.others]
        task["run"] = tasks.name_of({**self.fixed, **settings, "arguments": self._options.others})
        return task


def main(options: argparse.Namespace) -> int:
    try:
        import optuna
    except ImportError as error:
        raise workers.NotInstalled(f"tune needs Optuna ({error}): apt-get install python3-optuna, or pip install optuna") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)  # of options that 3.x has had all along
    if not os.path.isfile(options.script):
        raise ValueError(f"there is no file {options.script}")
    program = Program(options.script)
    if program.how != "script":
        raise ValueError(f"{options.script} is no offload script: it does not import epython")
    with tempfile.TemporaryDirectory() as folder:
        results = Results(options.keep or os.path.join(folder, "runs.jsonl"))
        try:
            return tuned(optuna, Search(options, results), options, program)
        finally:
            results.close()


def tuned(optuna: Any, search: Search, options: argparse.Namespace, program: Program) -> int:
    """Finds the best settings and says them."""
    row = search.rows([{}])[0]
    if row["exit_code"] != 0:
        raise ValueError(f"{options.script} fails as it is (exit code {row['exit_code']}):\n{row.get('error', '')}")
    as_it_is = search.measure([{}])[0]
    arguments = found_arguments(row, program, options)
    free = min((kernel["free_bytes"] for kernel in row["kernels"] if kernel.get("free_bytes")), default=0)
    names = ", ".join(f"{one.name} ({one.length} elements)" for one in arguments)
    print(f"{options.script}: {as_it_is:.6g} s as it is; tuning {names}; {free} bytes of a core's memory are free for them")
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=options.seed, n_startup_trials=STARTS, multivariate=True, group=True))
    for start in starts(arguments, free):
        study.enqueue_trial(start, skip_if_exists=True)
    proposed = 0
    tried: List[Dict[str, Any]] = []  # steps from the best
    with Progress("tune", options.runs) as progress:
        while len(search.values) < options.runs and search.since_best < options.patience and proposed < 4 * options.runs:
            batch = min(BATCH, options.runs - len(search.values))
            if proposed >= STARTS:  # most proposals go on from the best one so far
                for step in [one for one in steps(study.best_trial.params, arguments) if one not in tried][:STEPS]:
                    tried.append(step)
                    study.enqueue_trial(step)
            trials = [study.ask() for _ in range(batch)]
            proposals = [settings_of(trial, arguments, free, not options.no_kinds) for trial in trials]
            proposed += batch
            before = len(search.values)
            for trial, value in zip(trials, search.measure(proposals)):
                study.tell(trial, value if value < float("inf") else 1e9)
            for _ in range(len(search.values) - before):
                progress.step(f"best {search.best[0]:.6g} s")
    report(search, arguments, as_it_is, options)
    return 0


def found_arguments(row: Dict[str, Any], program: Program, options: argparse.Namespace) -> List[Argument]:
    kernels = row.get("kernels") or []
    found: Dict[str, Argument] = {}
    for kernel in kernels:
        for one in kernel["arguments"]:
            if not one.get("by_reference"):
                continue
            name, length = one["name"], one["length"]
            access = "rw" if stores_to(program.text, name) else "r"
            if name not in found or found[name].length < length:
                found[name] = Argument(name, length, access, one["kind"] if one.get("kind") in KINDS else None, one.get("prefetch"))
    if options.argument:
        for name in options.argument:
            if name not in found:
                raise ValueError(f"no kernel of {options.script} has an argument {name!r} by reference; there are {', '.join(found) or 'none'}")
        return [found[name] for name in options.argument]
    if not found:
        raise ValueError(f"{options.script} passes no data by reference: there is nothing to tune")
    return list(found.values())


def stores_to(text: str, name: str) -> bool:
    """Whether anything in the script assigns to an element of that name."""
    stored = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store)]
    return any(isinstance(one.value, ast.Name) and one.value.id == name for one in stored)


def starts(arguments: List[Argument], free: int) -> List[Dict[str, Any]]:
    """What is worth a try in any case: what the script has, and the largest buffer in few and in many chunks, with one ahead and with none."""
    share = free // max(1, len(arguments)) // 4
    ideas: List[Dict[str, Any]] = []
    idea: Dict[str, Any]
    if any(one.own for one in arguments):
        idea = {}
        for one in arguments:
            idea[f"{one.name}.where"] = "prefetch" if one.own else "on-demand"
            if one.own:
                buffer, elements, distance = one.own[:3]
                elements = min(elements, one.length, MOST_ELEMENTS)
                chunks = max(2, min(MOST_CHUNKS, buffer // elements))
                idea.update({f"{one.name}.elements": elements, f"{one.name}.chunks": chunks, f"{one.name}.ahead": min(distance // elements, chunks - 1)})
        ideas.append(idea)
    for chunks in (2, 8, 16):
        for ahead in (1, 0):
            idea = {}
            for one in arguments:
                elements = max(1, min(one.length, MOST_ELEMENTS, share // chunks))
                idea.update({f"{one.name}.where": "prefetch", f"{one.name}.elements": elements, f"{one.name}.chunks": chunks, f"{one.name}.ahead": ahead})
            ideas.append(idea)
    return ideas


def steps(best: Dict[str, Any], arguments: List[Argument]) -> Iterator[Dict[str, Any]]:
    """What is near a proposal: chunks larger and smaller, more and fewer of them, the buffer kept or not, one more or less asked for ahead."""
    for one in arguments:
        name = one.name
        if best.get(f"{name}.where") != "prefetch":
            continue
        elements, chunks, ahead = (best[f"{name}.{part}"] for part in ("elements", "chunks", "ahead"))
        near = []
        for factor in (1.25, 0.8, 2.0, 0.5):
            other = max(1, min(one.length, MOST_ELEMENTS, round(elements * factor)))
            near += [(other, max(2, min(MOST_CHUNKS, round(chunks * elements / other))), ahead), (other, chunks, ahead)]
        near += [(elements, chunks, 1)] + [(elements, chunks, max(0, min(MOST_CHUNKS - 1, ahead + more))) for more in (1, -1)]
        # chunks that end where the data end are likely to end where parts of them do
        whole = [other for other in range(1, min(one.length, MOST_ELEMENTS) + 1) if one.length % other == 0]
        near += [(other, max(2, min(MOST_CHUNKS, round(chunks * elements / other))), ahead) for other in sorted(whole, key=lambda other: abs(math.log(other / elements)))[:6]]
        near += [(elements, max(2, min(MOST_CHUNKS, chunks + more)), ahead) for more in (1, -1, 2, -2)]
        for changed in near:
            if changed != (elements, chunks, ahead):
                yield {**best, **{f"{name}.{part}": value for part, value in zip(("elements", "chunks", "ahead"), changed)}}


def settings_of(trial: Any, arguments: List[Argument], free: int, kinds: bool) -> Settings:
    """A proposal, cut down to what fits."""
    settings: Settings = {}
    left = free
    for place, one in enumerate(arguments):
        others = len(arguments) - place
        wheres = ["prefetch", "on-demand"]
        if kinds and one.kind:
            wheres.append("Shared")
            if one.access == "r":  # what cores store into copies of their own, nobody else would see
                wheres.append("Microcore")
        where = trial.suggest_categorical(f"{one.name}.where", wheres)
        if where in KINDS:
            settings[f"kind.{one.name}"] = where
            settings[f"prefetch.{one.name}"] = None
            continue
        if kinds and one.kind and one.kind != "Host":
            settings[f"kind.{one.name}"] = "Host"
        if where == "on-demand":
            settings[f"prefetch.{one.name}"] = None
            continue
        elements = trial.suggest_int(f"{one.name}.elements", 1, min(one.length, MOST_ELEMENTS), log=True)
        chunks = trial.suggest_int(f"{one.name}.chunks", 2, MOST_CHUNKS, log=True)
        ahead = trial.suggest_int(f"{one.name}.ahead", 0, MOST_CHUNKS - 1)
        share = left // others - RING_BYTES
        elements = max(1, min(elements, share // 2 // 4 - DESCRIPTOR_BYTES // 4))
        chunks = max(2, min(chunks, share // (4 * elements + DESCRIPTOR_BYTES)))
        ahead = min(ahead, chunks - 1)
        left -= RING_BYTES + chunks * (4 * elements + DESCRIPTOR_BYTES)
        settings[f"prefetch.{one.name}"] = [chunks * elements, elements, ahead * elements, one.access]
    return settings


def report(search: Search, arguments: List[Argument], as_it_is: float, options: argparse.Namespace) -> None:
    value, settings = search.best
    why = "no better one for a while" if search.since_best >= options.patience else "as many as allowed" if len(search.values) >= options.runs else "nothing new is proposed"
    print(f"{len(search.values)} runs ({why}); best {value:.6g} s, {as_it_is / value:.2f} times as fast as it is")
    if not settings:
        print("# nothing is better than the script as it is")
        return
    for one in arguments:
        kind = settings.get(f"kind.{one.name}")
        if kind and kind != one.kind:
            print(f"# {one.name}: memkind.{kind} instead of memkind.{one.kind}")
    chosen = {one.name: tuple(settings[f"prefetch.{one.name}"]) for one in arguments if settings.get(f"prefetch.{one.name}")}
    print(f"prefetch={_literal(chosen)}")


def _literal(chosen: Dict[str, Tuple[Any, ...]]) -> str:
    if not chosen:
        return "None"
    return "{" + ", ".join(f'"{name}": ({buffer}, {elements}, {distance}, "{access}")' for name, (buffer, elements, distance, access) in chosen.items()) + "}"
