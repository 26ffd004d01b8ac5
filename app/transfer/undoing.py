"""Taking an import back: what it added is removed, what it changed is put back, unless somebody changed it since."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.jobs.registry import job
from app.jobs.running import Running
from app.records import life
from app.transfer.applying import put
from app.transfer.import_jobs import is_long
from app.transfer.imports import UNDO
from app.transfer.targets import Target, target
from app.validation import shown
from data.models import Attachment, Base, Dossier, ImportChange, ImportRun, MobileUse
from data.models.declaration import fields_of

BATCH_ROWS = 100
MOST_TOLD = 100
"""So many of the rows that were kept are told by name."""


@dataclass
class Undone:
    """What became of the rows of an import."""

    removed: int = 0
    restored: int = 0
    kept: int = 0
    told: list[str] = field(default_factory=list)

    def keep(self, description: str) -> None:
        """Note a row that stays as it is."""
        self.kept += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(description)


@job(UNDO, resumable=True, is_long=is_long)
def run_undo(running: Running) -> dict[str, Any]:
    """Undo an import in short transactions. What a server's death left undone is done by the next one."""
    with running.database.read() as db:
        run = db.get_one(ImportRun, uuid.UUID(running.parameters["import_id"]))
    undone = Undone()
    total = run.added + run.changed
    for step in (_remove_batch, _restore_batch):
        last: uuid.UUID | None = None
        while True:
            with running.database.write() as db:
                last = step(db, running.actor, run, last, undone)
                running.checkpoint(db, min(undone.removed + undone.restored + undone.kept, total), total)
            if last is None:
                break
            running.database.give_way()
    return vars(undone)


def _model_of(wanted: Target) -> type[Any]:
    return Dossier if wanted.category is None else wanted.category.model


@requires(Action.IMPORT_UNDO)
def _remove_batch(
    db: Session, actor: Actor, run: ImportRun, after: uuid.UUID | None, undone: Undone
) -> uuid.UUID | None:
    """Remove some of the rows that the import added; returns the last one looked at, None at the end."""
    model = _model_of(target(run.target))
    query = select(model).where(model.import_id == run.id).order_by(model.id).limit(BATCH_ROWS)
    rows = db.scalars(query.where(model.id > after) if after else query).all()
    in_use = _in_use(db, model, [row.id for row in rows])
    for row in rows:
        if row.updated_at != row.created_at or row.id in in_use:
            undone.keep(_describe(db, run, row))
        else:
            if isinstance(row, Dossier):
                db.execute(delete(MobileUse).where(MobileUse.dossier_id == row.id))
            db.delete(row)
            undone.removed += 1
    return rows[-1].id if rows else None


@requires(Action.IMPORT_UNDO)
def _restore_batch(
    db: Session, actor: Actor, run: ImportRun, after: uuid.UUID | None, undone: Undone
) -> uuid.UUID | None:
    """Put back some of the rows that the import changed; returns the last change looked at, None at the end."""
    wanted = target(run.target)
    model = _model_of(wanted)
    query = select(ImportChange).where(ImportChange.import_id == run.id).order_by(ImportChange.id).limit(BATCH_ROWS)
    changes = db.scalars(query.where(ImportChange.id > after) if after else query).all()
    found = {
        row.id: row for row in db.scalars(select(model).where(model.id.in_({each.subject_id for each in changes})))
    }
    days = {each.key for each in fields_of(model) if each.kind == "day"}
    for change in changes:
        row = found.get(change.subject_id)
        if row is None:
            undone.keep("—")
        elif row.updated_at != change.stamp:
            undone.keep(_describe(db, run, row))
        else:
            for key, value in change.before.items():
                put(db, row, key, date.fromisoformat(value) if key in days and value else value)
            if wanted.category is not None:
                life.put_back(db, wanted.category, row, change.state)
            undone.restored += 1
            db.delete(change)
    return changes[-1].id if changes else None


def _in_use(db: Session, model: type[Any], ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Rows that something hangs on: an attachment on a record, anything on a file."""
    columns = [Attachment.__table__.c.record_id] if model is not Dossier else list(_references())
    return {found for column in columns for found in db.scalars(select(column).where(column.in_(ids)).distinct())}


def _references() -> Iterator[Any]:
    # Tables without a class are the search index: it follows the files by itself.
    # That a mobile came with the file is part of the import.
    for mapper in Base.registry.mappers:
        if mapper.class_ is MobileUse:
            continue
        for key in mapper.local_table.foreign_keys:
            if key.column.table is Dossier.__table__:
                yield key.parent


def _describe(db: Session, run: ImportRun, row: Any) -> str:
    wanted = target(run.target)
    if wanted.category is None:
        return str(row.name)
    name = db.scalar(select(Dossier.name).where(Dossier.id == row.dossier_id))
    values = (shown(wanted.category.field(key), getattr(row, key)) for key in wanted.category.known_by)
    return " ".join(filter(None, (name, *values)))
