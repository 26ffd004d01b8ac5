"""Live sessions on one server beside a bare Streamlit application: their memory, and how many may work at once.

Everybody has the page of work experience open and acts every ten seconds: opens the form, fills it in and saves it.
"""

import statistics
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx
from websockets.exceptions import WebSocketException

from bench.client import RunFailedError, StreamlitClient
from bench.pages import fill_and_save
from bench.rows import Row
from bench.served import PEOPLE, Installation, Server, both, memory, on_both, processor_seconds

PARTNER = "bare Streamlit page, same widgets"
WARM, COUNTED = 100, 300
"""Sessions before the memory is read, and those whose memory it is."""
SETTLE_SECONDS = 3.0
MOST_MEGABYTES = 0.5
PAUSE_SECONDS = 10.0
WINDOW_SECONDS = 15.0
MOST_SECONDS = 0.5
FIRST, FINE = 400, 12
"""How many are tried first, and that what is found may be wrong by a twelfth."""
TRIES = 2
"""A number of sessions is too many when it was twice."""
LEAST_RATIO = 0.8
ERRORS = (OSError, TimeoutError, WebSocketException, httpx.HTTPError, RunFailedError)


@dataclass
class Visitor:
    """One person in one tab, with the form open or not."""

    client: StreamlitClient
    form: bool = False

    def act(self) -> float:
        """Seconds of the next act; endless where it fails."""
        began = time.perf_counter()
        try:
            (fill_and_save if self.form else _open_form)(self.client)
        except ERRORS:
            return float("inf")
        self.form = not self.form
        return time.perf_counter() - began


@dataclass
class Crowd:
    """The people on one server; `come` lets one more in."""

    server: Server
    come: Callable[[int], StreamlitClient]
    visitors: list[Visitor] = field(default_factory=list)
    acts: int = 0
    seconds: float = 0.0
    """Of the processor, for all those acts."""

    def grow(self, count: int) -> None:
        """Let people come, one after the other, until there are so many."""
        for at in range(len(self.visitors), count):
            client = self.come(at)
            client.open("work")
            self.visitors.append(Visitor(client))

    def megabyte_a_session(self) -> float:
        """What one more session takes of the server's memory."""
        self.grow(WARM)
        time.sleep(SETTLE_SECONDS)
        before = memory(self.server.pid)
        self.grow(WARM + COUNTED)
        time.sleep(SETTLE_SECONDS)
        return (memory(self.server.pid) - before) / COUNTED / 2**20

    def p95(self, count: int) -> float:
        """Seconds that an act takes at the 95th percentile while so many people work."""
        self.grow(count)
        before = processor_seconds(self.server.pid)
        ends = time.perf_counter() + WINDOW_SECONDS

        def work(at: int) -> list[float]:
            due, took = time.perf_counter() + at * PAUSE_SECONDS / count, []
            while due < ends:
                time.sleep(max(0.0, due - time.perf_counter()))
                took.append(self.visitors[at].act())
                due += PAUSE_SECONDS
            return took

        with ThreadPoolExecutor(count) as pool:
            seen = [seconds for took in pool.map(work, range(count)) for seconds in took]
        self.seconds += processor_seconds(self.server.pid) - before
        self.acts += len(seen)
        return statistics.quantiles(seen, n=20)[-1]

    def holds(self, count: int) -> bool:
        """Whether so many may work."""
        return any(self.p95(count) <= MOST_SECONDS for _try in range(TRIES))


def most_of(crowds: Sequence[Crowd]) -> list[int]:
    """How many may work on each server before an act takes too long, asked of them in turns."""
    searches = [_search() for _crowd in crowds]
    asked = {at: next(search) for at, search in enumerate(searches)}
    found = [0] * len(crowds)
    while asked:
        for at, count in list(asked.items()):
            try:
                asked[at] = searches[at].send(crowds[at].holds(count))
            except StopIteration as end:
                found[at] = end.value
                del asked[at]
    return found


def _search() -> Generator[int, bool, int]:
    """Asks whether so many may work: doubled while they may, then halved between."""
    holds, fails = 0, FIRST
    while fails <= PEOPLE and (yield fails):
        holds, fails = fails, 2 * fails
    fails = min(fails, PEOPLE + 1)
    while fails - holds > max(1, fails // FINE):
        between = (holds + fails) // 2
        if (yield between):
            holds = between
        else:
            fails = between
    return holds


def run() -> list[Row]:
    """All rows, on both databases."""
    return on_both(_measured)


def _measured(installation: Installation) -> list[Row]:
    """Both rows; the same sessions serve for both."""
    with both(installation) as servers, ExitStack() as stack:
        ours, bare = (stack.enter_context(_crowd(*each)) for each in zip(servers, (installation, None), strict=True))
        mine, its = ours.megabyte_a_session(), bare.megabyte_a_session()
        more = mine - its
        most, its_most = most_of((ours, bare))
        worked = [1000 * crowd.seconds / crowd.acts for crowd in (ours, bare)]
    note = (
        f"p95 of an act every 10 s within 0.5 s; an act takes the server's processor {worked[0]:.1f} ms beside "
        f"{worked[1]:.1f}; the clients work on the same cores"
    )
    return [
        Row(
            "memory of one more live session", mine, None, PARTNER, its,
            goal=f"≤ +{MOST_MEGABYTES} MB", holds=more <= MOST_MEGABYTES, note=f"{more:+.2f} MB", unit="MB",
        ),
        Row(
            "sessions at work", most, None, PARTNER, its_most, most / its_most,
            f"≥ {LEAST_RATIO} ×", most >= LEAST_RATIO * its_most, note, unit="sessions",
        ),
    ]  # fmt: skip


@contextmanager
def _crowd(server: Server, installation: Installation | None) -> Iterator[Crowd]:
    """Nobody yet; at the end everybody leaves."""
    with ExitStack() as stack:

        def come(at: int) -> StreamlitClient:
            cookies = installation.cookies(installation.people[at]) if installation else {}
            return stack.enter_context(StreamlitClient(server.address, cookies))

        yield Crowd(server, come)


def _open_form(client: StreamlitClient) -> None:
    client.click("新增工作经历")
