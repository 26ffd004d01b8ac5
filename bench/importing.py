"""What others at work notice while a workbook of 100,000 rows is checked and imported, and the memory that it takes.

Three people act once a second each: one opens the list of people, one searches it, one saves a record. They do so alone
first, then while the server has the import; on SQLite and on PostgreSQL. One row in a hundred is wrong, so that the
workbook with its marks is written as well.
"""

import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import xlsxwriter

from app.access.rights import SYSTEM
from app.jobs import catalogue as _kinds  # noqa: F401  registers the kinds of jobs
from app.jobs import queue
from app.transfer import imports
from bench.client import StreamlitClient
from bench.home import size
from bench.pages import fill_and_save
from bench.population import person_number
from bench.rows import Row, Times, timed
from bench.served import Installation, Server, memory, on_both, served
from bench.transfer import HEADINGS

SMALL, LARGE = 10_000, 100_000
WRONG = 100
"""One row in so many names a person that is not there."""
PAUSE_SECONDS, ALONE_SECONDS, SAMPLE_SECONDS = 1.0, 30.0, 0.2
MOST_SECONDS, MOST_RATIO = 1.0, 2.0
MOST_MEMORY = 2.0
"""Times the memory of the small import; there are ten times as many rows."""
MEGABYTE = 2**20
SEARCHED = ("王建国", "wjg", "宏达安装", "李")
Act = Callable[[], float]


@dataclass
class Seen:
    """Milliseconds of each work, alone or beside the import."""

    times: dict[str, list[float]] = field(default_factory=dict)
    megabytes: float = 0.0
    """What the server's processes took more at their highest than before the import."""
    seconds: float = 0.0
    """Of the check and the import together."""


def run() -> list[Row]:
    """Works and memory, on both databases."""
    return on_both(_measured)


def _measured(installation: Installation) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="congye-bench-") as folder:
        book = Path(folder) / "projects.xlsx"
        small = _beside(installation, _written(book, SMALL, "小"), SMALL)
        alone = _alone(installation)
        large = _beside(installation, _written(book, LARGE, "大"), LARGE)
    works = [_works(work, large.times[work], alone.times[work]) for work in alone.times]
    return [*works, _memory(large, small)]


def _works(work: str, beside: list[float], alone: list[float]) -> Row:
    times = Times(beside, alone)
    most = max(1000 * MOST_SECONDS, MOST_RATIO * Times(alone).p95)
    return Row(
        work, median(beside), times.p95, "without the import", median(alone),
        median(beside) / median(alone), f"p95 ≤ {most:,.0f} ms", times.p95 <= most,
        f"without it p95 {Times(alone).p95:.0f} ms; {len(beside)} times",
    )  # fmt: skip


def _memory(large: Seen, small: Seen) -> Row:
    ratio = large.megabytes / small.megabytes
    return Row(
        f"memory that an import of {LARGE:,} rows takes", large.megabytes, None, f"import of {SMALL:,} rows",
        small.megabytes, ratio, f"≤ {MOST_MEMORY:g} ×", ratio <= MOST_MEMORY,
        f"checked and imported in {large.seconds:.0f} s", "MB",
    )  # fmt: skip


def _written(path: Path, rows: int, mark: str) -> Path:
    """A workbook of so many projects."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for at in range(rows):
            number = "190101190001010010" if at % WRONG == 0 else person_number(at % size())
            project = (number, f"{mark}{at:07}", f"云江第{at}号工程", "施工总承包", "项目经理", "建筑工程")
            sheet.write_row(at + 1, 0, project)
    return path


def _alone(installation: Installation) -> Seen:
    with served(installation) as server, _people(installation, server) as acts:
        ends = time.monotonic() + ALONE_SECONDS
        return Seen(_at_work(acts, lambda: time.monotonic() < ends))


def _beside(installation: Installation, book: Path, rows: int) -> Seen:
    """A new server, and people at work from the check's beginning to the import's end."""
    with served(installation) as server, _people(installation, server) as acts:
        before = highest = memory(server.pid)
        over = threading.Event()

        def watch() -> None:
            nonlocal highest
            while not over.wait(SAMPLE_SECONDS):
                highest = max(highest, memory(server.pid))

        began = time.monotonic()
        with ThreadPoolExecutor(2) as pool:
            watching, importing = pool.submit(watch), pool.submit(_imported, installation, book, rows, over)
            times = _at_work(acts, lambda: not over.is_set())
            importing.result()
            watching.result()
        return Seen(times, (highest - before) / MEGABYTE, time.monotonic() - began)


def _imported(installation: Installation, book: Path, rows: int, over: threading.Event) -> None:
    """Let the server check and import a workbook, as the administrator does. Raises RuntimeError where rows are missing."""
    try:
        with book.open("rb") as content, installation.database.write() as db:
            sent = imports.upload(db, SYSTEM, "projects", book.name, content)
            check = imports.check(db, SYSTEM, sent.id, sent.columns, update_known=False)
        _wait_for(installation, check)
        with installation.database.write() as db:
            imports.start(db, SYSTEM, sent.id)
        _wait_for(installation, sent.id)
        with installation.database.read() as db:
            found = imports.get(db, SYSTEM, sent.id).run
        if (found.added, found.wrong) != (rows - rows // WRONG, rows // WRONG):
            raise RuntimeError(f"{found.added} rows arrived, {found.wrong} were wrong")
    finally:
        over.set()


def _wait_for(installation: Installation, job_id: uuid.UUID) -> None:
    while True:
        with installation.database.read() as db:
            state = queue.follow(db, SYSTEM, job_id).state
        if state == "done":
            return
        if state not in queue.UNFINISHED:
            raise RuntimeError(f"the job ended as {state}")
        time.sleep(SAMPLE_SECONDS)


@contextmanager
def _people(installation: Installation, server: Server) -> Iterator[dict[str, Act]]:
    """What the three of them do again and again, each of it done once before."""
    with ExitStack() as stack:
        opening, searching = (
            stack.enter_context(StreamlitClient(server.address, installation.cookies("reviewer"))) for _tab in range(2)
        )
        searching.open("people")
        turns = iter(range(1_000_000))

        def search() -> float:
            searching.fill("text_input", "查找人员", SEARCHED[next(turns) % len(SEARCHED)])
            return timed(searching.rerun)

        def save() -> float:
            owner = installation.people[next(turns) % len(installation.people)]
            with StreamlitClient(server.address, installation.cookies(owner)) as client:
                client.open("work")
                client.click("新增工作经历")
                return timed(lambda: fill_and_save(client))

        acts = {
            "open the list of people": lambda: timed(lambda: opening.open("people")),
            "search people": search,
            "save a record": save,
        }
        for act in acts.values():
            act()
        yield acts


def _at_work(acts: dict[str, Act], goes_on: Callable[[], bool]) -> dict[str, list[float]]:
    """All at the same time, each about once a second."""

    def work(act: Act, wait: float) -> list[float]:
        took = []
        time.sleep(wait)
        while goes_on():
            due = time.monotonic() + PAUSE_SECONDS
            took.append(act())
            time.sleep(max(0.0, due - time.monotonic()))
        return took

    with ThreadPoolExecutor(len(acts)) as pool:
        waits = [at * PAUSE_SECONDS / len(acts) for at in range(len(acts))]
        return dict(zip(acts, pool.map(work, acts.values(), waits), strict=True))
