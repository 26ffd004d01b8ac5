"""Writes checked rows: what is new is added, what is known is skipped or changed, what is wrong is told."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.access import sessions
from app.access.rights import Action, Actor, requires
from app.dossiers.service import note_mobile_use
from app.errors import FieldErrors
from app.records import adding, life
from app.transfer.checking import Candidate
from app.transfer.preparing import Plan, key_of
from app.validation import clean
from data.models import Dossier, ImportChange, Record
from data.models.base import utc_now
from data.models.declaration import Category
from data.oldest import Oldest


@dataclass
class Counts:
    """What became of some rows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    wrong: int = 0


class Known(Protocol):
    """A row of the database that an import may change."""

    id: uuid.UUID
    updated_at: datetime


@dataclass
class Outcome:
    """The rows that are to be added, and the counts of all."""

    counts: Counts = field(default_factory=Counts)
    new: list[Candidate] = field(default_factory=list)


@requires(Action.IMPORT_RUN)
def apply_records(db: Session, actor: Actor, plan: Plan, candidates: Sequence[Candidate]) -> Counts:
    """Take prepared rows of a category; the problems of those that cannot be taken are noted in them."""
    category = plan.target.category
    assert category is not None  # noqa: S101  people have another function
    known = _known_records(db, plan, category, candidates)
    outcome = Outcome()
    for row in candidates:
        record = None if row.problems else known.get(key_of(category, row))
        if record is not None:
            row.problems |= _wrong_together(plan, row, record)
        take(db, plan, row, record, outcome)
    if plan.write:
        adding.add_standing(db, category, [row.ready for row in outcome.new if row.ready])
        db.flush()
    return outcome.counts


def _known_records(
    db: Session, plan: Plan, category: Category, candidates: Sequence[Candidate]
) -> dict[tuple[Any, ...], Record]:
    """The records that rows are about, by what tells them apart; of several alike the oldest.

    Raises StaleDataError where rows would be written to a file that is not open any more: they were checked before.
    """
    keys = list(dict.fromkeys(key_of(category, row) for row in candidates if not row.problems))
    model = category.model
    found = dict(zip(keys, _oldest(category).keys(db.connection(), keys), strict=True))
    if plan.write and not all(is_open for _id, is_open in found.values()):
        raise StaleDataError("a file was closed, merged or erased since its rows were checked")
    ids = [each for each, _is_open in found.values() if each is not None]
    records = {each.id: each for each in db.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
    return {key: records[each] for key, (each, _is_open) in found.items() if each is not None}


@cache
def _oldest(category: Category) -> Oldest:
    model = category.model
    return Oldest(model.id, [model.dossier_id, *(getattr(model, key) for key in category.known_by)], _is_open)


def _is_open(dossier_id: ColumnElement[uuid.UUID]) -> ColumnElement[bool]:
    return exists().where(Dossier.id == dossier_id, Dossier.state == "open", Dossier.merged_into.is_(None))


def take(db: Session, plan: Plan, row: Candidate, known: Any, outcome: Outcome) -> None:
    """Decide on one row. A cell that is empty leaves what is there as it is."""
    counts = outcome.counts
    if row.problems:
        counts.wrong += 1
        return
    if row.is_repeated:
        counts.unchanged += 1
        return
    if known is None:
        counts.added += 1
        outcome.new.append(row)
        return
    changes = changes_of(row, known)
    if not changes:
        counts.unchanged += 1
    elif not plan.update_known:
        counts.skipped += 1
    else:
        counts.changed += 1
        if plan.write:
            _change(db, plan, known, changes)


def changes_of(row: Candidate, known: Any) -> dict[str, Any]:
    """The values of the row that differ from what is there."""
    return {key: value for key, value in row.values.items() if key in row.given and getattr(known, key, None) != value}


def _change(db: Session, plan: Plan, known: Known, changes: Mapping[str, Any]) -> None:
    before = {key: getattr(known, key) for key in changes}
    for key, value in changes.items():
        put(db, known, key, value)
    state = life.overrule(db, known) if isinstance(known, Record) else {}
    known.updated_at = utc_now()
    db.add(
        ImportChange(
            import_id=plan.import_id,
            subject_id=known.id,
            before={key: value.isoformat() if isinstance(value, date) else value for key, value in before.items()},
            state=state,
            stamp=known.updated_at,
        )
    )


def put(db: Session, known: Known, key: str, value: Any) -> None:
    """Set one value of a row; a mobile with what finds it again, and log-ins with the old one end."""
    if isinstance(known, Dossier) and key == "mobile":
        known.set_mobile(value)
        known.self_service = None if value is None else known.self_service or "window"
        note_mobile_use(db, [known])
        sessions.end_all(db, known.id)
    else:
        setattr(known, key, value)


def _wrong_together(plan: Plan, row: Candidate, record: Record) -> dict[str, str]:
    """What is wrong with the record as the row would leave it, with the values that the table does not hold."""
    category = plan.target.category
    changes = changes_of(row, record)
    if category is None or not changes or not plan.update_known or set(row.given) >= set(row.values):
        return {}
    merged = {each.key: getattr(record, each.key) for each in category.fields} | changes
    try:
        clean(category.fields, merged, today=plan.today, birth_date=row.birth_date)
    except FieldErrors as error:
        return error.fields
    return {}
