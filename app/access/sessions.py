"""Log-ins: a one-time ticket becomes a cookie; the session is a row that holds only the hash of its token."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.rights import STAFF, VISITOR, Actor, Role
from app.access.tokens import new_token, token_hash
from app.settings import settings
from data.engine import database_now
from data.models import Dossier, LoginTicket, StaffAccount, UserSession

SEEN_EVERY = timedelta(seconds=60)
"""`seen_at` is written at most this often, so that a rerun is a read."""


@dataclass(frozen=True)
class Presence:
    """Who a cookie belongs to, and whether it is time to note that they were seen."""

    actor: Actor
    note_seen: bool


def issue_ticket(db: Session, visit: str, role: Role, subject_id: uuid.UUID) -> str:
    """A ticket that this visit can turn into a session once, within seconds."""
    now = database_now(db)
    db.execute(delete(LoginTicket).where(LoginTicket.expires_at < now))
    ticket = new_token()
    db.add(
        LoginTicket(
            ticket_hash=token_hash(ticket),
            visit_hash=token_hash(visit),
            subject_id=subject_id,
            role=role.value,
            expires_at=now + timedelta(seconds=settings().ticket_seconds),
        )
    )
    return ticket


class Opened(NamedTuple):
    """A session that has just begun; nobody else ever sees its token."""

    token: str
    role: Role
    subject_id: uuid.UUID


def redeem(db: Session, visit: str, ticket: str) -> Opened | None:
    """Open the session of a ticket; None when the ticket is used, late or another visit's."""
    now = database_now(db)
    statement = (
        delete(LoginTicket)
        .where(LoginTicket.ticket_hash == token_hash(ticket), LoginTicket.visit_hash == token_hash(visit))
        .returning(LoginTicket.subject_id, LoginTicket.role, LoginTicket.expires_at)
    )
    found = db.execute(statement).one_or_none()
    if found is None or found.expires_at < now:
        return None
    token = new_token()
    db.add(
        UserSession(
            token_hash=token_hash(token),
            subject_id=found.subject_id,
            role=found.role,
            created_at=now,
            seen_at=now,
            expires_at=now + _longest(found.role),
        )
    )
    return Opened(token, Role(found.role), found.subject_id)


def who(db: Session, token: str | None) -> Presence:
    """The person behind a session token; a visitor when it is unknown, ended, idle too long, or the file is closed."""
    nobody = Presence(VISITOR, note_seen=False)
    if not token:
        return nobody
    row = db.scalar(select(UserSession).where(UserSession.token_hash == token_hash(token)))
    now = database_now(db)
    if row is None or row.ended_at is not None or row.expires_at < now or row.seen_at + _idle(row.role) < now:
        return nobody
    name = _name_of(db, row)
    if name is None:
        return nobody
    actor = Actor(Role(row.role), row.subject_id, row.id, name)
    return Presence(actor, note_seen=now - row.seen_at > SEEN_EVERY)


def note_seen(db: Session, session_id: uuid.UUID) -> None:
    """Note that the session is in use."""
    db.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=database_now(db)))


def end(db: Session, session_id: uuid.UUID | None) -> None:
    """End one session."""
    _end(db, UserSession.id == session_id, database_now(db))


def end_all(db: Session, subject_id: uuid.UUID) -> None:
    """End every session of a person."""
    _end(db, UserSession.subject_id == subject_id, database_now(db))


def _end(db: Session, which: object, now: datetime) -> None:
    db.execute(update(UserSession).where(which, UserSession.ended_at.is_(None)).values(ended_at=now))  # type: ignore[arg-type]


def _longest(role: str) -> timedelta:
    hours = settings().staff_session_hours if role in STAFF else settings().practitioner_session_hours
    return timedelta(hours=hours)


def _idle(role: str) -> timedelta:
    minutes = settings().staff_idle_minutes if role in STAFF else settings().practitioner_idle_minutes
    return timedelta(minutes=minutes)


def _name_of(db: Session, row: UserSession) -> str | None:
    """The name of a person who may still come in."""
    if row.role == Role.PRACTITIONER:
        return db.scalar(select(Dossier.name).where(Dossier.id == row.subject_id, Dossier.state == "open"))
    query = select(StaffAccount.display_name).where(
        StaffAccount.id == row.subject_id, StaffAccount.state == "active", StaffAccount.role == row.role
    )
    return db.scalar(query)
