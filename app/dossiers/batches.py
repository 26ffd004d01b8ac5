"""Batches of the window: card after card for one company, counted, listed, and closed with a receipt."""

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, forbidden, requires
from app.dossiers import service as dossiers
from app.dossiers.card_messages import outcome_text, reader_text
from app.dossiers.masking import masked
from app.errors import FieldErrors
from app.locale import _, listed
from app.validation import label, normalise
from data.models import Dossier, IntakeBatch, IntakeItem
from data.models.base import utc_now
from data.models.dossier import IDENTITY_FIELDS

OUTCOMES = ("created", "updated", "unchanged", "double", "skipped", "failed")
PAGE_SIZE = 50
COMPANY_LENGTH = 100
RECENT = 10
REFUSED = "fields:"
_FIRST_SENTENCE = re.compile(r"。|\.(?:\s|$)|;\s")


@dataclass(frozen=True)
class Line:
    """One card of a batch as lists show it; without name and number where nothing could be read."""

    at: datetime
    name: str
    number: str
    outcome: str
    text: str
    """The outcome in words, with the reason of a failure."""


@requires(Action.DOSSIER_OPEN)
def open_batch(db: Session, actor: Actor) -> IntakeBatch | None:
    """The clerk's batch that is not closed yet; it is still there after a reload."""
    query = select(IntakeBatch).where(IntakeBatch.staff_id == actor.subject_id, IntakeBatch.closed_at.is_(None))
    return db.scalar(query.order_by(IntakeBatch.id.desc()).limit(1))


@requires(Action.DOSSIER_OPEN)
def start(db: Session, actor: Actor, company: str) -> IntakeBatch:
    """Begin a batch; the company may be empty. Raises FieldErrors."""
    if actor.subject_id is None:
        raise forbidden()
    name = normalise(company)
    if len(name) > COMPANY_LENGTH:
        text = _("单位名称最多 {most} 个字，现有 {got} 个字，请删减")
        raise FieldErrors({"company": text.format(most=COMPANY_LENGTH, got=len(name))})
    batch = IntakeBatch(staff_id=actor.subject_id, company=name)
    db.add(batch)
    db.flush()
    return batch


@requires(Action.DOSSIER_OPEN)
def take_in(
    db: Session,
    actor: Actor,
    batch_id: uuid.UUID,
    identity: Mapping[str, object],
    *,
    photo: bytes | None,
    contradictions_seen: bool = False,
) -> tuple[str, dossiers.Opened]:
    """Open or update the file of a card that was read; returns the outcome too. Raises FieldErrors."""
    batch = _mine(db, actor, batch_id)
    opened = dossiers.open_file(
        db, actor, identity, photo=photo, mobile="", source="card", contradictions_seen=contradictions_seen
    )
    db.flush()
    outcome = "created" if opened.created else "updated" if opened.changed else "unchanged"
    if _was_here(db, batch, opened.dossier.id):
        outcome = "double"
    db.add(IntakeItem(batch_id=batch.id, dossier_id=opened.dossier.id, outcome=outcome))
    return outcome, opened


@requires(Action.DOSSIER_OPEN)
def was_here(db: Session, actor: Actor, batch_id: uuid.UUID, dossier_id: uuid.UUID) -> bool:
    """Whether this person's card was taken in already in this batch."""
    return _was_here(db, _mine(db, actor, batch_id), dossier_id)


@requires(Action.DOSSIER_OPEN)
def note_failure(db: Session, actor: Actor, batch_id: uuid.UUID, reason: str) -> None:
    """Put a read on the list that came to nothing: the reader's code, or `refused(error)`."""
    db.add(IntakeItem(batch_id=_mine(db, actor, batch_id).id, outcome="failed", reason=reason[:200]))


@requires(Action.DOSSIER_OPEN)
def note_skipped(db: Session, actor: Actor, batch_id: uuid.UUID, dossier_id: uuid.UUID | None) -> None:
    """Put a card on the list that the clerk decided not to keep."""
    db.add(IntakeItem(batch_id=_mine(db, actor, batch_id).id, dossier_id=dossier_id, outcome="skipped"))


@requires(Action.DOSSIER_OPEN)
def close(db: Session, actor: Actor, batch_id: uuid.UUID) -> None:
    """End a batch; its list stays."""
    _mine(db, actor, batch_id).closed_at = utc_now()


@requires(Action.DOSSIER_OPEN)
def recent(db: Session, actor: Actor) -> list[IntakeBatch]:
    """The clerk's closed batches (10), newest first."""
    query = select(IntakeBatch).where(IntakeBatch.staff_id == actor.subject_id, IntakeBatch.closed_at.is_not(None))
    return list(db.scalars(query.order_by(IntakeBatch.id.desc()).limit(RECENT)))


@requires(Action.DOSSIER_OPEN)
def batch(db: Session, actor: Actor, batch_id: uuid.UUID) -> IntakeBatch:
    """One of the clerk's own batches. Raises Forbidden for another's."""
    return _mine(db, actor, batch_id)


@requires(Action.DOSSIER_OPEN)
def counts(db: Session, actor: Actor, batch_id: uuid.UUID) -> Counter[str]:
    """How many cards of a batch came to which outcome."""
    query = select(IntakeItem.outcome, func.count()).where(IntakeItem.batch_id == _mine(db, actor, batch_id).id)
    return Counter({str(outcome): int(count) for outcome, count in db.execute(query.group_by(IntakeItem.outcome))})


@requires(Action.DOSSIER_OPEN)
def lines(db: Session, actor: Actor, batch_id: uuid.UUID, *, newest: int | None = PAGE_SIZE) -> list[Line]:
    """The newest cards of a batch, newest first; with `newest` None all of them, in the order they came."""
    query = (
        select(IntakeItem, Dossier)
        .outerjoin(Dossier, Dossier.id == IntakeItem.dossier_id)
        .where(IntakeItem.batch_id == _mine(db, actor, batch_id).id)
    )
    ordered = query.order_by(IntakeItem.id) if newest is None else query.order_by(IntakeItem.id.desc()).limit(newest)
    return [_line(item, dossier) for item, dossier in db.execute(ordered)]


def refused(error: FieldErrors) -> str:
    """The reason of a card whose data could not be kept: which fields, not what stood in them."""
    return REFUSED + ",".join(sorted(error.fields))


def _mine(db: Session, actor: Actor, batch_id: uuid.UUID) -> IntakeBatch:
    found = db.get(IntakeBatch, batch_id)
    if found is None or found.staff_id != actor.subject_id:
        raise forbidden()
    return found


def _was_here(db: Session, batch: IntakeBatch, dossier_id: uuid.UUID) -> bool:
    query = select(IntakeItem.id).where(
        IntakeItem.batch_id == batch.id, IntakeItem.dossier_id == dossier_id, IntakeItem.outcome != "skipped"
    )
    return db.scalar(query.limit(1)) is not None


def _line(item: IntakeItem, dossier: Dossier | None) -> Line:
    name, number = (dossier.name, masked(dossier.number)) if dossier else ("", "")
    return Line(item.at, name, number, item.outcome, _in_words(item))


def _in_words(item: IntakeItem) -> str:
    text = outcome_text(item.outcome)
    if item.reason.startswith(REFUSED):
        keys = item.reason.removeprefix(REFUSED).split(",")
        names = listed(label(IDENTITY_FIELDS[key]) for key in keys if key in IDENTITY_FIELDS)
        return _("{outcome}：{fields}需要核对").format(outcome=text, fields=names)
    if item.reason:
        return _("{outcome}：{reason}").format(outcome=text, reason=_FIRST_SENTENCE.split(reader_text(item.reason))[0])
    return text
