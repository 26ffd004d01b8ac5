"""A server from its start until it is ready, and until its first page is there, beside a bare Streamlit application."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from statistics import median

from bench.client import StreamlitClient
from bench.rows import Row, Times
from bench.served import Installation, Server, bare, on_both, processor_seconds, served

RUNS = 5
MOST = 1.5
PARTNER = "bare Streamlit page, same widgets"


def run() -> list[Row]:
    """Both rows, on both databases."""
    return on_both(_measured)


def _measured(installation: Installation) -> list[Row]:
    """Both in turns, each time a new process; the first of each warms the disk's cache and does not count."""
    ready, first_page, worked = Times(), Times(), Times()
    cookies = installation.cookies(installation.people[0])
    for turn in range(RUNS + 1):
        for is_ours in (turn % 2 == 0, turn % 2 == 1):
            took = _started(lambda: served(installation), cookies) if is_ours else _started(bare, {})
            if turn:
                for times, milliseconds in zip((ready, first_page, worked), took, strict=True):
                    (times.ours if is_ours else times.theirs).append(milliseconds)
    processor = f"processor time {median(worked.ours):.2g} s beside {median(worked.theirs):.2g} s"
    return [
        ready.row("start, process to ready", PARTNER, most=MOST, note=processor),
        first_page.row("start, process to first page", PARTNER, most=MOST),
    ]


def _started(
    serve: Callable[[], AbstractContextManager[Server]], cookies: dict[str, str]
) -> tuple[float, float, float]:
    """Milliseconds until the server was ready, and until somebody who came then had the page; the processor's seconds
    until it was ready."""
    began = time.perf_counter()
    with serve() as server, StreamlitClient(server.address, dict(cookies)) as client:
        ready, worked = time.perf_counter(), processor_seconds(server.pid)
        client.open("work")
        return 1000 * (ready - began), 1000 * (time.perf_counter() - began), worked
