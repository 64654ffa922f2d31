"""Plots, with Matplotlib, as SVG for pages and as files."""

from __future__ import annotations

import io
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from .workers import NotInstalled

try:
    import matplotlib
except ImportError as missing:
    raise NotInstalled(f"pictures need Matplotlib ({missing}): apt-get install python3-matplotlib, or pip install matplotlib") from None

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

# The same colour for the same thing in all pictures: work green, the link amber, the host red.
MEANING = {
    "work": "#1a8a4a",
    "issue": "#1a8a4a",
    "dual_issue": "#7fc79a",
    "link": "#e0a93c",
    "offchip_load": "#e0a93c",
    "offchip_store": "#f0cf85",
    "host": "#c62f3c",
    "host_wait": "#c62f3c",
}
PAPER, PACED, NORMAL = "#5c6876", "#1a73a8", "#1a8a4a"
pyplot.rcParams.update(
    {
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#9aa4af",
        "axes.labelcolor": "#1b2430",
        "axes.titlelocation": "left",
        "axes.titlesize": 10,
        "svg.hashsalt": "epysim",  # the same picture for the same figures
        "legend.frameon": False,
    }
)


def svg(figure: Any) -> str:
    """The picture as an element for a page."""
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    return text.getvalue()[text.getvalue().index("<svg") :]


def ratios(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Simulated over published, a row for each result that has one figure; the band is what is allowed."""
    shown = [row for row in rows if row["ratio"] is not None]
    names: List[str] = []
    for row in shown:
        name = f"{row['id']}  {row['what']}"
        if name not in names:
            names.append(name)
    figure, axes = pyplot.subplots(figsize=(9.5, 0.26 * len(names) + 0.9))
    for place, name in enumerate(names):
        mine = [row for row in shown if f"{row['id']}  {row['what']}" == name]
        tolerance = mine[0]["tolerance"]
        if tolerance and mine[0]["role"] != "report":
            axes.barh(place, 2 * tolerance, left=1 - tolerance, height=0.7, color="#d8ebdd", zorder=0)
        for row in mine:
            color = NORMAL if row["vm"] == "normal" else PACED if row["vm"] == "paced" else "#7b3fa0"
            axes.plot(row["ratio"], place, "o", color=color, markersize=5, markerfacecolor=color if row["decides"] else "white")
    axes.axvline(1, color=PAPER, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xticks([0.01, 0.1, 0.5, 1, 2, 10], ["0.01", "0.1", "0.5", "1", "2", "10"])
    axes.minorticks_off()
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("simulated / published")
    handles = [pyplot.Line2D([], [], marker="o", linestyle="", color=color) for color in (PACED, NORMAL, "#7b3fa0")]
    axes.legend(handles, ["paced VM", "normal VM", "native"], loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=3)
    return figure


def curve(title: str, unit: str, published: Optional[float], paces: Sequence[int], values: Sequence[float], chosen: int) -> Any:
    """A figure over the pace."""
    figure, axes = pyplot.subplots(figsize=(4.4, 2.7))
    axes.plot(paces, values, "o-", color=PACED, markersize=4)
    if published is not None:
        axes.axhline(published, color=PAPER, linewidth=0.9, linestyle="--")
        axes.annotate("published", (paces[-1], published), textcoords="offset points", xytext=(0, 3), ha="right", color=PAPER)
    axes.axvline(chosen, color="#c9d2db", linewidth=0.9)
    axes.set_title(title)
    axes.set_xlabel("pace, cycles per byte code instruction")
    axes.set_ylabel(unit)
    axes.set_ylim(0, 1.15 * max(*values, published or 0))
    return figure


def lines(title: str, x: Tuple[str, Sequence[float]], y: str, series: Sequence[Tuple[str, Sequence[float]]], logarithmic: bool = False) -> Any:
    """Several lines over one axis."""
    figure, axes = pyplot.subplots(figsize=(6, 3.4))
    for name, values in series:
        axes.plot(x[1], values, "o-", label=name, markersize=4)
    if logarithmic:
        axes.set_xscale("log", base=2)
        axes.set_xticks(list(x[1]), [f"{value:g}" for value in x[1]])
        axes.minorticks_off()
    axes.set_title(title)
    axes.set_xlabel(x[0])
    axes.set_ylabel(y)
    axes.set_ylim(bottom=0)
    if len(series) > 1:
        axes.legend()
    return figure


def stacks(title: str, names: Sequence[str], unit: str, parts: Sequence[Tuple[str, Sequence[float]]], colours: Optional[Mapping[str, str]] = None) -> Any:
    """A bar for each name, made of parts."""
    figure, axes = pyplot.subplots(figsize=(6.4, 0.5 * len(names) + 1.3))
    left = [0.0] * len(names)
    others = iter(["#7b6bb5", "#5c6876", "#9fb3c8", "#d98ca5", "#8a6d3b", "#3aa6a0", "#b8c95a", "#444444"])
    for name, values in parts:
        axes.barh(range(len(names)), values, left=left, label=name, color=(colours or MEANING).get(name) or next(others), height=0.6)
        left = [one + value for one, value in zip(left, values)]
    axes.set_yticks(range(len(names)), list(names))
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_title(title)
    axes.set_xlabel(unit)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def save(figure: Any, path: str) -> None:
    figure.savefig(path, bbox_inches="tight", dpi=110)
    pyplot.close(figure)
