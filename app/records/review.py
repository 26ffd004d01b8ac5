"""Review: submitting records, approving and returning them, taking a decision back."""

import uuid
from dataclasses import dataclass
from functools import cache

from sqlalchemy import bindparam, func, select, union_all
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.errors import UserError
from app.locale import _
from app.notices import decisions
from app.records import life
from app.validation import clean_reason
from data.clock import database_now
from data.direct import Direct
from data.models import Decision, Record, ReviewItem, StaffAccount, categories, category
from data.models.declaration import Category
from data.models.record import APPROVED, DRAFT, RETURNED, SUBMITTED


@dataclass(frozen=True)
class _Waiting:
    """A record that a reviewer is about to decide on, with what the decision is bound to."""

    item: ReviewItem
    record: Record
    content: dict[str, str | None]
    sha256: bytes | None
    digest: bytes


@requires(Action.RECORD_SUBMIT)
def submit(db: Session, actor: Actor, dossier_id: uuid.UUID, category: Category, record_id: uuid.UUID) -> None:
    """Hand one record in for review; handing it in twice is the same. Raises UserError (`gone`, `changed_meanwhile`)."""
    record = life.record_of(db, dossier_id, category, record_id)
    if record.review_state in (DRAFT, RETURNED):
        _hand_in(db, category, record)
        life.save(db)


@requires(Action.RECORD_SUBMIT)
def submit_all(db: Session, actor: Actor, dossier_id: uuid.UUID) -> int:
    """Hand in every draft of the file; returns how many. Raises UserError (`changed_meanwhile`)."""
    found = [(each, record) for each in categories() if each.editable for record in _drafts(db, dossier_id, each)]
    for each, record in found:
        _hand_in(db, each, record)
    life.save(db)
    return len(found)


@requires(Action.RECORD_VIEW)
def drafts(db: Session, actor: Actor, dossier_id: uuid.UUID) -> int:
    """How many records of the file are not handed in."""
    db.flush()  # what this transaction wrote counts
    return sum(row[0] for row in _counts().all(db.connection(), owner=dossier_id))


@requires(Action.REVIEW)
def approve(db: Session, actor: Actor, record_id: uuid.UUID, digest: bytes) -> Decision:
    """Approve a submitted record as it was seen (`digest`). Raises UserError (`not_waiting`, `claimed`, `changed`)."""
    waiting = _taken(db, actor, record_id, digest)
    decision = _decided(db, actor, waiting, APPROVED, None)
    waiting.record.approval_id = decision.id
    return decision


@requires(Action.REVIEW)
def give_back(db: Session, actor: Actor, record_id: uuid.UUID, digest: bytes, reason: str) -> Decision:
    """Return a submitted record with a reason. Raises FieldErrors (`reason`) and as `approve` does."""
    text = clean_reason(reason)
    return _decided(db, actor, _taken(db, actor, record_id, digest), RETURNED, text)


@requires(Action.REVIEW)
def undo(db: Session, actor: Actor, decision_id: uuid.UUID) -> None:
    """Take back one's own decision; the record waits again in its old place. Raises UserError (`too_late`)."""
    decision = db.get(Decision, decision_id, with_for_update=True)
    if decision is None or decision.undone_at is not None or decision.reviewer_id != actor.subject_id:
        raise _too_late()
    each = category(decision.category)
    record: Record | None = db.get(each.model, decision.record_id)
    if record is None or record.review_state != decision.outcome or record.decided_at != decision.decided_at:
        raise _too_late()
    decision.undone_at = database_now(db)
    record.approval_id = decision.former_approval_id
    record.review_reason = None
    record.decided_at = None
    life.enter_queue(db, each, record, decision.submitted_at)


@cache
def _counts() -> Direct:
    """The drafts of a file, by category."""
    models = [each.model for each in categories() if each.editable]
    drafts_of = [
        select(func.count()).where(model.dossier_id == bindparam("owner"), model.review_state == DRAFT)
        for model in models
    ]
    return Direct(union_all(*drafts_of))


def _drafts(db: Session, dossier_id: uuid.UUID, category: Category) -> list[Record]:
    model = category.model
    return list(db.scalars(select(model).where(model.dossier_id == dossier_id, model.review_state == DRAFT)))


def _hand_in(db: Session, category: Category, record: Record) -> None:
    if life.needs_review(db, category):
        life.enter_queue(db, category, record, database_now(db))
    else:
        life.stand(record)


def _taken(db: Session, actor: Actor, record_id: uuid.UUID, digest: bytes) -> _Waiting:
    """The waiting record as the reviewer saw it, locked against other reviewers."""
    item = db.scalar(select(ReviewItem).where(ReviewItem.record_id == record_id).with_for_update())
    if item is None:
        raise not_waiting()
    each = category(item.category)
    record: Record | None = db.get(each.model, record_id, populate_existing=True)
    if record is None or record.review_state != SUBMITTED:
        raise not_waiting()
    if item.claimed_by not in (None, actor.subject_id) and item.claimed_until and item.claimed_until > database_now(db):
        name = db.scalar(select(StaffAccount.display_name).where(StaffAccount.id == item.claimed_by))
        raise UserError("claimed", _("这条信息正由 {name} 审核").format(name=name or _("另一位审核人员")))
    content = life.content_of(each, record)
    sha256 = life.sha256_of(db, [record.id]).get(record.id)
    if life.digest(each, record.id, content, sha256) != digest:
        raise UserError("changed", _("本人刚修改过这条信息，请重新核对后再审核"))
    return _Waiting(item, record, content, sha256, digest)


def _decided(db: Session, actor: Actor, waiting: _Waiting, outcome: str, reason: str | None) -> Decision:
    """Write the decision down and take the record out of the queue."""
    item, record = waiting.item, waiting.record
    decision = Decision(
        dossier_id=item.dossier_id,
        category=item.category,
        record_id=record.id,
        reviewer_id=actor.subject_id,
        outcome=outcome,
        reason=reason,
        submitted_at=item.submitted_at,
        decided_at=database_now(db),
        digest=waiting.digest,
        fields=waiting.content,
        attachment_sha256=waiting.sha256,
        former_approval_id=record.approval_id,
    )
    db.add(decision)
    db.delete(item)
    db.flush()
    decisions.note(db, decision)
    record.review_state = outcome
    record.review_reason = reason
    record.decided_at = decision.decided_at
    record.reviewer_id = actor.subject_id
    return decision


def not_waiting() -> UserError:
    """Somebody was quicker."""
    return UserError("not_waiting", _("这条信息已不在待审队列中：可能已由他人审核，或被本人修改、删除"))


def _too_late() -> UserError:
    return UserError("too_late", _("这一决定已不能撤销：信息之后又有变化，或决定不是您作出的"))
