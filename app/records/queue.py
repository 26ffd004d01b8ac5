"""The queue of reviewers: filters, oldest first, and claims, so that two reviewers never have the same record."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app import preferences
from app.access.rights import Action, Actor, Role, requires
from data.clock import database_now
from data.models import Dossier, ReviewItem, StaffAccount

PAGE_SIZE = 50
MOST_COUNTED = 2_000
"""Beyond this the exact number of waiting records helps nobody and would cost a long scan."""
MOST_COMPANIES = 500
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Filter:
    """Which waiting records; empty means any. `reviewer_id` decided about the record before."""

    category: str = ""
    older_than_days: int = 0
    company: str = ""
    reviewer_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Place:
    """A place in the queue, behind which the next record is looked for."""

    submitted_at: datetime
    item_id: uuid.UUID

    @classmethod
    def of(cls, item: ReviewItem) -> "Place":
        """The place of a waiting record."""
        return cls(item.submitted_at, item.id)


@dataclass(frozen=True)
class Waiting:
    """A line of the queue."""

    item: ReviewItem
    person: str
    reviewer: str
    """Who has it open now."""


@requires(Action.REVIEW)
def waiting(db: Session, actor: Actor, wanted: Filter, after: Place | None = None) -> list[Waiting]:
    """A page (50) of the queue, oldest first."""
    now = database_now(db)
    lines = narrowed(select(ReviewItem, Dossier.name, StaffAccount.display_name), wanted, after, now)
    lines = lines.join(Dossier, Dossier.id == ReviewItem.dossier_id)
    lines = lines.outerjoin(
        StaffAccount, and_(StaffAccount.id == ReviewItem.claimed_by, ReviewItem.claimed_until > now)
    )
    return [Waiting(item, person, holder or "") for item, person, holder in db.execute(lines.limit(PAGE_SIZE))]


@requires(Action.REVIEW)
def count(db: Session, actor: Actor, wanted: Filter) -> int:
    """How many wait, counted no further than `MOST_COUNTED`."""
    some = narrowed(select(ReviewItem.id), wanted, None, database_now(db)).limit(MOST_COUNTED).subquery()
    return db.scalar(select(func.count()).select_from(some)) or 0


@requires(Action.REVIEW)
def first(db: Session, actor: Actor, wanted: Filter, most: int) -> list[uuid.UUID]:
    """The ids of the oldest records of a filter, for a decision about all of them."""
    return list(db.scalars(narrowed(select(ReviewItem.record_id), wanted, None, database_now(db)).limit(most)))


@requires(Action.REVIEW)
def companies(db: Session, actor: Actor) -> list[str]:
    """The companies that waiting records come from."""
    query = select(ReviewItem.company).where(ReviewItem.company != "").group_by(ReviewItem.company)
    return list(db.scalars(query.order_by(ReviewItem.company).limit(MOST_COMPANIES)))


@requires(Action.REVIEW)
def reviewers(db: Session, actor: Actor) -> dict[uuid.UUID, str]:
    """Everybody who may review, by id."""
    roles = (Role.REVIEWER.value, Role.ADMINISTRATOR.value)
    query = select(StaffAccount.id, StaffAccount.display_name).where(StaffAccount.role.in_(roles))
    return dict(db.execute(query.order_by(StaffAccount.display_name)).tuples().all())


@requires(Action.REVIEW)
def claim_next(db: Session, actor: Actor, wanted: Filter, after: Place | None = None) -> ReviewItem | None:
    """The oldest record that nobody else has open, now this reviewer's for some minutes; None at the end."""
    now = database_now(db)
    free = or_(
        ReviewItem.claimed_by.is_(None), ReviewItem.claimed_until < now, ReviewItem.claimed_by == actor.subject_id
    )
    query = narrowed(select(ReviewItem), wanted, after, now).where(free).limit(1)
    item = db.scalar(query.with_for_update(skip_locked=True))
    return None if item is None else _claim(db, actor, item, now)


@requires(Action.REVIEW)
def claim_one(db: Session, actor: Actor, record_id: uuid.UUID) -> ReviewItem | None:
    """This very record, unless somebody else has it open or it waits no longer."""
    now = database_now(db)
    item = db.scalar(select(ReviewItem).where(ReviewItem.record_id == record_id).with_for_update())
    if item is None or (item.claimed_by not in (None, actor.subject_id) and (item.claimed_until or now) > now):
        return None
    return _claim(db, actor, item, now)


@requires(Action.REVIEW)
def release(db: Session, actor: Actor, record_id: uuid.UUID | None = None) -> None:
    """Give up this reviewer's claim of one record, or of all."""
    mine = update(ReviewItem).where(ReviewItem.claimed_by == actor.subject_id)
    if record_id is not None:
        mine = mine.where(ReviewItem.record_id == record_id)
    db.execute(mine.values(claimed_by=None, claimed_until=None))


def _claim(db: Session, actor: Actor, item: ReviewItem, now: datetime) -> ReviewItem:
    item.claimed_by = actor.subject_id
    item.claimed_until = now + timedelta(minutes=preferences.current(db).review_lease_minutes)
    db.flush()
    return item


def narrowed(query: Q, wanted: Filter, after: Place | None, now: datetime) -> Q:
    """The query over the queue narrowed to what is wanted, oldest first."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.category:
        conditions.append(ReviewItem.category == wanted.category)
    if wanted.company:
        conditions.append(ReviewItem.company == wanted.company)
    if wanted.reviewer_id is not None:
        conditions.append(ReviewItem.reviewer_id == wanted.reviewer_id)
    if wanted.older_than_days:
        conditions.append(ReviewItem.submitted_at < now - timedelta(days=wanted.older_than_days))
    if after is not None:
        conditions.append(tuple_(ReviewItem.submitted_at, ReviewItem.id) > (after.submitted_at, after.item_id))
    return query.where(*conditions).order_by(ReviewItem.submitted_at, ReviewItem.id)
