#!/usr/bin/env python3
"""The manifest of the validation programs: which sources each was built from, by which compiler.

    manifest.py --check     exit 1 with a text when a program does not match the sources in this tree
    manifest.py --write     used by build.sh
"""
import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sources():
    """{file: hash} of everything that goes into the programs."""
    files = sorted([*HERE.glob("*.[chs]"), *HERE.glob("support/*"), HERE / "build.sh"])
    return {path.relative_to(HERE).as_posix(): sha256(path) for path in files}


def programs():
    return {path.name: sha256(path) for path in sorted(HERE.glob("*.elf"))}


def check():
    manifest = json.loads(MANIFEST.read_text())
    problems = []
    for kind, now in (("sources", sources()), ("programs", programs())):
        for name in sorted(now.keys() | manifest[kind].keys()):
            if now.get(name) != manifest[kind].get(name):
                problems.append(f"{name} is not what the programs were built {'from' if kind == 'sources' else 'to'}")
    rows = [line for line in (HERE / "rows.json").read_text().splitlines() if not line.startswith("//")]
    for name, run in json.loads("\n".join(rows))["runs"].items():
        if "/" not in run["elf"] and run["elf"] not in manifest["programs"]:  # others have a manifest of their own
            problems.append(f"run {name} in rows.json: {run['elf']} is not in the manifest")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        compiler = subprocess.run(["epiphany-elf-gcc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
        MANIFEST.write_text(json.dumps({"compiler": compiler, "sources": sources(), "programs": programs()}, indent=2) + "\n")
        return
    problems = check()
    for problem in problems:
        print(f"manifest.py: {problem}: run bench/validate/build.sh", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
