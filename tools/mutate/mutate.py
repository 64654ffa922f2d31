#!/usr/bin/env python3
"""Tests the tests: changes one operator or number of the models at a time, builds, and expects some test to fail.

  mutate.py                       40 mutants of seed 1
  mutate.py --seed 7 --count 10   others
  mutate.py --list                shows them and runs nothing
  mutate.py --only 3,17           runs these of the list

Works in a copy of the tree with a build of its own (--work). Exit status: 0 when at least --need percent of the mutants were caught. Mutants
that change nothing anybody could notice are in equivalent.txt with the reason, and are never drawn.
"""

import argparse
import contextlib
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# What is changed: semantics, timing, the rest of the machine, and the numbers of the board.
SOURCES = {
    "semantics": ["sim/epiphany/integer_semantics.h", "sim/epiphany/float_semantics.h", "sim/epiphany/semantics.h",
                  "sim/epiphany/semantics.cpp", "sim/epiphany/fpu.h", "sim/epiphany/fpu.cpp", "sim/core/binary32.h",
                  "sim/core/binary32.cpp"],
    "timing": ["sim/epiphany/pipeline.h", "sim/epiphany/pipeline.cpp", "sim/epiphany/timers.h", "sim/epiphany/banks.h", "sim/mesh/*.h",
               "sim/mesh/*.cpp", "sim/host/*.h", "sim/host/*.cpp"],
    "machine": ["sim/epiphany/dma.h", "sim/epiphany/dma.cpp", "sim/epiphany/interrupts.h", "sim/epiphany/signals.cpp",
                "sim/epiphany/registers.h", "sim/epiphany/registers.cpp", "sim/epiphany/control_modes.cpp", "sim/epiphany/core_system.cpp",
                "sim/epiphany/core_memory.cpp", "sim/epiphany/last_stores.h", "sim/epiphany/ram.h", "sim/epiphany/syscalls.cpp",
                "sim/core/guest_services.cpp"],
    "board": ["configs/parallella.json"],
}  # fmt: skip
SHARES = {"semantics": 10, "timing": 12, "machine": 12, "board": 6}  # of 40
CONFIG_SECTIONS = ("mesh", "dma", "elink", "dram", "host")
MEMORY = 8 << 30  # bytes that a test may take

SWAPS = {
    "+": "-", "-": "+", "*": "+", "/": "*", "%": "/", "<<": ">>", ">>": "<<", "&": "|", "|": "&", "^": "|", "&&": "||", "||": "&&",
    "==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=",
}  # fmt: skip
# clang-format puts spaces around binary operators and nothing else, so that these are not pointers, references or templates.
OPERATOR = re.compile(r"(?<=\S )(" + "|".join(re.escape(op) for op in sorted(SWAPS, key=len, reverse=True)) + r")(?= )")
PREFIX = re.compile(r"(?<![\w)])(\+\+|--|!)(?=[\w(])")
NUMBER = re.compile(r"(?<![\w.'<\"])(0x[0-9a-fA-F]+|\d+)(?=u?\b)(?![.'>])(?<!= 0(?=;))")
# Passed over: declarations and hints to the compiler; and, of numbers, the zeros that variables begin with, most of which are never read,
# and the bounds within which a configuration may set a value.
PASSED_OVER = re.compile(r"^\s*(#|//|template|static_assert|using|namespace)|std::array<|\[\[gnu|promise\(")
BOUNDS = re.compile(r"\bconfig[.,]")


class Mutant:
    def __init__(self, path, line, column, old, new, text):
        self.path, self.line, self.column, self.old, self.new, self.text = path, line, column, old, new, text

    @property
    def mutated(self):
        return self.text[: self.column] + self.new + self.text[self.column + len(self.old) :]

    def __str__(self):
        return f"{self.path}:{self.line}: '{self.old}' -> '{self.new}' in: {self.text.strip()[:100]}"


def code_of(line):
    """The line with comments and texts blanked, at the same columns."""
    line = re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: '"' * len(m.group()), line)
    return re.sub(r"//.*$", lambda m: " " * len(m.group()), line)


def mutants_of_source(path):
    for number, text in enumerate((ROOT / path).read_text().splitlines(), 1):
        code = code_of(text)
        if PASSED_OVER.search(code):
            continue
        for found in OPERATOR.finditer(code):
            yield Mutant(path, number, found.start(1), found.group(1), SWAPS[found.group(1)], text)
        for found in PREFIX.finditer(code):
            yield Mutant(path, number, found.start(1), found.group(1), {"++": "--", "--": "++", "!": ""}[found.group(1)], text)
        for found in NUMBER.finditer(code) if not BOUNDS.search(code) else ():
            old = found.group(1)
            yield Mutant(path, number, found.start(1), old, hex(int(old, 16) + 1) if old.startswith("0x") else str(int(old) + 1), text)


def mutants_of_board(path):
    section = ""
    for number, text in enumerate((ROOT / path).read_text().splitlines(), 1):
        section = (re.findall(r'^  "(\w+)": \{$', text) or [section])[0]
        found = re.search(r'"value": (\d+(?:\.\d+)?)', text)
        if found and section in CONFIG_SECTIONS:
            old = found.group(1)
            # Rates are not noticed to the last digit.
            yield Mutant(path, number, found.start(1), old, str(float(old) + 0.5) if "." in old else str(int(old) + 1 + int(old) // 1000), text)


def equivalents():
    """The mutated lines that nobody could tell from the original, by file."""
    known = set()
    for line in (HERE / "equivalent.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            path, mutated, _ = (part.strip() for part in line.split(" | ", 2))
            known.add((path, mutated))
    return known


def draw(seed, count):
    """For each of the mutants wanted, its substitutes: the first that compiles counts. The kinds by their shares, no line twice."""
    chooser, known, slots = random.Random(seed), equivalents(), []
    for kind, patterns in SOURCES.items():
        found = {pattern: [str(path.relative_to(ROOT)) for path in ROOT.glob(pattern)] for pattern in patterns}
        if gone := [pattern for pattern, paths in found.items() if not paths]:
            sys.exit(f"mutate: there is no {' and no '.join(gone)}: mend SOURCES")
        paths = sorted(path for paths in found.values() for path in paths)
        sites = [m for path in paths for m in (mutants_of_board(path) if path.endswith(".json") else mutants_of_source(path))]
        sites = [m for m in sites if (m.path, m.mutated.strip()) not in known]
        chooser.shuffle(sites)
        one_a_line = list({(m.path, m.line): m for m in sites}.values())
        wanted = min(round(count * SHARES[kind] / sum(SHARES.values())), len(one_a_line))
        slots += [one_a_line[first::wanted] for first in range(wanted)]
    return slots


class Bench:
    """The copy of the tree, its build, and the tests."""

    def __init__(self, work, jobs):
        self.tree, self.jobs, self.limits = work / "tree", jobs, {}
        self.build = self.tree / "build/mutants"
        self.environment = {**os.environ, "CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1", "EPYSIM": str(self.build / "epysim"),
                            "PYTHONPATH": str(self.tree / "python"), "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip

    def prepare(self):
        tracked = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True,
                                 text=True, check=True).stdout.split("\0")  # fmt: skip
        wanted = {name for name in tracked if name and (ROOT / name).is_file()}
        for name in wanted:
            source, target = ROOT / name, self.tree / name
            if not target.exists() or target.read_bytes() != source.read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        for old in [path for path in self.tree.rglob("*") if path.is_file() and "build" not in path.relative_to(self.tree).parts[:1]]:
            if str(old.relative_to(self.tree)) not in wanted:
                old.unlink()
        if not (self.build / "build.ninja").exists():
            # -O1: compiles faster than a release and still tests at nearly its speed. Assertions: an index past the end shows at once.
            status, output = self.run("cmake", "-S", ".", "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", "-DCMAKE_CXX_FLAGS=-O1 -D_GLIBCXX_ASSERTIONS")
            if status:
                sys.exit(f"mutate: cmake failed:\n{output[-3000:]}")

    def run(self, *command, seconds=None):
        """(status, output) of a command; the status is None when it took too long. Nothing it started is left behind."""
        process = subprocess.Popen([str(part) for part in command], cwd=self.tree, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)))  # fmt: skip
        try:
            output = process.communicate(timeout=seconds)[0]
            return process.returncode, output.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            return None, ""
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def ctest(self, selection):
        command = ("ctest", "--test-dir", self.build, "--stop-on-failure", "--timeout", "30", *selection)
        return command, r"Test +#\d+: (.*?) \.*\*\*\*"

    def pytest(self, *selection):
        command = ("/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", *selection)
        return command, r"^(?:FAILED|ERROR) (\S+)"

    def stages(self, path):
        """(name, what it needs built, command, how its output names what failed), the likeliest to notice a change of `path` first."""
        epiphany = ("unit tests of sim/epiphany", ["test_epiphany"], *self.ctest(["-R", "^epiphany:"]))
        mesh = ("unit tests of sim/mesh", ["test_mesh"], *self.ctest(["-R", "^mesh:"]))
        references = ("references", ["epysim", "single_step_epiphany"], *self.pytest("tests/epiphany"))
        figures = ("figures of validate", ["epysim"], *self.pytest("tests/cli/test_validate_figures.py"))
        examples = ("examples", ["epysim"], *self.pytest("tests/examples"))
        units = ("unit tests", ["all"], *self.ctest(["-E", "^(epiphany|mesh):"]))
        programs = ("other programs", ["all"], *self.pytest("tests/cli", "tests/python", "tests/vm"))
        first = [epiphany, references, figures, mesh] if path.startswith("sim/epiphany") else [mesh, figures, epiphany, references]
        return [*first, examples, units, programs]

    def judge(self, path):
        """What notices a change of `path` in the copy: None when nothing does, "" when it does not compile."""
        for name, targets, command, failure in self.stages(path):
            if self.run("ninja", "-C", self.build, "-j", self.jobs, *targets)[0]:
                return ""
            started = time.monotonic()
            status, output = self.run(*command, seconds=self.limits.get(name))
            if status is None:
                return f"{name}: does not end"
            if status:
                named = re.search(failure, output, re.M)
                return named.group(1) if named else f"{name}: {(output.strip().splitlines() or ['crashed'])[-1]}"
            self.limits.setdefault(name, 30 + 5 * (time.monotonic() - started))
        return None

    def judge_mutant(self, mutant):
        path = self.tree / mutant.path
        original = path.read_text()
        lines = original.splitlines(keepends=True)
        lines[mutant.line - 1] = mutant.mutated + "\n"
        try:
            path.write_text("".join(lines))
            return self.judge(mutant.path)
        finally:
            path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--seed", type=int, default=1, help="which mutants (default: 1)")
    parser.add_argument("--count", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--need", type=float, default=95, metavar="PERCENT", help="how many have to be caught (default: 95)")
    parser.add_argument("--only", help="numbers of the list, like 3,17")
    parser.add_argument("--list", action="store_true", help="show the mutants only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="parallel jobs of the build")
    parser.add_argument("--work", type=Path, default=cache / "epysim/mutate", metavar="DIR", help="where the copy and its build are")
    options = parser.parse_args()

    slots = list(enumerate(draw(options.seed, options.count), 1))
    if options.only:
        chosen = {int(number) for number in options.only.split(",")}
        slots = [(number, substitutes) for number, substitutes in slots if number in chosen]
    if options.list:
        for number, substitutes in slots:
            print(f"{number:3} {substitutes[0]}")
        return 0

    bench = Bench(options.work.resolve(), options.jobs)
    bench.prepare()
    fault = bench.judge("")
    if fault is not None:
        sys.exit(f"mutate: without any mutant {fault or 'the build'} fails")
    caught = redrawn = 0
    for number, substitutes in slots:
        for mutant in substitutes:
            started = time.monotonic()
            by = bench.judge_mutant(mutant)
            verdict = "SURVIVED" if by is None else f"caught by {by}" if by else "does not compile: drawn again"
            print(f"{number:3} {mutant}\n      {verdict} ({time.monotonic() - started:.0f} s)", flush=True)
            if by != "":
                break
            redrawn += 1
        caught += bool(by)
    print(f"{caught} of {len(slots)} mutants caught; {redrawn} did not compile and were drawn again")
    return 0 if 100 * caught >= options.need * len(slots) else 1


if __name__ == "__main__":
    sys.exit(main())
