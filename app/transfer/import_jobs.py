"""The background work of an import: checking a table, taking its rows in short transactions, taking them back."""

import uuid
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.jobs import files
from app.jobs.registry import job
from app.jobs.running import Running
from app.jobs.schedule import periodic
from app.locale import _
from app.transfer.applying import Counts, apply_records
from app.transfer.applying_people import apply_people
from app.transfer.cells import text_of
from app.transfer.checking import Candidate
from app.transfer.imports import CHECK, IMPORT, RESULT
from app.transfer.marking import write_marked
from app.transfer.preparing import Plan, Preparing, in_turn, is_large, upload_of
from app.transfer.seen import Seen
from app.transfer.table_file import open_table
from data.direct import Direct
from data.engine import Database
from data.models import ImportProblem, ImportRun

SAMPLE_ROWS = 20
TRIES = 3
"""A batch that somebody else's change came between is done again."""

_COUNT = Direct(
    update(ImportRun)
    .where(ImportRun.id == bindparam("run"))
    .values({name: getattr(ImportRun, name) + bindparam(f"more_{name}") for name in vars(Counts())})
)


def is_long(running: Running) -> bool:
    """Whether an import, its check or its undo is about a large file."""
    import_id = uuid.UUID(running.parameters.get("import_id", str(running.job_id)))
    return is_large(running.database, import_id)


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
        with (
            files.JobFileWriter(running.database, running.job_id, RESULT) as result,
            upload_of(running.database, running.job_id) as upload,
        ):
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


class _Work:
    """One walk over the rows of an import's file."""

    def __init__(self, running: Running, import_id: uuid.UUID, *, write: bool) -> None:
        self._running = running
        self._write = write
        with running.database.read() as db:
            self.run_row = db.get_one(ImportRun, import_id)
        self._preparing = Preparing(running.database, self.run_row, write=write)

    def run(self) -> int:
        """Walk over all rows; returns their number. A run that goes on only reads what was done before."""
        if self._running.done == 0:
            self._begin()
        rows = 0
        with Seen() as seen, in_turn(self._preparing, done=self._running.done) as batches:
            plan = Plan(
                self.run_row.id,
                self._preparing.target,
                self.run_row.update_known,
                self._write,
                self._preparing.today,
                seen,
            )
            for batch in batches:
                rows += len(batch)
                self._take(plan, batch, rows)
        with self._running.database.write() as db:
            self._running.checkpoint(db, rows, rows)
        return rows

    def sample(self) -> list[tuple[int, list[str]]]:
        """The first rows with their numbers, for the preview."""
        with upload_of(self._running.database, self.run_row.id) as upload, open_table(upload) as table:
            content = (row for row in table.rows if row[0] > self.run_row.header_row)
            return [(number, [text_of(cell) for cell in cells]) for number, cells in islice(content, SAMPLE_ROWS)]

    def _begin(self) -> None:
        with self._running.database.write() as db:
            db.execute(delete(ImportProblem).where(ImportProblem.import_id == self.run_row.id))
            db.execute(update(ImportRun).where(ImportRun.id == self.run_row.id).values(vars(Counts())))

    def _take(self, plan: Plan, batch: list[Candidate], rows: int) -> None:
        if rows <= self._running.done:
            # The run before this one took them: later ones are compared with them.
            self._look_at(replace(plan, write=False), batch)
        elif plan.write:
            self._write_down(plan, batch, rows)
        else:
            counts = self._look_at(plan, batch)
            with self._running.database.write() as db:
                self._note(db, plan, counts, batch)
                self._running.checkpoint(db, rows)

    def _look_at(self, plan: Plan, batch: list[Candidate]) -> Counts:
        """What would become of some rows."""
        with self._running.database.read() as db:
            return self._apply_to(db, plan, batch)

    def _write_down(self, plan: Plan, batch: list[Candidate], rows: int) -> None:
        for attempt in range(TRIES):
            try:
                with self._running.database.write() as db:
                    self._note(db, plan, self._apply_to(db, plan, batch), batch)
                    self._running.checkpoint(db, rows)
            except (IntegrityError, StaleDataError):
                if attempt == TRIES - 1:
                    raise
                batch = self._preparing.again(batch)
            else:
                return

    def _note(self, db: Session, plan: Plan, counts: Counts, candidates: list[Candidate]) -> None:
        _COUNT.send(
            db.connection(), run=plan.import_id, **{f"more_{name}": more for name, more in vars(counts).items()}
        )
        db.add_all(self._problem(plan, candidate) for candidate in candidates if candidate.problems)

    def _apply_to(self, db: Session, plan: Plan, candidates: list[Candidate]) -> Counts:
        apply = apply_records if self._preparing.target.category else apply_people
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
