"""What a benchmark gives: rows of times beside those of a partner, both taken in the same run, in turns."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table. Figures are milliseconds or of another `unit`; `ratio` is ours ÷ partner, or for a peer partner ÷ ours."""

    work: str
    ours: float
    p95: float | None = None
    partner: str = ""
    theirs: float | None = None
    ratio: float | None = None
    goal: str = ""
    holds: bool | None = None
    """None where nothing is promised."""
    note: str = ""
    unit: str = ""
    """Empty for milliseconds."""


@dataclass
class Times:
    """Milliseconds of two works that took turns."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """The 95th percentile of ours."""
        return statistics.quantiles(self.ours, n=20)[-1] if len(self.ours) > 1 else self.ours[0]

    def row(self, work: str, partner: str, *, most: float, note: str = "", unit: str = "") -> Row:
        """Ours is at most `most` times the partner's, in the middle of all runs."""
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        ratio = ours / theirs
        return Row(work, ours, self.p95, partner, theirs, ratio, f"≤ {most:g} ×", ratio <= most, note, unit)

    def peer(self, work: str, partner: str, *, least: float, note: str = "") -> Row:
        """The peer takes at least `least` times as long."""
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        ratio = theirs / ours
        return Row(work, ours, self.p95, partner, theirs, ratio, f"peer ≥ {least:g} ×", ratio >= least, note)

    def within(self, work: str, milliseconds: float, note: str = "") -> Row:
        """Ours takes at most so long at the 95th percentile."""
        goal = f"p95 ≤ {milliseconds:g} ms"
        return Row(work, statistics.median(self.ours), self.p95, goal=goal, holds=self.p95 <= milliseconds, note=note)


def timed(work: Work) -> float:
    """Milliseconds that `work` takes."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def in_turns(ours: Work, theirs: Work, runs: int, warm: int = 2) -> Times:
    """Run both in turns, after some runs that do not count; who begins changes each time."""
    for _run in range(warm):
        ours()
        theirs()
    times = Times()
    for run in range(runs):
        for is_ours in (run % 2 == 0, run % 2 == 1):
            (times.ours if is_ours else times.theirs).append(timed(ours if is_ours else theirs))
    return times


def alone(ours: Work, runs: int, warm: int = 2) -> Times:
    """Run a work that has no partner."""
    for _run in range(warm):
        ours()
    return Times([timed(ours) for _run in range(runs)])
