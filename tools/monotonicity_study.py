#!/usr/bin/env python3
"""Whether better hardware is ever slower: each example with one parameter of mesh, link, memory or host improved, against the board as it is.
Prints the cycles gained; a negative gain is an exception to explain (docs/timing.md).

    tools/monotonicity_study.py [EXAMPLE ...]
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EPYSIM = os.environ.get("EPYSIM", str(ROOT / "build/release/epysim"))
EXAMPLES = ["arrays", "broadcast", "functions", "hello", "identity", "p2p", "pi", "reduce", "ring"]

#: half, or about half, of what the board has; without jitter, which is random
BASE = ["host.jitter=0", "host.poll_interval=1"]
IMPROVEMENTS = {
    "mesh.hop_cycles": 1,
    "mesh.router_buffers": 8,
    "elink.read_latency": 256,
    "elink.transaction_slots": 8,
    "elink.lclk_hz": 300000000,
    "elink.write_buffers": 10,
    "dram.access_latency": 50,
    "host.service_cycles": 550,
    "host.shared_write_rate": 211204000,
    "host.shared_read_rate": 283996000,
    "host.handling_rate": 3440000,
}


def cycles(example, *values):
    with tempfile.TemporaryDirectory() as folder:
        statistics = Path(folder) / "statistics.json"
        options = [word for value in [*BASE, *values] for word in ("--set", value)]
        subprocess.run([EPYSIM, "run", "-q", *options, "--stats", statistics, ROOT / f"examples/{example}.py"], check=True, capture_output=True)
        return json.loads(statistics.read_text())["cycles"]


def gains(example):
    """The cycles of the example, and {parameter: those saved by improving it}."""
    base = cycles(example)
    return base, {key: base - cycles(example, f"{key}={value}") for key, value in IMPROVEMENTS.items()}


def main(examples):
    for example in examples:
        base, saved = gains(example)
        for key, gain in saved.items():
            print(f"{example:12} {key:24} {gain:+8} cycles {gain / base:+9.4%}" + ("   slower" if gain < 0 else ""))


if __name__ == "__main__":
    main(sys.argv[1:] or EXAMPLES)
