"""Writes checked rows: what is new is added, what is known is skipped or changed, what is wrong is told."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import sessions
from app.access.rights import Action, Actor, requires
from app.dossiers.service import note_mobile_use
from app.errors import FieldErrors
from app.locale import _
from app.records import adding, life
from app.transfer.checking import NUMBER, Candidate
from app.transfer.seen import Seen
from app.transfer.targets import Target
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


@dataclass(frozen=True)
class Plan:
    """How rows are to be taken: by which import, whether known ones are changed, and whether anything is written."""

    import_id: uuid.UUID
    target: Target
    update_known: bool
    write: bool
    today: date
    seen: Seen

    @property
    def known_by(self) -> tuple[str, ...]:
        """The columns by which a row is known again, and that hold something in every row."""
        return (*self.target.category.known_by, NUMBER) if self.target.category else ("number",)


class Known(Protocol):
    """A row of the database that an import may change."""

    id: uuid.UUID
    updated_at: datetime


@dataclass
class Outcome:
    """The rows that are to be added, and the counts of all."""

    counts: Counts = field(default_factory=Counts)
    new: list[Candidate] = field(default_factory=list)


def prepare(plan: Plan, candidates: Sequence[Candidate]) -> None:
    """Do all that needs no database before a transaction: on SQLite nobody else writes while that lasts."""
    category = plan.target.category
    if category is None:
        mark_repeated(plan, candidates, lambda row: (row.values["document_type"], row.values["number"]))
        return
    mark_repeated(plan, candidates, lambda row: _key_of(category, row))
    if plan.write:
        fit = [row for row in candidates if not row.problems and not row.is_repeated]
        rows = [{"dossier_id": row.dossier_id, "import_id": plan.import_id, **row.values} for row in fit]
        for row, ready in zip(fit, adding.standing(category, rows), strict=True):
            row.ready = ready


@requires(Action.IMPORT_RUN)
def apply_records(db: Session, actor: Actor, plan: Plan, candidates: Sequence[Candidate]) -> Counts:
    """Take prepared rows of a category; the problems of those that cannot be taken are noted in them."""
    category = plan.target.category
    assert category is not None  # noqa: S101  people have another function
    known = _known_records(db, category, candidates)
    outcome = Outcome()
    for row in candidates:
        record = None if row.problems else known.get(_key_of(category, row))
        if record is not None:
            row.problems |= _wrong_together(plan, row, record)
        take(db, plan, row, record, outcome)
    if plan.write:
        adding.add_standing(db, category, [row.ready for row in outcome.new if row.ready])
        db.flush()
    return outcome.counts


def _key_of(category: Category, row: Candidate) -> tuple[Any, ...]:
    return (row.dossier_id, *(row.values[key] for key in category.known_by))


def _known_records(db: Session, category: Category, candidates: Sequence[Candidate]) -> dict[tuple[Any, ...], Record]:
    """The records that rows are about, by what tells them apart; of several alike the oldest."""
    keys = list(dict.fromkeys(_key_of(category, row) for row in candidates if not row.problems))
    model = category.model
    found = dict(zip(keys, _oldest(category).keys(db.connection(), keys), strict=True))
    ids = [each for each in found.values() if each is not None]
    records = {each.id: each for each in db.scalars(select(model).where(model.id.in_(ids)))} if ids else {}
    return {key: records[each] for key, each in found.items() if each is not None}


@cache
def _oldest(category: Category) -> Oldest:
    model = category.model
    return Oldest(model.id, [model.dossier_id, *(getattr(model, key) for key in category.known_by)])


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


def mark_repeated(plan: Plan, candidates: Sequence[Candidate], key_of: Callable[[Candidate], object]) -> None:
    """Note rows that say what an earlier row of the table said, and a problem at those that contradict one."""
    fit = [row for row in candidates if not row.problems]
    told = [(row.row, key_of(row), [(key, row.values[key]) for key in sorted(row.values)]) for row in fit]
    if plan.seen.all_new(told):
        return
    for row, (number, key, content) in zip(fit, told, strict=True):
        earlier = plan.seen.earlier(number, key, content)
        if earlier is not None and earlier[1]:
            row.is_repeated = True
        elif earlier is not None:
            message = _("与第 {row} 行是同一条，但内容不同，请只留一行")
            row.problems[next(each for each in plan.known_by if each in row.given)] = message.format(row=earlier[0])


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
