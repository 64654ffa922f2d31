#!/usr/bin/env python3
"""The manifest of the validation programs: which sources each was built from, by which compiler.

    manifest.py --check     exit 1 with a text when a program does not match the sources in this tree
    manifest.py --write     used by build.sh
    manifest.py --board pynq --check     of another board's programs, in a folder of that name
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMPILERS = {"parallella": ["epiphany-elf-gcc"], "pynq": ["microblazeel-elf-gcc", "riscv64-unknown-elf-gcc", "epiphany-elf-gcc"]}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder_of(board):
    return HERE if board == "parallella" else HERE / board


def sources(folder):
    """{file: hash} of everything that goes into the programs."""
    files = sorted({*folder.glob("*.[chsS]"), *folder.glob("support/*"), *HERE.glob("support/*"), folder / "build.sh"})
    return {os.path.relpath(path, folder): sha256(path) for path in files}


def programs(folder):
    return {path.name: sha256(path) for path in sorted(folder.glob("*.elf"))}


def check(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    problems = []
    for kind, now in (("sources", sources(folder)), ("programs", programs(folder))):
        for name in sorted(now.keys() | manifest[kind].keys()):
            if now.get(name) != manifest[kind].get(name):
                problems.append(f"{name} is not what the programs were built {'from' if kind == 'sources' else 'to'}")
    rows = [line for line in (folder / "rows.json").read_text().splitlines() if not line.startswith("//")]
    for name, run in json.loads("\n".join(rows))["runs"].items():
        if "elf" in run and "/" not in run["elf"] and run["elf"] not in manifest["programs"]:  # others have a manifest of their own
            problems.append(f"run {name} in rows.json: {run['elf']} is not in the manifest")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    parser.add_argument("--board", choices=COMPILERS, default="parallella")
    arguments = parser.parse_args()
    folder = folder_of(arguments.board)
    if arguments.write:
        compilers = COMPILERS[arguments.board]
        versions = [subprocess.run([each, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0] for each in compilers]
        manifest = {"compilers": versions, "sources": sources(folder), "programs": programs(folder)}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
        return
    problems = check(folder)
    for problem in problems:
        print(f"manifest.py: {problem}: run {folder.relative_to(HERE.parent.parent)}/build.sh", file=sys.stderr)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
