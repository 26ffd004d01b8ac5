"""Makes the rows of a table ready, a batch at a time: read, checked, compared with one another, hashed and sealed.

It writes nothing. A large table's next batch is made ready by a process of its own while the one before is written.
"""

import io
import logging
import os
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, BinaryIO

from app.beside import LostError, beside
from app.dossiers.service import today
from app.jobs import files
from app.locale import _
from app.records import adding
from app.transfer.checking import NUMBER, Candidate, Checker
from app.transfer.imports import UPLOAD
from app.transfer.seen import Seen
from app.transfer.table_file import Row, open_table
from app.transfer.targets import Target, target
from data.engine import Database
from data.models import ImportRun
from data.models.declaration import Category

log = logging.getLogger(__name__)
BATCH_ROWS = 500
"""Rows a transaction: short enough that nobody waits for it."""
LARGE_BYTES = 128 * 1024
"""From here on, some thousand rows, a process is started sooner than the rows are through."""


@dataclass(frozen=True)
class Plan:
    """How rows are to be taken: by which import, whether known ones are changed, and whether anything is written."""

    import_id: uuid.UUID
    target: Target
    update_known: bool
    write: bool
    today: date
    seen: Seen
    """What else tells rows apart: of people their mobiles."""


def key_of(category: Category, row: Candidate) -> tuple[Any, ...]:
    """What tells a record from the person's others."""
    return (row.dossier_id, *(row.values[key] for key in category.known_by))


class Preparing:
    """Makes rows of an import ready."""

    def __init__(self, database: Database, run_row: ImportRun, *, write: bool) -> None:
        self._database = database
        self._run_row = run_row
        self._write = write
        self.target = target(run_row.target)
        self.today = today()
        self.is_large = is_large(database, run_row.id)
        self._checker = Checker(self.target, run_row.columns, self.today)

    def batches(self, done: int) -> Generator[list[Candidate]]:
        """All rows; those that were `done` before are only looked at, since later ones are compared with them."""
        rows = 0
        with (
            upload_of(self._database, self._run_row.id) as upload,
            open_table(upload) as table,
            Seen() as seen,
        ):
            content = (row for row in table.rows if row[0] > self._run_row.header_row)
            while batch := list(islice(content, BATCH_ROWS)):
                rows += len(batch)
                candidates = self._checked(batch)
                self._compare(seen, candidates)
                self._make_ready(candidates, write=rows > done)
                yield candidates

    def again(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The same rows, by what is known now."""
        fresh = self._checked([(each.row, each.cells) for each in candidates])
        for new, old in zip(fresh, candidates, strict=True):
            new.earlier = old.earlier
        self._make_ready(fresh, write=True)
        return fresh

    def _checked(self, batch: Sequence[Row]) -> list[Candidate]:
        with self._database.read() as db:
            return self._checker.candidates(db, batch)

    def _compare(self, seen: Seen, candidates: Sequence[Candidate]) -> None:
        """Note which rows an earlier one of the table was about."""
        fit = [row for row in candidates if not row.problems]
        told = [(row.row, self._key_of(row), [(key, row.values[key]) for key in sorted(row.values)]) for row in fit]
        if seen.all_new(told):
            return
        for row, (number, key, content) in zip(fit, told, strict=True):
            row.earlier = seen.earlier(number, key, content)

    def _key_of(self, row: Candidate) -> object:
        category = self.target.category
        return key_of(category, row) if category else (row.values["document_type"], row.values["number"])

    def _make_ready(self, candidates: Sequence[Candidate], *, write: bool) -> None:
        category = self.target.category
        known_by = (*category.known_by, NUMBER) if category else ("number",)
        for row in candidates:
            if row.earlier is not None and not row.is_repeated and not row.problems:
                message = _("与第 {row} 行是同一条，但内容不同，请只留一行")
                row.problems[next(each for each in known_by if each in row.given)] = message.format(row=row.earlier[0])
        if category and self._write and write:
            fit = [row for row in candidates if not row.problems and not row.is_repeated]
            rows = [{"dossier_id": row.dossier_id, "import_id": self._run_row.id, **row.values} for row in fit]
            for row, ready in zip(fit, adding.standing(category, rows), strict=True):
                row.ready = ready

    def beside(self, done: int) -> AbstractContextManager[Iterator[list[Candidate]]]:
        """The same batches, from a process of its own."""
        address = self._database.engine.url.render_as_string(hide_password=False)
        return beside(_batches, address, self._run_row.id, self._write, done)


@contextmanager
def in_turn(preparing: Preparing, done: int) -> Iterator[Iterator[list[Candidate]]]:
    """The batches of an import; those of a large file come from a process of their own where a core is left for it."""
    ahead = preparing.is_large and _cores() > 1
    with closing(_ahead(preparing, done) if ahead else preparing.batches(done)) as batches:
        yield batches


def _ahead(preparing: Preparing, done: int) -> Generator[list[Candidate]]:
    """The batches from a process of their own; where it is lost, those that it still owed are made ready here."""
    rows = 0
    try:
        with preparing.beside(done) as given:
            for batch in given:
                rows += len(batch)
                yield batch
    except LostError:
        log.warning("the process that makes rows ready was lost after %d rows; the import goes on without it", rows)
    else:
        return
    with closing(preparing.batches(max(done, rows))) as batches:
        passed = 0
        for batch in batches:
            passed += len(batch)
            if passed > rows:
                yield batch


def is_large(database: Database, import_id: uuid.UUID) -> bool:
    """Whether an import has a large file."""
    with database.read() as db:
        return (files.size_of(db, import_id, UPLOAD) or 0) > LARGE_BYTES


def _batches(address: str, import_id: uuid.UUID, write: bool, done: int) -> Iterator[list[Candidate]]:
    with closing(Database(address)) as database:
        with database.read() as db:
            run_row = db.get_one(ImportRun, import_id)
        yield from Preparing(database, run_row, write=write).batches(done)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def upload_of(database: Database, import_id: uuid.UUID) -> Iterator[BinaryIO]:
    """The uploaded file of an import."""
    reader = files.JobFileReader(database, import_id, UPLOAD)
    with io.BufferedReader(reader, 256 * 1024) as upload:
        yield upload
