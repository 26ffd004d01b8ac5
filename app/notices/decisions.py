"""Noting that somebody is to be told of a decision: in its transaction, so that neither is without the other."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app import preferences
from app.notices.choices import wants_review
from data.models import Decision, Notice

GRACE = timedelta(minutes=2)
"""So long a reviewer may take a decision back before the person is told of it."""


def note(db: Session, decision: Decision) -> None:
    """Let the person be told, where the administrator allows it and the person chose it."""
    if preferences.current(db).review_notices and wants_review(db, decision.dossier_id):
        db.add(
            Notice(
                dossier_id=decision.dossier_id,
                category=decision.category,
                record_id=decision.record_id,
                decision_id=decision.id,
                due_at=decision.decided_at + GRACE,
            )
        )
