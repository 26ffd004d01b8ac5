"""The picture of growth: each measured work at 10,000, 100,000 and 1,000,000 people, both axes logarithmic."""

import math
from pathlib import Path
from xml.sax.saxutils import escape

from bench.results import everything

WRITTEN = Path("docs/growth.svg")
WORKS = {
    "find “王”": "#1f6fb2",
    "find “王”, by name": "#6aaed6",
    "find “王建国”": "#2a9d5c",
    "find initials “wjg”": "#94c973",
    "find by ID number, through the one box": "#8a4fbf",
    "people list, page 1": "#b2611f",
    "people list, four filters, page 1": "#d94f4f",
    "a person's whole file, SQLite": "#5b5b5b",
    "save a record, SQLite": "#c9a100",
}
WIDTH, HEIGHT = 900, 520
LEFT, RIGHT, TOP, BOTTOM = 70, 300, 40, 60
LOWEST, HIGHEST = 0.1, 1000.0
"""Milliseconds at the lower and the upper edge."""
SIZES = (10_000, 100_000, 1_000_000)


def draw() -> None:
    """Write the picture of all sizes that were measured."""
    lines = {work: points for work in WORKS if (points := _points(work))}
    if lines:
        WRITTEN.write_text(_svg(lines), "utf-8")


def _points(work: str) -> list[tuple[int, float]]:
    """Size and median milliseconds of a work, where it was measured."""
    found: dict[int, float] = {}
    for size, by_name in everything().items():
        for measured in by_name.values():
            for row in measured["rows"]:
                if row["work"] == work or row["work"].startswith(f"{work}, page "):
                    found.setdefault(int(size), row["ours"])
    return sorted(found.items())


def _svg(lines: dict[str, list[tuple[int, float]]]) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="22" font-size="15">Median milliseconds by number of people (SQLite)</text>',
    ]
    for exponent in range(round(math.log10(LOWEST)), round(math.log10(HIGHEST)) + 1):
        y = _y(10.0**exponent)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**exponent:g}</text>')
    for size in SIZES:
        x = _x(size)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{size:,}</text>')
    ends = _apart([_y(points[-1][1]) for points in lines.values()])
    for (work, points), end in zip(lines.items(), ends, strict=True):
        colour = WORKS[work]
        path = " ".join(f"{_x(size):.1f},{_y(value):.1f}" for size, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{_x(size):.1f}" cy="{_y(value):.1f}" r="3.5" fill="{colour}"/>' for size, value in points
        ]
        label = f"{escape(work)}: {points[-1][1]:.3g} ms"
        parts.append(f'<text x="{WIDTH - RIGHT + 14}" y="{end + 4:.1f}" fill="{colour}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _apart(heights: list[float], least: float = 16.0) -> list[float]:
    """The heights of the labels, moved down where two would touch."""
    placed = dict.fromkeys(range(len(heights)), 0.0)
    last = -least
    for index in sorted(placed, key=heights.__getitem__):
        last = placed[index] = max(heights[index], last + least)
    return list(placed.values())


def _x(size: int) -> float:
    share = (math.log10(size) - math.log10(SIZES[0])) / (math.log10(SIZES[-1]) - math.log10(SIZES[0]))
    return LEFT + 15 + share * (WIDTH - LEFT - RIGHT - 30)


def _y(milliseconds: float) -> float:
    value = min(max(milliseconds, LOWEST), HIGHEST)
    share = (math.log10(value) - math.log10(LOWEST)) / (math.log10(HIGHEST) - math.log10(LOWEST))
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
