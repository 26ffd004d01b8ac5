"""Everything a reviewer sees of one waiting record, read in one go so that the next one can be loaded ahead."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.access.rights import Action, Actor, requires
from app.dossiers.masking import masked
from app.locale import either
from app.records import life
from app.records.hints import Hint, hints_for
from app.records.queue import Place
from app.validation import label, shown
from data.models import Attachment, Decision, Dossier, Record, ReviewItem, StaffAccount, categories, category
from data.models.declaration import Category

MOST_OTHERS = 40
MOST_DECISIONS = 5


@dataclass(frozen=True)
class FieldSeen:
    """A field with its value in words; `former` is what was approved where that differs, else None."""

    name: str
    value: str
    former: str | None


@dataclass(frozen=True)
class Earlier:
    """A decision about the record before."""

    at: datetime
    outcome: str
    reason: str
    reviewer: str


@dataclass(frozen=True)
class Case:
    """One record under review. `picture` is its attachment; `former_picture` the approved one where that differs."""

    record_id: uuid.UUID
    dossier_id: uuid.UUID
    place: Place
    category: Category
    person: str
    number: str
    birth: str
    company: str
    submitted_at: datetime
    digest: bytes
    is_change: bool
    fields: list[FieldSeen]
    picture: tuple[str, bytes] | None
    former_picture: tuple[str, bytes] | None
    hints: list[Hint]
    others: list[tuple[str, list[str]]]
    """Titles of categories with a line for each of the person's other records."""
    earlier: list[Earlier]


@requires(Action.REVIEW)
def case_of(db: Session, actor: Actor, item: ReviewItem) -> Case | None:
    """The case of a waiting record; None where it is gone."""
    of = category(item.category)
    record: Record | None = db.get(of.model, item.record_id)
    if record is None:
        return None
    dossier = db.get_one(Dossier, item.dossier_id)
    attachment = db.scalar(
        select(Attachment).where(Attachment.record_id == record.id).options(undefer(Attachment.content))
    )
    approved = db.get(Decision, record.approval_id) if record.approval_id is not None else None
    sha256 = None if attachment is None else bytes(attachment.sha256)
    content = life.content_of(of, record)
    changed_picture = approved is not None and approved.attachment_sha256 != sha256
    return Case(
        record_id=record.id,
        dossier_id=dossier.id,
        place=Place.of(item),
        category=of,
        person=dossier.name,
        number=masked(dossier.number),
        birth="" if dossier.birth_date is None else dossier.birth_date.isoformat(),
        company=item.company,
        submitted_at=item.submitted_at,
        digest=life.digest(of, record.id, content, sha256),
        is_change=approved is not None,
        fields=_fields(of, record, approved),
        picture=None if attachment is None else (attachment.title, attachment.content),
        former_picture=life.approved_attachment(db, approved) if approved is not None and changed_picture else None,
        hints=hints_for(db, of, record, attachment),
        others=_others(db, record),
        earlier=_earlier(db, record.id),
    )


def _fields(of: Category, record: Record, approved: Decision | None) -> list[FieldSeen]:
    seen = []
    for field in of.fields:
        value = getattr(record, field.key)
        former = None
        if approved is not None and approved.fields.get(field.key) != life.plain(value):
            # The approved values are plain text; days read the same as they are shown.
            former = shown(field, approved.fields.get(field.key))
        seen.append(FieldSeen(label(field), shown(field, value), former))
    return seen


def _others(db: Session, record: Record) -> list[tuple[str, list[str]]]:
    found = []
    for of in categories():
        model = of.model
        query = select(model).where(model.dossier_id == record.dossier_id, model.id != record.id)
        rows = db.scalars(query.order_by(model.id).limit(MOST_OTHERS)).all()
        if rows:
            found.append((either(of.zh, of.en), [_line(of, row) for row in rows]))
    return found


def _line(of: Category, record: Record) -> str:
    """The columns of the category's list, one after the other."""
    cells = (" – ".join(shown(of.field(key), getattr(record, key)) for key in column.keys) for column in of.columns)
    return " · ".join(cell for cell in cells if cell)


def _earlier(db: Session, record_id: uuid.UUID) -> list[Earlier]:
    query = (
        select(Decision, StaffAccount.display_name)
        .outerjoin(StaffAccount, StaffAccount.id == Decision.reviewer_id)
        .where(Decision.record_id == record_id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(MOST_DECISIONS)
    )
    return [
        Earlier(decision.decided_at, decision.outcome, decision.reason or "", name or "")
        for decision, name in db.execute(query)
    ]
