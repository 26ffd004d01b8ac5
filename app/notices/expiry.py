"""Which records expire so soon that their people are to be told, out of the categories' declared days of expiry."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, exists, func, literal, select, union_all
from sqlalchemy.orm import Session

from app import preferences
from app.access.rights import Action, Actor, requires
from app.dossiers.masking import masked_mobile
from app.dossiers.service import today
from app.notices import choices, texts
from data.clock import database_now
from data.engine import insert_missing
from data.models import Dossier, Notice, categories, category
from data.models.base import new_id
from data.models.declaration import Category, Field

NOTED_AT_ONCE = 500
MOST_SHOWN = 10


@dataclass(frozen=True)
class Shown:
    """One notice as it would be sent: the number masked."""

    person: str
    mobile: str
    text: str


@dataclass(frozen=True)
class Preview:
    """What the next run would send."""

    people: int
    notices: int
    first: tuple[Shown, ...]


@requires(Action.NOTICE_SEND)
def preview(db: Session, actor: Actor) -> Preview:
    """How many people would be told of how many records now, and the first of the texts; nothing is changed."""
    due = _due(preferences.current(db).expiry_notice_days, today()).subquery()
    notices, people = db.execute(select(func.count(), func.count(due.c.dossier_id.distinct()))).one()
    first = db.execute(select(due).order_by(due.c.expires_on, due.c.record_id).limit(MOST_SHOWN))
    return Preview(people, notices, tuple(_shown(db, row) for row in first))


@requires(Action.NOTICE_SEND)
def note_some(db: Session, actor: Actor, days: Iterable[int]) -> int:
    """Note some of the notices that are due; returns how many. What was noted before is not due again."""
    due = _due(days, today()).subquery()
    now = database_now(db)
    rows = [
        {"id": new_id(), **row, "state": "waiting", "tries": 0, "due_at": now, "created_at": now}
        for row in db.execute(select(due).limit(NOTED_AT_ONCE)).mappings()
    ]
    insert_missing(db, Notice.__table__, rows)  # type: ignore[arg-type]
    return len(rows)


def bands(days: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Days ahead, both ends in, each band named by its end: (0, 7), (8, 30) … A record is told of by the nearest only."""
    start = 0
    for end in sorted(set(days)):
        yield start, end
        start = end + 1


def _due(days: Iterable[int], day: date) -> CompoundSelect[Any]:
    """Records to be told of, without those told: category, record_id, dossier_id, expires_on, days."""
    return union_all(
        *(
            _band(of, field, day, start, end)
            for of in categories()
            for field in of.fields
            if field.finds == "expiry"
            for start, end in bands(days)
        )
    )


def _band(of: Category, field: Field, day: date, start: int, end: int) -> Select[Any]:
    model, expires_on = of.model, getattr(of.model, field.key)
    told = exists().where(Notice.record_id == model.id, Notice.expires_on == expires_on, Notice.days == end)
    over = (getattr(model, each.key).in_(each.ended) for each in of.fields if each.ended)
    return (
        select(
            literal(of.key).label("category"),
            model.id.label("record_id"),
            model.dossier_id.label("dossier_id"),
            expires_on.label("expires_on"),
            literal(end).label("days"),
        )
        .join(Dossier, Dossier.id == model.dossier_id)
        .where(expires_on.between(day + timedelta(days=start), day + timedelta(days=end)))
        .where(Dossier.state == "open", Dossier.mobile_index.is_not(None), ~told, *(~each for each in over))
    )


def _shown(db: Session, row: Any) -> Shown:
    dossier = db.get_one(Dossier, row.dossier_id)
    record_id: uuid.UUID = row.record_id
    record = db.get_one(category(row.category).model, record_id)
    language = choices.language_of(db, dossier.id)
    text = texts.expiring(category(row.category), record, row.expires_on, language)
    return Shown(dossier.name, masked_mobile(dossier.mobile), text)
