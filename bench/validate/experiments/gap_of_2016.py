#!/usr/bin/env python3
"""Which gap between the elements of a DMA engine fits the runs of 2016 best: V24.64 to V24.1536 only, by least squares of the relative error.

    gap_of_2016.py            prints the squared errors' mean root for each gap, and the gaps that share the least
"""
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PUBLISHED = {64: 657, 256: 1199, 512: 2066, 1024: 3794, 1536: 5414}  # double words: cycles


def simulated(gap):
    run = subprocess.run(
        [ROOT / "epysim", "exec", "-q", "--set", f"dma.inject_gap={gap:.2f}", ROOT / "bench/validate/dma_flows.elf"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    readings = {name: int(value) for _, name, value in (line.split() for line in run.stdout.splitlines())}
    return {words: readings[f"far.{2 * words}"] for words in PUBLISHED}


def main():
    fits = {}
    for hundredths in range(310, 341):
        found = simulated(hundredths / 100)
        squares = [(found[words] / cycles - 1) ** 2 for words, cycles in PUBLISHED.items()]
        fits[hundredths / 100] = 100 * (sum(squares) / len(squares)) ** 0.5
        print(f"{hundredths / 100:.2f}  {fits[hundredths / 100]:.3f} %")
    best = [gap for gap, fit in fits.items() if fit <= min(fits.values()) + 1e-9]
    print(f"least: {best[0]:.2f} to {best[-1]:.2f}")


if __name__ == "__main__":
    main()
