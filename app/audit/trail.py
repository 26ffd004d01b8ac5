"""The audit trail: every flushed change of an audited table writes its row in the same transaction."""

import hashlib
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from app.access.rights import Action, Actor, requires
from data.models import (
    Attachment,
    AuditEntry,
    Base,
    Dossier,
    Preference,
    Record,
    SignatureScan,
    SignatureSheet,
    StaffAccount,
)
from data.models.base import utc_now

AUDITED = (Attachment, Dossier, Preference, Record, SignatureScan, SignatureSheet, StaffAccount)
BOOKKEEPING = {"id", "version", "created_at", "updated_at", "number_index", "mobile_index", "password_hash"}


def install() -> None:
    """Watch all sessions of this process."""
    if not event.contains(Session, "after_flush", _write_trail):
        event.listen(Session, "after_flush", _write_trail)


def _write_trail(session: Session, _context: UOWTransaction) -> None:
    rows = [
        row
        for objects, change in ((session.new, "add"), (session.dirty, "change"), (session.deleted, "remove"))
        for item in objects
        if isinstance(item, AUDITED) and (row := _row(item, change)) is not None
    ]
    if not rows:
        return
    acting: tuple[Actor, Action] | None = session.info.get("acting")
    if acting is None:
        raise RuntimeError("a change outside any service function has no actor to answer for it")
    actor, action = acting
    at = utc_now()
    for row in rows:
        row.update(at=at, actor_id=actor.subject_id, actor_role=actor.role.value, action=action.value)
    session.execute(insert(AuditEntry), rows)


def _row(item: Base, change: str) -> dict[str, Any] | None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = inspect(item)
    for attribute in state.attrs:
        if attribute.key in BOOKKEEPING or attribute.key in state.unloaded:
            continue
        if change == "change":
            history = attribute.history
            if not history.has_changes():
                continue
            before[attribute.key] = _plain(history.deleted[0] if history.deleted else None)
            after[attribute.key] = _plain(history.added[0] if history.added else None)
        else:
            (after if change == "add" else before)[attribute.key] = _plain(attribute.value)
    if change == "change" and not after and not _secret_changed(item):
        return None
    dossier_id = item.id if isinstance(item, Dossier) else getattr(item, "dossier_id", None)
    return {
        "subject": item.__tablename__,
        "subject_id": item.id,
        "dossier_id": dossier_id,
        "before": before or None,
        "after": after or None,
    }


def _secret_changed(item: Base) -> bool:
    # A new password is on record, its hash is not.
    return isinstance(item, StaffAccount) and inspect(item).attrs.password_hash.history.has_changes()


def _plain(value: Any) -> Any:
    match value:
        case bytes():
            return f"sha256:{hashlib.sha256(value).hexdigest()}"
        case datetime() | date():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case _:
            return value


@requires(Action.DOSSIER_VIEW)
def history(db: Session, actor: Actor, dossier_id: uuid.UUID, limit: int = 50) -> list[AuditEntry]:
    """The newest changes of a file, newest first."""
    query = select(AuditEntry).where(AuditEntry.dossier_id == dossier_id).order_by(AuditEntry.id.desc()).limit(limit)
    return list(db.scalars(query))
