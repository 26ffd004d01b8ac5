"""Looks at personal data by staff: on record like changes, once for a person, a log-in and some minutes."""

import uuid
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor
from app.audit import trail
from data.engine import Database
from data.models import AuditEntry
from data.models.base import utc_now

ONE_LOOK = timedelta(minutes=10)
"""Opening the same file again within this time is the same look."""


def note(database: Database, actor: Actor, action: Action, dossier_id: uuid.UUID, *fields: str) -> None:
    """Put on record that a member of staff saw a person's data; nothing for a person's own look.

    `action` is the right it was seen by; `fields` names what was shown in full on a click (`number`, `mobile`, …).
    Call it before the data are shown: what could not be recorded is not shown.
    """
    if not actor.is_staff:
        return
    with database.read() as db:
        if _noted(db, actor, action, dossier_id, fields):
            return
    with database.write() as db:
        shown = {"shown": list(fields)} if fields else None
        trail.note(db, actor, action, "dossier", dossier_id, dossier_id=dossier_id, after=shown)


def _noted(db: Session, actor: Actor, action: Action, dossier_id: uuid.UUID, fields: tuple[str, ...]) -> bool:
    query = (
        select(AuditEntry.after)
        .where(
            AuditEntry.dossier_id == dossier_id,
            AuditEntry.actor_id == actor.subject_id,
            AuditEntry.session_id == actor.session_id,
            AuditEntry.action == action.value,
            AuditEntry.at > utc_now() - ONE_LOOK,
        )
        .order_by(AuditEntry.number.desc())
        .limit(20)
    )
    return any(set(fields) <= set((after or {}).get("shown", [])) for after in db.scalars(query))
