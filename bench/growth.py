"""The picture of growth: each measured work at 10,000, 100,000 and 1,000,000 people, both axes logarithmic, a frame a database."""

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from bench.results import everything

WRITTEN = Path("docs/growth.svg")
KINDS = ("SQLite", "PostgreSQL")
WORKS = {
    "find “王”": "#1f6fb2",
    "find “王”, by name": "#6aaed6",
    "find “建国”, by name": "#0b3c68",
    "find “王建国”": "#2a9d5c",
    "find initials “wjg”": "#94c973",
    "find part of a company, “宏达安装”": "#e377c2",
    "find by ID number, through the one box": "#8a4fbf",
    "people list, page 1": "#b2611f",
    "people list, four filters, page 1": "#d94f4f",
    "figures of the dashboard, counted anew": "#7f3b08",
    "a person's whole file": "#5b5b5b",
    "save a record": "#c9a100",
    "import 1,000 rows, fully checked": "#17a2a2",
    "export 1,000 rows, csv": "#111111",
    "review: next record after approval": "#ff7f0e",
    "category page: save, row visible": "#9aa5b1",
    "dashboard open": "#d1a3ff",
}
ROWS = re.compile(r"[\d,]+(?= rows, )")
"""A table's length in the name of a work: the time of a thousand rows is drawn."""
FRAME, LABELS, HEIGHT = 330, 350, 560
LEFT, TOP, BOTTOM = 60, 40, 50
LOWEST, HIGHEST = 0.1, 1000.0
"""Milliseconds at the lower and the upper edge."""
SIZES = (10_000, 100_000, 1_000_000)


def draw() -> None:
    """Write the picture of all that was measured."""
    lines = {kind: {work: found for work in WORKS if (found := _points(work, kind))} for kind in KINDS}
    if any(lines.values()):
        WRITTEN.write_text("\n".join(_svg(lines)), "utf-8")


def _points(work: str, kind: str) -> list[tuple[int, float]]:
    """Size and median milliseconds of a work, where it was measured."""
    found: dict[int, float] = {}
    for size, by_name in everything().items():
        for measured in by_name.values():
            for row in measured["rows"]:
                rows = ROWS.search(row["work"])
                name = ROWS.sub("1,000", row["work"])
                if name == f"{work}, {kind}" and int(size) in SIZES:
                    found[int(size)] = row["ours"] / (int(rows[0].replace(",", "")) / 1000 if rows else 1)
    return sorted(found.items())


def _svg(lines: dict[str, dict[str, list[tuple[int, float]]]]) -> Iterator[str]:
    width = len(KINDS) * (LEFT + FRAME + LABELS)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif" font-size="13">'
    yield f'<rect width="{width}" height="{HEIGHT}" fill="white"/>'
    for place, (kind, works) in enumerate(lines.items()):
        yield from _frame(place * (LEFT + FRAME + LABELS) + LEFT, kind, works)
    yield "</svg>\n"


def _frame(left: int, kind: str, works: dict[str, list[tuple[int, float]]]) -> Iterator[str]:
    yield f'<text x="{left}" y="22" font-size="15">{kind}: median milliseconds by number of people</text>'
    for exponent in range(round(math.log10(LOWEST)), round(math.log10(HIGHEST)) + 1):
        y = _y(10.0**exponent)
        yield f'<line x1="{left}" x2="{left + FRAME}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**exponent:g}</text>'
    for size in SIZES:
        x = left + _x(size)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>'
    ends = _apart([_y(points[-1][1]) for points in works.values()])
    for (work, points), end in zip(works.items(), ends, strict=True):
        colour = WORKS[work]
        dots = [(left + _x(size), _y(value)) for size, value in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in dots)
        label = f"{escape(work)}: {points[-1][1]:.3g} ms"
        yield f'<text x="{left + FRAME + 10}" y="{end + 4:.1f}" fill="{colour}">{label}</text>'


def _apart(heights: list[float], least: float = 16.0) -> list[float]:
    """The heights of the labels, moved where two would touch, none below the frame."""
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = list(heights)
    for before, index in pairwise(order):
        placed[index] = max(placed[index], placed[before] + least)
    lowest = HEIGHT - BOTTOM - 5.0
    for index in reversed(order):
        placed[index] = min(placed[index], lowest)
        lowest = placed[index] - least
    return placed


def _x(size: int) -> float:
    """From the frame's left edge."""
    share = (math.log10(size) - math.log10(SIZES[0])) / (math.log10(SIZES[-1]) - math.log10(SIZES[0]))
    return 15 + share * (FRAME - 30)


def _y(milliseconds: float) -> float:
    value = min(max(milliseconds, LOWEST), HIGHEST)
    share = (math.log10(value) - math.log10(LOWEST)) / (math.log10(HIGHEST) - math.log10(LOWEST))
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
