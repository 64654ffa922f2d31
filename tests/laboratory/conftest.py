"""Fixtures for tests of the laboratory, which drive the built command."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Laboratory:
    """A folder with studies, and the command."""

    root = ROOT
    epysim = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))

    def __init__(self, folder):
        self.folder = folder

    def write(self, name, contents):
        path = self.folder / name
        path.write_text(contents if isinstance(contents, str) else json.dumps(contents))
        return str(path)

    def run(self, *arguments, timeout=300):
        return subprocess.run([self.epysim, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, cwd=self.folder)

    def start(self, *arguments):
        return subprocess.Popen([self.epysim, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder)

    def rows(self, name):
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


@pytest.fixture
def laboratory(tmp_path):
    return Laboratory(tmp_path)
