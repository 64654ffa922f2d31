"""For programs of the eSDK: a tree, made without a cross compiler, and a board to run them on."""

import os
import subprocess
import sys

import pytest
from esdk_tree import PATIENCE, ROOT, Tree

sys.path.insert(0, str(ROOT / "tests/cli"))

from exported import Exported  # noqa: E402


@pytest.fixture(scope="session")
def esdk(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("esdk")
    here = {**os.environ, "EPYSIM_TOOLCHAIN": "", "PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(prefix)}
    install = subprocess.run([ROOT / "esdk/install.sh", "--prefix", prefix], capture_output=True, text=True, env=here, timeout=PATIENCE)
    assert install.returncode == 0, install.stderr
    return Tree(prefix, install.stderr)


@pytest.fixture
def board(request, tmp_path):
    """In virtual time, unless the test asks for another by a parameter."""
    with Exported(tmp_path / "board", "--time", getattr(request, "param", "virtual")) as exported:
        yield exported
