"""What the lessons share: measuring a launch, printing a small table, drawing the same as a picture."""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

import epython  # noqa: E402

WAITING = {"host": ("host_wait", "idle"), "link": ("offchip_load", "offchip_store", "back_pressure", "external_fetch")}


def options(text, **more):
    """--board, --cores and --picture, and what else a lesson has; starts the board."""
    parser = argparse.ArgumentParser(description=text.splitlines()[0])
    parser.add_argument("--board", default="parallella", help="parallella, pynq, pynq-fpu ...")
    parser.add_argument("--cores", default="1", help="how many, or which [1]")
    parser.add_argument("--picture", default=os.path.basename(sys.argv[0])[:-3] + ".png", help="where the picture goes [%(default)s]")
    for name, settings in more.items():
        parser.add_argument(name, **settings)
    chosen = parser.parse_args()
    epython.start(board=chosen.board, cores=int(chosen.cores) if chosen.cores.isdigit() else chosen.cores)
    return chosen


class Measured:
    """A launch: its results, simulated seconds, requests to the host, and the share of the cores' time by what they did."""

    def __init__(self, launch):
        launch()  # once before: the program and its data are where they belong
        before = epython.statistics()
        self.result = launch()
        after = epython.statistics()
        self.seconds = after["seconds"] - before["seconds"]
        self.requests = after["host"]["requests"] - before["host"]["requests"]
        self.causes = {}
        for old, new in zip(before["cores"], after["cores"]):
            if new["state"] != "reset":
                for cause, cycles in new["causes"].items():
                    self.causes[cause] = self.causes.get(cause, 0) + cycles - old["causes"][cause]

    @property
    def milliseconds(self):
        return 1000 * self.seconds

    def share(self, what):
        """Of the cores' time, in percent: waiting for the "host" or the "link", or the rest: "work"."""
        total = sum(self.causes.values())
        parts = {name: sum(self.causes.get(cause, 0) for cause in causes) for name, causes in WAITING.items()}
        parts["work"] = total - sum(parts.values())
        return 100 * parts[what] / total


def table(heads, rows):
    cells = [[one if isinstance(one, str) else f"{one:,.3f}" if isinstance(one, float) else f"{one:,}" for one in row] for row in rows]
    widths = [max(len(row[column]) for row in [heads, *cells]) for column in range(len(heads))]
    for row in [heads, *cells]:
        print("  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))).rstrip())


def picture(path, draw):
    """draw(pictures) makes a figure; without Matplotlib there is none."""
    from laboratory.workers import NotInstalled

    try:
        from laboratory import pictures
    except NotInstalled as missing:
        print(f"(no picture: {missing})")
        return
    pictures.save(draw(pictures), path)
    print(f"picture: {path}")
