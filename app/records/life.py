"""The life of a record: its states, the digest that an approval is bound to, and what a change does to both."""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer
from sqlalchemy.orm.exc import StaleDataError

from app import preferences
from app.errors import UserError
from app.locale import _
from data.models import Attachment, Decision, KeptAttachment, Record, Registration, ReviewItem, Work
from data.models.declaration import Category
from data.models.record import APPROVED, DRAFT, SUBMITTED
from data.vault import vault

STANDING = {"review_state": APPROVED, "review_reason": None, "reviewer_id": None}
"""The state of a record that nobody has to review."""


def record_of(db: Session, dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID) -> Record:
    """One record of a file. Raises UserError (`gone`)."""
    model = category.model
    record: Record | None = db.scalar(select(model).where(model.id == record_id, model.dossier_id == dossier_id))
    if record is None:
        raise gone()
    return record


def needs_review(db: Session, category: Category) -> bool:
    """Whether the administrator set that records of this category are reviewed."""
    return category.editable and category.key in preferences.current(db).review_needed


def content_of(category: Category, record: Record) -> dict[str, str | None]:
    """The values of a record as plain text, days as 2014-03-25."""
    return {field.key: plain(getattr(record, field.key)) for field in category.fields}


def digest(category: Category, record_id: uuid.UUID, content: Mapping[str, object], sha256: bytes | None) -> bytes:
    """Keyed hash (20 bytes) of what an approval is given for: the values, and the attachment by its own hash."""
    attachment = None if sha256 is None else sha256.hex()
    whole = [category.key, str(record_id), dict(sorted(content.items())), attachment]
    return vault().blind(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), "approval")


def sha256_of(db: Session, record_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The hashes of the records' attachments."""
    query = select(Attachment.record_id, Attachment.sha256).where(Attachment.record_id.in_(tuple(record_ids)))
    return {record_id: bytes(sha256) for record_id, sha256 in db.execute(query)}


def first_state(db: Session, category: Category) -> str:
    """The state of a record that is entered."""
    return DRAFT if needs_review(db, category) else APPROVED


def touch(db: Session, category: Category, record: Record) -> None:
    """What a change of a record or its attachment does: it is a draft again, the version approved before stands on.

    Raises UserError (`changed_meanwhile`) when somebody decided about it at this moment.
    """
    waited = record.review_state == SUBMITTED
    if record.review_state == APPROVED:
        record.review_reason = None  # of a correction; it was about what stood before
    if needs_review(db, category):
        record.review_state = DRAFT
    else:
        stand(record)
        record.approval_id = None
    save(db)
    if waited:
        leave_queue(db, record.id)


def save(db: Session) -> None:
    """Write what changed. Raises UserError (`changed_meanwhile`) when somebody else has just done so."""
    try:
        db.flush()
    except StaleDataError:
        raise changed_meanwhile() from None


def stand(record: Record) -> None:
    """Approved without a reviewer: imported, or of a category that needs no review."""
    for key, value in STANDING.items():
        setattr(record, key, value)


def overrule(db: Session, record: Record) -> dict[str, str | None]:
    """Approved by an import that changed it; returns what `put_back` needs to take that back."""
    before = {key: getattr(record, key) for key in _LIFE}
    if record.review_state == SUBMITTED:
        leave_queue(db, record.id)
    stand(record)
    record.approval_id = None
    return {key: None if value is None else str(value) for key, value in before.items()}


def put_back(db: Session, category: Category, record: Record, before: Mapping[str, str | None]) -> None:
    """The state that a record had before `overrule`."""
    for key, value in before.items():
        setattr(record, key, uuid.UUID(value) if value and key.endswith("_id") else value)
    if record.review_state == SUBMITTED and record.submitted_at is not None:
        enter_queue(db, category, record, record.submitted_at)


_LIFE = ("review_state", "review_reason", "reviewer_id", "approval_id")


def enter_queue(db: Session, category: Category, record: Record, at: datetime) -> None:
    """Submit a record at `at`. Raises UserError (`changed_meanwhile`) when somebody changed or erased it at this moment."""
    record.review_state = SUBMITTED
    record.submitted_at = at
    save(db)
    db.add(
        ReviewItem(
            dossier_id=record.dossier_id,
            category=category.key,
            record_id=record.id,
            company=company_of(db, record.dossier_id),
            submitted_at=at,
            reviewer_id=record.reviewer_id,
        )
    )


def leave_queue(db: Session, record_id: uuid.UUID) -> None:
    """Take a record out of the queue, whoever has it open."""
    db.execute(delete(ReviewItem).where(ReviewItem.record_id == record_id))


def keep_approved_attachment(db: Session, record: Record, attachment: Attachment) -> None:
    """Before an attachment goes: keep its bytes where the approved version that stands has them."""
    if record.approval_id is None:
        return
    approval = db.get(Decision, record.approval_id)
    if approval is None or approval.attachment_sha256 != attachment.sha256:
        return
    if db.scalar(select(KeptAttachment.id).where(KeptAttachment.decision_id == approval.id)) is None:
        content = db.scalar(select(Attachment.content).where(Attachment.id == attachment.id))
        db.add(KeptAttachment(decision_id=approval.id, title=attachment.title, content=content))


def approved_attachment(db: Session, approval: Decision) -> tuple[str, bytes] | None:
    """Title and bytes of the attachment of an approved version, from the record or from what was kept."""
    if approval.attachment_sha256 is None:
        return None
    current = db.scalar(
        select(Attachment)
        .where(Attachment.record_id == approval.record_id, Attachment.sha256 == approval.attachment_sha256)
        .options(undefer(Attachment.content))
    )
    kept = current or db.scalar(
        select(KeptAttachment).where(KeptAttachment.decision_id == approval.id).options(undefer(KeptAttachment.content))
    )
    return None if kept is None else (kept.title, kept.content)


def company_of(db: Session, dossier_id: uuid.UUID) -> str:
    """Where a person works: the job without an end that began last, or else the newest registration's company."""
    job = (
        select(Work.employer)
        .where(Work.dossier_id == dossier_id, Work.ended_on.is_(None))
        .order_by(Work.started_on.desc(), Work.id.desc())
        .limit(1)
    )
    registered = (
        select(Registration.company)
        .where(Registration.dossier_id == dossier_id)
        .order_by(Registration.registered_on.desc(), Registration.id.desc())
        .limit(1)
    )
    return db.scalar(job) or db.scalar(registered) or ""


def gone() -> UserError:
    """Somebody else deleted the record."""
    return UserError("gone", _("这条记录已不存在，可能刚在另一个窗口被删除"))


def changed_meanwhile() -> UserError:
    """Two people changed the same record."""
    return UserError("changed_meanwhile", _("这条记录刚在另一个窗口被修改。请关闭后重新打开，核对再保存"))


def plain(value: object) -> str | None:
    """A stored value as text; the same in an approval and today."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
