"""Reading many files in parallel processes, page by page, in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2

from app import isolation
from app.errors import UserError
from app.isolation import isolated
from app.locale import current_language, use_language
from app.signatures.reading import ScanReading, read_page
from app.signatures.scans import MEGABYTE, open_scan

MAX_PAGES = 2000
MAX_BYTES = 1024 * MEGABYTE
_ALONE = 3
"""So few pages are read sooner than other processes are started."""
_AHEAD = 16


@dataclass(frozen=True)
class File:
    """A file of the batch and the name it is shown under."""

    path: Path
    name: str


@dataclass(frozen=True)
class PageResult:
    """One page of a file, or a file that cannot be read (`reading` None, `message` says why)."""

    file: int
    page: int
    reading: ScanReading | None
    code: str = ""
    message: str = ""


Task = tuple[int, File, int]


def count_pages(files: Sequence[File]) -> list[int | UserError]:
    """How many pages each file has, or why it cannot be read."""
    return [_count(file) for file in files]


def _count(file: File) -> int | UserError:
    try:
        return _pages_of(file)
    except UserError as error:
        return error


@isolated
def _pages_of(file: File) -> int:
    with open_scan(file.path, file.name, max_pages=MAX_PAGES, max_bytes=MAX_BYTES) as scan:
        return scan.count


def total_of(counts: Sequence[int | UserError]) -> int:
    """How many results a batch gives: one a page, and one for a file that cannot be read."""
    return sum(count if isinstance(count, int) else 1 for count in counts)


def read_batch(
    files: Sequence[File], counts: Sequence[int | UserError], key: bytes, *, workers: int | None = None
) -> Iterator[PageResult]:
    """Every page of every file, in order, in `workers` processes of its own (one a core), without pictures to show."""
    if total_of(counts) <= _ALONE:
        for task in _tasks(files, counts):
            yield _read(task, key, pictures=False)
        return
    # Started anew, not forked: OpenCV's threads do not outlive a fork.
    pool = ProcessPoolExecutor(workers or os.cpu_count(), get_context("spawn"), _prepare, (current_language(),))
    yield from _in_order(pool, partial(_read, key=key, pictures=False), files, counts)


def read_beside(files: Sequence[File], counts: Sequence[int | UserError], key: bytes) -> Iterator[PageResult]:
    """Every page of every file, in order, with pictures to show, in the server's worker processes with their limits."""
    pool = ThreadPoolExecutor(isolation.PROCESSES)  # each waits for a worker
    yield from _in_order(pool, partial(_read_isolated, key=key, language=current_language()), files, counts)


def _in_order(
    pool: Executor, read: Callable[[Task], PageResult], files: Sequence[File], counts: Sequence[int | UserError]
) -> Iterator[PageResult]:
    waiting = deque[Future[PageResult]]()
    tasks = _tasks(files, counts)
    try:
        while True:
            # A few ahead: results hold pictures, and a reader that stops early leaves little undone.
            while len(waiting) < _AHEAD and (task := next(tasks, None)) is not None:
                waiting.append(pool.submit(read, task))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _tasks(files: Sequence[File], counts: Sequence[int | UserError]) -> Iterator[Task]:
    """Every page; a file that cannot be read is one task, which is refused again."""
    for index, (file, count) in enumerate(zip(files, counts, strict=True)):
        for page in range(1, count + 1) if isinstance(count, int) else (0,):
            yield index, file, page


def _prepare(language: str) -> None:
    cv2.setNumThreads(1)  # every core has a process of its own
    use_language(language)


def _read_isolated(task: Task, key: bytes, language: str) -> PageResult:
    use_language(language)  # a thread of its own
    try:
        return _read_in_worker(task, key)
    except UserError as error:
        return _refusal(task, error)


@isolated
def _read_in_worker(task: Task, key: bytes) -> PageResult:
    return _read(task, key, pictures=True)


def _read(task: Task, key: bytes, *, pictures: bool) -> PageResult:
    index, file, page = task
    try:
        with open_scan(file.path, file.name, max_pages=MAX_PAGES, max_bytes=MAX_BYTES) as scan:
            return PageResult(index, page, read_page(scan.page(page), key, picture=pictures))
    except UserError as error:
        return _refusal(task, error)


def _refusal(task: Task, error: UserError) -> PageResult:
    return PageResult(task[0], task[2], None, error.code, error.message)
