"""Correction of a person's record by staff: a reason is required, the person sees it, and who corrected answers for it."""

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, forbidden, requires
from app.errors import FieldErrors, UserError
from app.locale import _
from app.records import life
from app.records import service as records
from app.validation import clean_reason
from data.clock import database_now
from data.models import Decision, Record
from data.models.declaration import Category
from data.models.record import APPROVED, SUBMITTED

CORRECTED = "corrected"
"""The outcome of the decision that a correction leaves; it cannot be taken back as an approval can."""


@requires(Action.RECORD_CORRECT)
def correct(
    db: Session,
    actor: Actor,
    dossier_id: uuid.UUID,
    category: Category,
    record_id: uuid.UUID,
    version: int,
    typed: Mapping[str, object],
    *,
    reason: str,
) -> Record:
    """Change a record that was read at `version`; it stands approved by the one who corrected it.

    Raises FieldErrors (with `reason`); UserError (`gone`, `changed_meanwhile`, `unchanged`).
    """
    if not category.editable:
        raise forbidden()  # what is imported is corrected by an import
    text, record, changed = _cleaned(db, dossier_id, category, record_id, typed, reason)
    if record.version != version:
        raise life.changed_meanwhile()
    if not changed:
        raise UserError("unchanged", _("内容没有改动，无需更正"))
    waited = record.review_state == SUBMITTED
    decision = _decision(db, actor, category, record, changed, text)
    for key, value in changed.items():
        setattr(record, key, value)
    record.review_state = APPROVED
    record.review_reason = text
    record.reviewer_id = actor.subject_id
    record.decided_at = decision.decided_at
    record.approval_id = decision.id
    life.save(db)
    if waited:
        life.leave_queue(db, record.id)
    return record


def _cleaned(
    db: Session,
    dossier_id: uuid.UUID,
    category: Category,
    record_id: uuid.UUID,
    typed: Mapping[str, object],
    reason: str,
) -> tuple[str, Record, dict[str, object]]:
    """The reason, the record and what changes in it; what is wrong with reason and fields is told at once."""
    errors: dict[str, str] = {}
    text = ""
    try:
        text = clean_reason(reason)
    except FieldErrors as error:
        errors |= error.fields
    try:
        record, changed = records.changed_by(db, dossier_id, category, record_id, typed)
    except FieldErrors as error:
        raise FieldErrors(errors | error.fields) from None
    if errors:
        raise FieldErrors(errors)
    return text, record, changed


def _decision(
    db: Session, actor: Actor, category: Category, record: Record, changed: Mapping[str, object], reason: str
) -> Decision:
    """The approval of the record as it stands with the changes."""
    content = life.content_of(category, record) | {key: life.plain(value) for key, value in changed.items()}
    sha256 = life.sha256_of(db, [record.id]).get(record.id)
    now = database_now(db)
    decision = Decision(
        dossier_id=record.dossier_id,
        category=category.key,
        record_id=record.id,
        reviewer_id=actor.subject_id,
        outcome=CORRECTED,
        reason=reason,
        submitted_at=record.submitted_at or now,
        decided_at=now,
        digest=life.digest(category, record.id, content, sha256),
        fields=content,
        attachment_sha256=sha256,
        former_approval_id=record.approval_id,
    )
    db.add(decision)
    db.flush()
    return decision
