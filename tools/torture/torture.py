#!/usr/bin/env python3
"""Runs GCC's gcc.c-torture/execute (and its ieee folder), compiled for a board's cores, on the simulator, to each test's exit code.

  torture.py                            everything on Epiphany, at -O0 -O1 -O2 -O3 -Os
  torture.py --target microblaze        on another core
  torture.py --level O2 'pr*' 'ieee/*'  a part of it
  torture.py --rerun failed             again what failed

See README.md in this folder. Exit status: 0 when every test passed or failed as the list of known ones says, 1 when not, 77 when the cross compiler or
GCC's sources are not there.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import xml.etree.ElementTree as xml
from pathlib import Path

import directives
from targets import TARGETS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LEVELS = ("O0", "O1", "O2", "O3", "Os")
SUITE = "gcc/testsuite/gcc.c-torture/execute"
SMALL_FRAME = 1024  # bytes of one stack frame; with more, a program is no small one
MAX_CYCLES = 2_000_000_000  # the longest needs 800 million, on a MicroBlaze without options
SKIPPED = 77
NO_LIBRARY = ("unsupported", "it needs a library, and the compiler has none for this target")

# The verdicts. "passed", "unsupported" and "expected" (a failure that GCC's suite expects) are good; the others must be in the list of known ones.
GOOD = ("passed", "unsupported", "expected")
BAD = ("failed", "not-compilable", "not-linkable", "timeout", "unexpected-pass")


def find_sources():
    archives = sorted(Path("/usr/src/gcc-12").glob("gcc-12.*.tar.*"))
    return archives[-1] if archives else None


def extract(archive, work):
    """The suite's folder inside `work`; unpacked once."""
    folder = work / "suite"
    if not (folder / ".complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                name = member.name.split("/", 1)[-1]
                if member.isfile() and name.startswith(SUITE + "/"):
                    target = folder / name[len(SUITE) + 1 :]
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(tar.extractfile(member).read())
        (folder / ".complete").touch()
    return folder


def all_tests(suite):
    tests = [path.stem for path in suite.glob("*.c")] + ["ieee/" + path.stem for path in (suite / "ieee").glob("*.c")]
    return sorted(tests)


def read_known(path, target):
    """The list of known ones: NAME LEVELS VERDICT REASON, levels as O0,O2 or *, with TARGET: before them when it is not so on all that share
    the list. {(name, level): (verdict, reason)}"""
    known = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(None, 3)
        if len(parts) < 4 or parts[2] not in BAD:
            sys.exit(f"{path}:{number}: expected NAME LEVELS VERDICT REASON")
        only, _, levels = parts[1].rpartition(":")
        if only not in ("", target):
            continue
        for level in LEVELS if levels == "*" else levels.split(","):
            known[parts[0], level] = (parts[2], parts[3])
    return known


def big_frame(stack_usage):
    """Whether GCC's -fstack-usage report shows a frame that is large or has no bound."""
    for line in stack_usage.read_text().splitlines() if stack_usage.exists() else []:
        fields = line.split("\t")
        if len(fields) >= 3 and (int(fields[1]) > SMALL_FRAME or fields[2] == "dynamic"):
            return True
    return False


class Runner:
    def __init__(self, options, target, suite):
        self.options, self.target, self.suite = options, target, suite
        self.gcc, self.nm = target.tool("gcc"), target.tool("nm")
        self.support = target.support_objects(options.work)
        self.elves = options.work / "elf"
        self.simulator = hashlib.sha256(Path(options.epysim).read_bytes()).hexdigest()[:16]

    def command(self, command, seconds, folder):
        """(exit code or None after the time limit, output)"""
        try:
            done = subprocess.run([str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=seconds)
            return done.returncode, done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as stopped:
            return None, (stopped.stdout or b"").decode("utf-8", "replace")

    def uses_heap(self, folder):
        _, symbols = self.command([self.nm, "-u", "test.o"], 60, folder)
        return re.search(r" _?(malloc|calloc|realloc)$", symbols, re.M) is not None

    def is_small(self, plan, folder):
        return not plan.needs_big_stack and not big_frame(folder / "test.su") and not self.uses_heap(folder)

    def build(self, name, level, plan, folder):
        """The linked program, kept for the next run: (layout, None), or (verdict, output)."""
        elf = folder / "test.elf"
        layout = folder / "layout"
        if self.options.rebuild:
            shutil.rmtree(folder, ignore_errors=True)
        if elf.exists() and layout.exists():
            return layout.read_text(), None
        folder.mkdir(parents=True, exist_ok=True)
        flags = ["-" + level, "-w", *self.target.flags, *plan.options] + (["-fno-inline"] if name.startswith("ieee/") else [])
        compiler = [self.gcc, "-pipe", "-fstack-usage", *flags, "-c", self.suite / f"{name}.c", "-o", "test.o"]
        code, output = self.command(compiler, self.options.compile_time, folder)
        if code != 0 and "internal compiler error" in output and self.target.after_internal_error:
            code, _ = self.command([*compiler, *self.target.after_internal_error], self.options.compile_time, folder)
        if code != 0 and not self.target.library and re.search(r"\.h: No such file", output):
            return NO_LIBRARY
        if code != 0:
            return "not-compilable", output if code is not None else f"the compiler needed more than {self.options.compile_time} s"
        for chosen in self.target.layouts:
            if chosen.small and not self.is_small(plan, folder):
                continue
            linker = [self.gcc, *flags, "-Wl,--strip-debug", *self.support, "test.o", *chosen.link, "-o", "test.elf"]
            code, output = self.command(linker, 60, folder)
            if code == 0:
                break
        if code != 0 and not self.target.library and "undefined reference" in output:
            return NO_LIBRARY
        if code != 0:
            return "not-linkable", output
        for leftover in ("test.o", "test.su"):
            (folder / leftover).unlink(missing_ok=True)
        layout.write_text(chosen.name)
        return chosen.name, None

    def run(self, name, level):
        started = time.monotonic()
        plan = directives.read(self.suite / f"{name}.c", "-" + level, self.target)
        result = {"test": name, "level": level, "simulator": self.simulator}

        def done(verdict, detail="", **more):
            return {**result, "verdict": verdict, "detail": detail[-2000:], **more, "seconds": round(time.monotonic() - started, 2)}

        if plan.unsupported:
            return done("unsupported", plan.unsupported)
        folder = self.elves / level / name
        layout, output = self.build(name, level, plan, folder)
        if output is not None:
            return done(layout, output)
        execute = next(each.execute for each in self.target.layouts if each.name == layout)
        command = [self.options.epysim, "exec", "--cores", "0", "--max-cycles", MAX_CYCLES, *execute, folder / "test.elf"]
        code, output = self.command(command, self.options.run_time, folder)
        if code is None or "stopped by --max-cycles" in output:
            limit = f"{self.options.run_time} s" if code is None else f"{MAX_CYCLES} cycles"
            return done("timeout", f"ran longer than {limit}\n{output}", layout=layout)
        if plan.expected_to_fail:
            return done("unexpected-pass" if code == 0 else "expected", plan.expected_to_fail, layout=layout)
        return done("passed" if code == 0 else "failed", "" if code == 0 else f"exit code {code}\n{output}", layout=layout)


def read_results(path):
    """{(test, level): result}; a later line replaces an earlier one."""
    results = {}
    if path.exists():
        for line in path.read_text().splitlines():
            try:
                result = json.loads(line)
            except ValueError:
                continue  # cut off by an interruption
            results[result["test"], result["level"]] = result
    return results


def judge(result, known):
    """(good, what to say): a bad verdict is good when it is known; a known one that did not come is not."""
    verdict, reason = known.get((result["test"], result["level"]), (None, ""))
    if result["verdict"] == "unsupported" or (result["verdict"] in GOOD and verdict is None):
        return True, result["detail"]
    if result["verdict"] == verdict:
        return True, reason
    if verdict is not None:
        return False, f"the list of known ones expects {verdict}, but it {'passed' if result['verdict'] == 'passed' else 'is ' + result['verdict']}"
    return False, result["detail"]


def write_junit(path, target, results, known):
    suites = xml.Element("testsuites")
    for level in LEVELS:
        mine = [r for r in results if r["level"] == level]
        failures = sum(not judge(r, known)[0] for r in mine)
        skipped = sum(r["verdict"] != "passed" and judge(r, known)[0] for r in mine)
        suite = xml.SubElement(suites, "testsuite", name=f"gcc.c-torture/execute {target.name} -{level}", tests=str(len(mine)), failures=str(failures),
                               skipped=str(skipped), time=f"{sum(r['seconds'] for r in mine):.1f}")
        for r in mine:
            case = xml.SubElement(suite, "testcase", classname=f"torture.{target.name}.{level}", name=r["test"], time=str(r["seconds"]))
            good, said = judge(r, known)
            said = re.sub(r"[^\t\n\x20-\ud7ff]", "?", said)
            if not good:
                xml.SubElement(case, "failure", message=r["verdict"]).text = said
            elif r["verdict"] != "passed":
                xml.SubElement(case, "skipped", message=f"{r['verdict']}: {said}")
    path.write_bytes(xml.tostring(suites, encoding="utf-8", xml_declaration=True))


def summarise(results, known, layouts):
    """The table by level, and what is to be done; True when there is nothing."""
    columns = ("passed", "unsupported", "expected") + BAD
    print(f"{'level':6} {'tests':>6}" + "".join(f"{c:>16}" for c in columns) + f"{'of them known':>16}" + "".join(f"{layout:>12}" for layout in layouts))
    bad = []
    for level in LEVELS:
        mine = [r for r in results if r["level"] == level]
        if not mine:
            continue
        counts = collections.Counter(r["verdict"] for r in mine)
        judged = [(r, *judge(r, known)) for r in mine]
        bad += [(r, said) for r, good, said in judged if not good]
        explained = sum(good and r["verdict"] in BAD for r, good, _ in judged)
        linked = "".join(f"{sum(r.get('layout') == layout for r in mine):12}" for layout in layouts)
        print(f"-{level:5} {len(mine):6}" + "".join(f"{counts[c]:16}" for c in columns) + f"{explained:16}{linked}")
    for r, said in bad:
        first = said.strip().splitlines()
        print(f"{r['verdict']}: {r['test']} -{r['level']}: {' | '.join(first[:3])}")
    return not bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="Example: tools/torture/torture.py --level O2 --jobs 4 'pr*'")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("tests", nargs="*", metavar="PATTERN", help="names of tests, like 'pr1*' or 'ieee/*' (default: all)")
    parser.add_argument("--target", choices=TARGETS, default="epiphany", help="the core that they are compiled for, and run on (default: epiphany)")
    parser.add_argument("--level", action="append", choices=LEVELS, help="optimisation level; may be repeated (default: all)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="how many tests at a time")
    parser.add_argument("--work", type=Path, default=cache / "epysim/torture", metavar="DIR",
                        help="programs and results, a folder for each target")
    parser.add_argument("--epysim", default=os.environ.get("EPYSIM", str(ROOT / "build/release/epysim")), metavar="FILE",
                        help="the simulator's binary")
    parser.add_argument("--junit", type=Path, metavar="FILE.xml", help="where to put the JUnit report (default: in DIR)")
    parser.add_argument("--rerun", choices=("failed", "all"), help="run these again, though this simulator has run them")
    parser.add_argument("--rebuild", action="store_true", help="compile again, too")
    parser.add_argument("--report", action="store_true", help="run nothing; report what there is, whichever simulator ran it")
    parser.add_argument("--run-time", type=float, default=120, metavar="S", help="time limit of one program (default: 120)")
    parser.add_argument("--compile-time", type=float, default=120, metavar="S", help="time limit of the compiler (default: 120)")
    options = parser.parse_args()

    target, archive = TARGETS[options.target], find_sources()
    if target.tool("gcc") is None:
        print(f"torture: skipped: no {target.tools}-gcc on PATH, in EPYSIM_TOOLCHAIN or built by `epysim toolchain`", file=sys.stderr)
        return SKIPPED
    if archive is None:
        print("torture: skipped: no GCC sources in /usr/src/gcc-12 (Debian package gcc-12-source)", file=sys.stderr)
        return SKIPPED
    if not Path(options.epysim).exists():
        parser.error(f"no simulator at {options.epysim}: build it (./epysim --version), or name it with --epysim")
    options.work.mkdir(parents=True, exist_ok=True)
    options.work = options.work.resolve()
    options.epysim = str(Path(options.epysim).resolve())
    suite = extract(archive, options.work)
    options.work /= target.name
    options.work.mkdir(exist_ok=True)

    known = read_known(target.known, target.name)
    runner = Runner(options, target, suite)
    results_file = options.work / "results.jsonl"
    results = read_results(results_file)
    wanted = [(name, level) for level in options.level or LEVELS for name in all_tests(suite)
              if not options.tests or any(fnmatch.fnmatch(name, pattern) for pattern in options.tests)]
    if not wanted:
        parser.error("no test has such a name")

    def is_due(key):
        if options.report:
            return False
        before = results.get(key)
        if before is None or options.rerun == "all" or options.rebuild:
            return True
        if options.rerun == "failed" and not judge(before, known)[0]:
            return True
        return before["simulator"] != runner.simulator

    due = [key for key in wanted if is_due(key)]
    if options.rerun == "failed":
        due = [key for key in due if key in results and not judge(results[key], known)[0]]
    print(f"torture: {len(wanted)} tests, {len(due)} of them to run", file=sys.stderr)

    lock = threading.Lock()
    finished = 0
    with open(results_file, "a") as out, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:

        def one(key):
            nonlocal finished
            result = runner.run(*key)
            with lock:
                out.write(json.dumps(result) + "\n")
                out.flush()
                results[key] = result
                finished += 1
                if sys.stderr.isatty():
                    print(f"\rtorture: {finished} of {len(due)}", end="", file=sys.stderr)

        pending = [pool.submit(one, key) for key in due]
        try:
            for task in pending:
                task.result()
        except BaseException:
            for task in pending:
                task.cancel()
            raise
    if sys.stderr.isatty() and due:
        print(file=sys.stderr)

    reported = [results[key] for key in wanted if key in results]
    write_junit(options.junit or options.work / "junit.xml", target, reported, known)
    return 0 if summarise(reported, known, [layout.name for layout in target.layouts]) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
