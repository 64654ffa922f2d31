"""Fixtures for tests against a real board process. Where none can be built, EPYSIM_NO_SERVER=1 skips them; otherwise they must pass."""

import os
from pathlib import Path

import pytest

BUILT = Path(__file__).resolve().parents[2] / "build" / "release" / "epysim"


def pytest_configure(config):
    os.environ.setdefault("EPYSIM", str(BUILT))


@pytest.fixture
def board():
    """The package, with no board running before and after. Needs the epysim binary."""
    if os.environ.get("EPYSIM_NO_SERVER") == "1":
        pytest.skip("EPYSIM_NO_SERVER=1")
    import epython

    epython.stop()
    for name in epython.config():
        epython.config(**{name: None})
    yield epython
    epython.stop()
    for name in epython.config():
        epython.config(**{name: None})
