"""The audit trail: every flushed change of an audited table gets its row, chained in the same transaction."""

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from app.access.rights import Action, Actor, requires
from app.audit import chain
from data.models import AuditEntry, Base, Dossier, StaffAccount
from data.models.base import utc_now

BOOKKEEPING = {"id", "version", "created_at", "updated_at", "number_index", "mobile_index"}
SECRETS = {"password_hash", "totp_secret", "totp_used"}
"""Never on record; that a password changed is."""
UNKEPT = BOOKKEEPING | SECRETS
MOST_PENDING = 5_000
"""Rows kept in memory until the commit; more are chained earlier, so that a long transaction does not fill it."""
PENDING, MARKS = "audit_pending", "audit_marks"


def install() -> None:
    """Watch all sessions of this process."""
    for name, listener in (
        ("after_flush", _note_changes),
        ("before_commit", _chain_before_commit),
        ("after_transaction_create", _mark_savepoint),
        ("after_soft_rollback", _forget_undone),
    ):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)


def note(
    db: Session,
    actor: Actor,
    action: Action,
    subject: str,
    subject_id: uuid.UUID | None = None,
    *,
    dossier_id: uuid.UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write what is no change of an audited table: a look at somebody's data, a log-in, an export."""
    db.connection()  # the transaction begins here: what is refused later in it takes back no more than its own
    row = {"subject": subject, "subject_id": subject_id, "dossier_id": dossier_id, "before": before, "after": after}
    _pend(db, [row], actor, action)


def added(table: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What `note_added` writes of rows of an audited table that are inserted as they are: what a flush notes of objects."""
    return [
        {
            "subject": table,
            "subject_id": row["id"],
            "dossier_id": row["dossier_id"],
            "before": None,
            "after": {key: _plain(value) for key, value in row.items() if key not in UNKEPT},
        }
        for row in rows
    ]


def note_added(db: Session, noted: list[dict[str, Any]]) -> None:
    """Write what was `added`."""
    if noted:
        _pend(db, noted, *_acting(db))


def _note_changes(session: Session, _context: UOWTransaction) -> None:
    rows = [
        row
        for objects, change in ((session.new, "add"), (session.dirty, "change"), (session.deleted, "remove"))
        for item in objects
        if isinstance(item, Base) and item.audited
        for row in _rows(item, change)
    ]
    if rows:
        _pend(session, rows, *_acting(session))


def _acting(session: Session) -> tuple[Actor, Action]:
    acting: tuple[Actor, Action] | None = session.info.get("acting")
    if acting is None:
        raise RuntimeError("a change outside any service function has no actor to answer for it")
    return acting


def _pend(session: Session, rows: list[dict[str, Any]], actor: Actor, action: Action) -> None:
    """Keep rows for the commit: the head of the chain is locked only then, for all rows of the transaction at once."""
    by = {
        "at": utc_now(),
        "actor_id": actor.subject_id,
        "actor_role": actor.role.value,
        "session_id": actor.session_id,
        "action": action.value,
    }
    pending = session.info.setdefault(PENDING, [])
    pending.extend(row | by for row in rows)
    if len(pending) >= MOST_PENDING and not session.in_nested_transaction():
        _chain(session)


def _chain_before_commit(session: Session) -> None:
    if not session.in_nested_transaction():
        session.flush()  # what is still unflushed has its rows too
        _chain(session)


def _chain(session: Session) -> None:
    if rows := session.info.pop(PENDING, None):
        chain.append(session, rows)


def _mark_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault(MARKS, {})[id(transaction)] = len(session.info.get(PENDING, ()))


def _forget_undone(session: Session, undone: SessionTransaction) -> None:
    """What a rolled back savepoint changed did not happen; without a savepoint nothing did."""
    pending = session.info.get(PENDING, [])
    if undone.nested:
        del pending[session.info[MARKS].pop(id(undone)) :]
    elif undone.parent is None:
        pending.clear()
        chain.forget(session)


def _rows(item: Base, change: str) -> list[dict[str, Any]]:
    """What is told of a change; what moves to another file is taken from the one and added to the other."""
    former = former_file(item) if change == "change" else None
    if former is not None:
        removed, added = _row(item, "remove"), _row(item, "add")
        return [removed | {"dossier_id": former}, added] if removed and added else []
    row = _row(item, change)
    return [] if row is None else [row]


def former_file(item: Base) -> uuid.UUID | None:
    """The file that a row leaves with this flush; None where it stays."""
    state = inspect(item)
    if "dossier_id" not in state.attrs:
        return None
    former: tuple[uuid.UUID, ...] = tuple(state.attrs["dossier_id"].history.deleted or ())
    return former[0] if former else None


def _row(item: Base, change: str) -> dict[str, Any] | None:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = inspect(item)
    kept = _kept(type(item))
    if change == "change":
        for key in kept.intersection(state.committed_state, state.dict):
            history = get_history(item, key, PASSIVE_NO_INITIALIZE)
            if history.has_changes():
                before[key] = _plain(history.deleted[0] if history.deleted else None)
                after[key] = _plain(history.added[0] if history.added else None)
        if not after and not _secret_changed(item):
            return None
    else:
        (after if change == "add" else before).update(
            {key: _plain(state.dict[key]) for key in kept if key in state.dict}
        )
    dossier_id = item.id if isinstance(item, Dossier) else getattr(item, "dossier_id", None)
    return {
        "subject": item.__tablename__,
        "subject_id": item.id,
        "dossier_id": dossier_id,
        "before": before or None,
        "after": after or None,
    }


@cache
def _kept(model: type[Base]) -> frozenset[str]:
    return frozenset(inspect(model).attrs.keys()) - UNKEPT


def _secret_changed(item: Base) -> bool:
    # A new password is on record, its hash is not.
    return isinstance(item, StaffAccount) and inspect(item).attrs.password_hash.history.has_changes()


def _plain(value: Any) -> Any:
    match value:
        case str() | None:
            return value
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
    query = (
        select(AuditEntry).where(AuditEntry.dossier_id == dossier_id).order_by(AuditEntry.number.desc()).limit(limit)
    )
    return list(db.scalars(query))
