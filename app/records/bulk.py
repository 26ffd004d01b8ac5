"""Decisions about many records at once: one result a record, and all of them can be taken back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.errors import UserError
from app.locale import _
from app.records import life, review
from app.records.trash import label_of
from data.models import Dossier, Record, ReviewItem, category

MOST = 1_000
CHUNK = 25
"""Records a transaction: others' writes wait no longer than that."""


@dataclass(frozen=True)
class Outcome:
    """What became of one record; `decision_id` where it was decided."""

    person: str
    record: str
    told: str
    decision_id: uuid.UUID | None


@requires(Action.REVIEW)
def approve_some(db: Session, actor: Actor, record_ids: Sequence[uuid.UUID]) -> list[Outcome]:
    """Approve waiting records as they stand now; one that cannot be approved says why and stops no other."""
    return [_approve(db, actor, record_id) for record_id in record_ids]


@requires(Action.REVIEW)
def undo_some(db: Session, actor: Actor, decision_ids: Sequence[uuid.UUID]) -> int:
    """Take decisions back; returns how many could be."""
    undone = 0
    for decision_id in decision_ids:
        try:
            review.undo(db, actor, decision_id)
        except UserError:
            continue  # it has changed since: what the person did later counts
        undone += 1
    return undone


def _approve(db: Session, actor: Actor, record_id: uuid.UUID) -> Outcome:
    found = db.execute(
        select(ReviewItem.category, Dossier.name)
        .join(Dossier, Dossier.id == ReviewItem.dossier_id)
        .where(ReviewItem.record_id == record_id)
    ).one_or_none()
    record: Record | None = found and db.get(category(found.category).model, record_id)
    if found is None or record is None:
        return Outcome("", "", review.not_waiting().message, None)
    of = category(found.category)
    sha256 = life.sha256_of(db, [record_id]).get(record_id)
    digest = life.digest(of, record_id, life.content_of(of, record), sha256)
    try:
        decision = review.approve(db, actor, record_id, digest)
    except UserError as error:
        return Outcome(found.name, label_of(of, record), error.message, None)
    return Outcome(found.name, label_of(of, record), _("已通过"), decision.id)
