"""What was measured, kept between runs by size and benchmark, and written down as `bench/RESULTS.md`."""

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.rows import Row

HOME = Path("var/bench")
KEPT = HOME / "results.json"
WRITTEN = Path(__file__).parent / "RESULTS.md"
HEADINGS = ("work", "ours, ms", "p95, ms", "beside", "its, ms", "ratio", "goal", "")
PACKAGES = ("streamlit", "SQLAlchemy", "psycopg", "cryptography", "Pillow", "reportlab", "XlsxWriter")
ABOUT = """# What was measured

Written by `make bench` and `make bench-quick`. Each work runs in turns with its partner, in the same process or beside
it, over the same rows; times are medians in milliseconds, other figures have their unit; p95 is the 95th percentile. A ratio is ours ÷ partner; beside a peer it is
peer ÷ ours, and says so. On a machine that others use at the same time the ratios tell more than the milliseconds.
A row that misses its goal stands here like one that reaches it. What peers are to be beaten by is meant for 1,000,000
people: the fewer there are, the less an index matters.
"""


def keep(name: str, size: int, rows: Sequence[Row]) -> None:
    """Put a benchmark's rows in place of those it had at this size."""
    kept = everything()
    measured = {"at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), "rows": [asdict(row) for row in rows]}
    kept.setdefault(str(size), {})[name] = measured
    HOME.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")


def everything() -> dict[str, dict[str, Any]]:
    """By size and benchmark: when it was measured (`at`), and its `rows`."""
    kept: dict[str, dict[str, Any]] = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {}
    return dict(sorted(kept.items(), key=lambda item: int(item[0])))


def write() -> None:
    """Write all that is kept into RESULTS.md."""
    parts = [ABOUT, _machine()]
    for size, by_name in everything().items():
        parts.append(f"## {int(size):,} people\n")
        for name, measured in by_name.items():
            rows = [Row(**row) for row in measured["rows"]]
            parts.append(f"### {name}, {measured['at']}\n\n{_markdown(rows)}\n")
    WRITTEN.write_text("\n".join(parts), "utf-8")


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(
        "  "
        + "  ".join(
            cell + " " * (widths[column] - _width(cell))
            if column in (0, 3, 6, 7)
            else " " * (widths[column] - _width(cell)) + cell
            for column, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def _markdown(rows: Sequence[Row]) -> str:
    lines = [HEADINGS, ("---", "---:", "---:", "---", "---:", "---:", "---", "---"), *(_cells(row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {True: "holds", False: "missed", None: ""}[row.holds]
    return (
        row.work,
        _figure(row.ours, row.unit),
        _figure(row.p95, row.unit),
        row.partner,
        _figure(row.theirs, row.unit),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        row.goal,
        " ".join(filter(None, (verdict, row.note and f"({row.note})"))),
    )


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}".rstrip() if value >= 1000 else f"{value:.3g} {unit}".rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def _machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{cpu or platform.machine()}, {os.cpu_count()} cores, {memory / 1e6:.0f} GB; {platform.system()} "
        f"{platform.release()}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}.\n"
    )


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text("utf-8").splitlines() if file.exists() else []
