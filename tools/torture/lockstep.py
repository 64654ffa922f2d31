#!/usr/bin/env python3
"""Runs programs of gcc.c-torture/execute on the simulated core beside QEMU's user mode: registers and FSR after each instruction.

  lockstep.py                                     300 of the tests, on MicroBlaze with the integer options, -O2
  lockstep.py --target microblaze-full 'ieee/*'   with all options, these

Needs the built program lockstep_microblaze (tests/microblaze/tools). Exit status: 0 when all agree but for what QEMU is known to do otherwise,
77 when compiler, GCC's sources or QEMU are not there.
"""

import argparse
import fnmatch
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import directives
import torture
from targets import HERE, ROOT, TARGETS


def build(target, gcc, support, source, level, plan, out):
    """Whether the program could be made."""
    layout = target.layouts[0]
    flags = [f"-{level}", "-w", *target.flags, *plan.options] + (["-fno-inline"] if source.parent.name == "ieee" else [])
    command = [gcc, "-pipe", *flags, *support, source, *layout.link, "-Wl,-e,start_with_own_stack", "-o", out]
    return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0


def beside(qemu, lockstep, program, engine, most):
    """(instructions, departures, what is wrong or "")"""
    log, to_log = os.pipe()  # not standard error, which a program may close
    command = [qemu, "-singlestep", "-d", "cpu,nochain", "-D", f"/dev/fd/{to_log}", program]
    with subprocess.Popen(command, pass_fds=[to_log], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as theirs:
        os.close(to_log)
        ours = subprocess.run([lockstep, program, engine, str(most)], stdin=log, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        os.close(log)  # ends QEMU where it has not ended itself
        ended = theirs.wait()
    said = ours.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing said"]
    words = said[-1].split()
    if ours.returncode != 0 and words[1:3] == ["instructions", "agree,"] and ended == -signal.SIGFPE:
        return int(words[0]), int(words[3]) + 1, ""  # by the manual an invalid operation is only a flag in FSR
    if ours.returncode != 0:
        return 0, 0, said[-1]
    return int(words[0]), int(words[3]), ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tests", nargs="*", metavar="PATTERN", help="names of tests (default: all)")
    parser.add_argument("--target", choices=[name for name, target in TARGETS.items() if target.emulator and "little" in str(target.flags)],
                        default="microblaze-integer")
    parser.add_argument("--level", choices=torture.LEVELS, default="O2")
    parser.add_argument("--count", type=int, default=300, metavar="N", help="how many of them, drawn by --seed (default: 300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=200_000, metavar="N", help="instructions of one program that are enough (default: 200,000)")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--work", type=Path, default=cache / "epysim/torture", metavar="DIR")
    parser.add_argument("--build", type=Path, default=ROOT / "build/release", metavar="DIR", help="where lockstep_microblaze is")
    options = parser.parse_args()

    target, archive = TARGETS[options.target], torture.find_sources()
    gcc = target.tool("gcc")
    qemu = next(filter(None, map(shutil.which, target.emulator)), None)
    if gcc is None or archive is None or qemu is None:
        print("lockstep: skipped: no cross compiler, no GCC sources or no QEMU", file=sys.stderr)
        return torture.SKIPPED
    options.work.mkdir(parents=True, exist_ok=True)
    suite = torture.extract(archive, options.work)
    folder = options.work.resolve() / f"lockstep-{target.name}"
    folder.mkdir(exist_ok=True)
    support = target.support_objects(folder)
    stack = folder / "own_stack.o"
    subprocess.run([str(gcc), *target.flags, "-c", str(HERE / "own_stack.S"), "-o", str(stack)], check=True)

    names = [n for n in torture.all_tests(suite) if not options.tests or any(fnmatch.fnmatch(n, pattern) for pattern in options.tests)]
    chosen = sorted(random.Random(options.seed).sample(names, min(options.count, len(names))))
    programs = instructions = departures = departing = 0
    wrong = []
    for number, name in enumerate(chosen):
        plan = directives.read(suite / f"{name}.c", f"-{options.level}", target)
        program = folder / "test.elf"
        if plan.unsupported or plan.needs_big_stack or not build(target, gcc, [*support, stack], suite / f"{name}.c", options.level, plan, program):
            continue
        executed, known, said = beside(qemu, options.build / "lockstep_microblaze", program, ("reference", "eager")[number % 2], options.most)
        programs += 1
        instructions += executed
        departures += known
        departing += known > 0
        if said:
            wrong.append(f"{name}: {said}")
    print("\n".join(wrong))
    print(f"{target.name} -{options.level}: {programs} programs, {instructions} instructions compared with QEMU, {departures} known departures "
          f"in {departing} programs, {len(wrong)} programs differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
