"""docs/api.md says what the doc strings say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="other versions of Python write signatures differently")
def test_the_page_is_up_to_date():
    done = subprocess.run([sys.executable, str(ROOT / "tools" / "api_page.py"), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
