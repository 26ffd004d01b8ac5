"""The background work of an import: checking a table, taking its rows in short transactions, taking them back."""

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.dossiers.service import today
from app.jobs import files
from app.jobs.registry import job
from app.jobs.running import Running
from app.jobs.schedule import periodic
from app.locale import _
from app.transfer.applying import Counts, Plan, apply_records, prepare
from app.transfer.applying_people import apply_people
from app.transfer.cells import text_of
from app.transfer.checking import Candidate, Checker
from app.transfer.imports import CHECK, IMPORT, RESULT, UPLOAD
from app.transfer.marking import write_marked
from app.transfer.seen import Seen
from app.transfer.table_file import Row, open_table
from app.transfer.targets import target
from data.engine import Database
from data.models import ImportProblem, ImportRun

BATCH_ROWS = 500
"""Rows a transaction: short enough that nobody waits for it."""
LARGE_BYTES = 128 * 1024
"""From here on, some thousand rows, a process is started sooner than the rows are through."""
SAMPLE_ROWS = 20
TRIES = 3
"""A batch that somebody else's change came between is done again."""


def is_long(running: Running) -> bool:
    """Whether an import, its check or its undo is about a large file."""
    import_id = uuid.UUID(running.parameters.get("import_id", str(running.job_id)))
    with running.database.read() as db:
        return (files.size_of(db, import_id, UPLOAD) or 0) > LARGE_BYTES


@job(CHECK, resumable=True, is_long=is_long)
def check(running: Running) -> dict[str, Any]:
    """Check every row of an import's file and note what is wrong; nothing is imported."""
    import_id = uuid.UUID(running.parameters["import_id"])
    work = _Work(running, import_id, write=False)
    rows = work.run()
    return {"rows": rows, "sample": work.sample()}


@job(IMPORT, resumable=True, is_long=is_long)
def run_import(running: Running) -> dict[str, Any]:
    """Import the rows of a file; those that are wrong come back in the marked workbook."""
    work = _Work(running, running.job_id, write=True)
    rows = work.run()
    with running.database.read() as db:
        wrong = db.get_one(ImportRun, running.job_id).wrong
    if wrong:
        with files.JobFileWriter(running.database, running.job_id, RESULT) as result, upload_of(running) as upload:
            write_marked(running, work.run_row, upload, result)
    return {"rows": rows, "file_name": marked_name(work.run_row.file_name)}


@periodic("import-problems", every=timedelta(hours=1))
def remove_old_problems(database: Database) -> None:
    """Rows that could not be taken hold people's data: they go with the uploaded file."""
    with database.write() as db:
        db.execute(delete(ImportProblem).where(ImportProblem.import_id.in_(files.long_ended(db))))


def marked_name(file_name: str) -> str:
    """What the marked workbook is called."""
    return f"{file_name.rpartition('.')[0] or file_name}-{_('标出问题')}.xlsx"


@contextmanager
def upload_of(running: Running, import_id: uuid.UUID | None = None) -> Iterator[BinaryIO]:
    """The uploaded file of an import."""
    reader = files.JobFileReader(running.database, import_id or running.job_id, UPLOAD)
    with io.BufferedReader(reader, 256 * 1024) as upload:
        yield upload


class _Work:
    """One walk over the rows of an import's file."""

    def __init__(self, running: Running, import_id: uuid.UUID, *, write: bool) -> None:
        self._running = running
        self._write = write
        with running.database.read() as db:
            self.run_row = db.get_one(ImportRun, import_id)
        self._target = target(self.run_row.target)
        self._checker = Checker(self._target, self.run_row.columns, today())

    def run(self) -> int:
        """Walk over all rows; returns their number. A run that goes on only reads what was done before."""
        if self._running.done == 0:
            self._begin()
        rows = 0
        with upload_of(self._running, self.run_row.id) as upload, open_table(upload) as table, Seen() as seen:
            plan = Plan(
                self.run_row.id,
                self._target,
                self.run_row.update_known,
                self._write,
                self._checker.today,
                seen,
            )
            content = (row for row in table.rows if row[0] > self.run_row.header_row)
            while batch := list(islice(content, BATCH_ROWS)):
                rows += len(batch)
                self._take(plan, batch, rows)
        with self._running.database.write() as db:
            self._running.checkpoint(db, rows, rows)
        return rows

    def sample(self) -> list[tuple[int, list[str]]]:
        """The first rows with their numbers, for the preview."""
        with upload_of(self._running, self.run_row.id) as upload, open_table(upload) as table:
            content = (row for row in table.rows if row[0] > self.run_row.header_row)
            return [(number, [text_of(cell) for cell in cells]) for number, cells in islice(content, SAMPLE_ROWS)]

    def _begin(self) -> None:
        with self._running.database.write() as db:
            db.execute(delete(ImportProblem).where(ImportProblem.import_id == self.run_row.id))
            db.execute(update(ImportRun).where(ImportRun.id == self.run_row.id).values(vars(Counts())))

    def _take(self, plan: Plan, batch: list[Row], rows: int) -> None:
        if rows <= self._running.done:
            # The run before this one took them: later ones are compared with them.
            self._look_at(replace(plan, write=False), batch)
        elif plan.write:
            self._write_down(plan, batch, rows)
        else:
            counts, candidates = self._look_at(plan, batch)
            with self._running.database.write() as db:
                self._note(db, plan, counts, candidates)
                self._running.checkpoint(db, rows)

    def _look_at(self, plan: Plan, batch: list[Row]) -> tuple[Counts, list[Candidate]]:
        """What would become of some rows."""
        candidates = self._prepared(plan, batch)
        with self._running.database.read() as db:
            return self._apply_to(db, plan, candidates), candidates

    def _write_down(self, plan: Plan, batch: list[Row], rows: int) -> None:
        for attempt in range(TRIES):
            candidates = self._prepared(plan, batch)
            try:
                with self._running.database.write() as db:
                    self._note(db, plan, self._apply_to(db, plan, candidates), candidates)
                    self._running.checkpoint(db, rows)
            except (IntegrityError, StaleDataError):
                if attempt == TRIES - 1:
                    raise
            else:
                return

    def _prepared(self, plan: Plan, batch: list[Row]) -> list[Candidate]:
        with self._running.database.read() as db:
            candidates = self._checker.candidates(db, batch)
        prepare(plan, candidates)
        return candidates

    def _note(self, db: Session, plan: Plan, counts: Counts, candidates: list[Candidate]) -> None:
        added = {name: getattr(ImportRun, name) + figure for name, figure in vars(counts).items() if figure}
        if added:
            db.execute(update(ImportRun).where(ImportRun.id == plan.import_id).values(added))
        db.add_all(self._problem(plan, candidate) for candidate in candidates if candidate.problems)

    def _apply_to(self, db: Session, plan: Plan, candidates: list[Candidate]) -> Counts:
        apply = apply_records if self._target.category else apply_people
        return apply(db, self._running.actor, plan, candidates)

    def _problem(self, plan: Plan, candidate: Candidate) -> ImportProblem:
        columns = self.run_row.columns
        # A column that the file lacks has no cell to mark: the first one that it has stands for the row.
        first = min(columns.values())
        problems: dict[str, str] = {}
        for key, message in candidate.problems.items():
            number = str(columns.get(key, first))
            problems[number] = "\n".join(filter(None, (problems.get(number), message)))
        cells = [text_of(cell) for cell in candidate.cells]
        return ImportProblem(import_id=plan.import_id, row=candidate.row, found={"cells": cells, "problems": problems})
