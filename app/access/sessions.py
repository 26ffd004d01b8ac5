"""Log-ins: a one-time ticket becomes a cookie; the session is a row that holds only the hash of its token."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.access.rights import STAFF, VISITOR, Action, Actor, Role, requires
from app.access.tokens import new_token, token_hash
from app.audit import trail
from app.settings import settings
from data.clock import clock, database_now
from data.direct import Direct
from data.models import Dossier, LoginTicket, StaffAccount, UserSession

PAGE_SIZE = 50
SEEN_EVERY = timedelta(seconds=60)
"""`seen_at` is written at most this often, so that a rerun is a read."""

_BY_TOKEN = Direct(
    select(
        UserSession.id,
        UserSession.subject_id,
        UserSession.role,
        UserSession.ended_at,
        UserSession.expires_at,
        UserSession.seen_at,
        clock(),
        # The name of a person who may still come in.
        select(Dossier.name).where(Dossier.id == UserSession.subject_id, Dossier.state == "open").scalar_subquery(),
        select(StaffAccount.display_name)
        .where(
            StaffAccount.id == UserSession.subject_id,
            StaffAccount.state == "active",
            StaffAccount.role == UserSession.role,
        )
        .scalar_subquery(),
    ).where(UserSession.token_hash == bindparam("token"))
)


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


def redeem(db: Session, visit: str, ticket: str, browser: str = "") -> Opened | None:
    """Open the session of a ticket, in a browser (in words); None when the ticket is used, late or another visit's."""
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
            browser=browser,
            confirmed_at=now,
        )
    )
    role = Role(found.role)
    dossier_id = found.subject_id if role is Role.PRACTITIONER else None
    actor = Actor(role, found.subject_id)
    trail.note(db, actor, Action.SESSION_BEGIN, "user_session", found.subject_id, dossier_id=dossier_id)
    return Opened(token, role, found.subject_id)


def who(db: Session, token: str | None) -> Presence:
    """The person behind a session token; a visitor when it is unknown, ended, idle too long, or the file is closed."""
    nobody = Presence(VISITOR, note_seen=False)
    if not token:
        return nobody
    db.flush()  # what this transaction wrote counts
    row = _BY_TOKEN.first(db.connection(), token=token_hash(token))
    if row is None:
        return nobody
    session_id, subject_id, role, ended_at, expires_at, seen_at, moment, person, colleague = row
    name = colleague if role in STAFF else person
    if name is None or ended_at is not None or expires_at < moment or seen_at + _idle(role) < moment:
        return nobody
    actor = Actor(Role(role), subject_id, session_id, name)
    return Presence(actor, note_seen=moment - seen_at > SEEN_EVERY)


def note_seen(db: Session, session_id: uuid.UUID) -> None:
    """Note that the session is in use."""
    db.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=database_now(db)))


def end(db: Session, session_id: uuid.UUID | None) -> None:
    """End one session."""
    _end(db, UserSession.id == session_id, database_now(db))


def end_all(db: Session, subject_id: uuid.UUID, *, keep: uuid.UUID | None = None) -> None:
    """End every session of a person, but for the one to `keep`."""
    which = UserSession.subject_id == subject_id
    _end(db, which if keep is None else which & (UserSession.id != keep), database_now(db))


@dataclass(frozen=True)
class Listed:
    """A session that lives, and whose it is."""

    session: UserSession
    name: str


@requires(Action.SESSION_MANAGE)
def living(db: Session, actor: Actor, before: tuple[datetime, uuid.UUID] | None = None) -> list[Listed]:
    """A page (50) of the sessions that live, last seen first; `before` is the last one (seen, id) of the page before."""
    now = database_now(db)
    query = (
        select(UserSession)
        .where(lives(now))
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        .limit(PAGE_SIZE)
    )
    if before is not None:
        query = query.where(tuple_(UserSession.seen_at, UserSession.id) < tuple_(*before))
    rows = db.scalars(query).all()
    names = _names(db, [row.subject_id for row in rows])
    return [Listed(row, names.get(row.subject_id, "")) for row in rows]


@requires(Action.SESSION_MANAGE)
def end_of(db: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """End anybody's session; on record."""
    row = db.get(UserSession, session_id)
    if row is not None and row.ended_at is None:
        row.ended_at = database_now(db)
        dossier_id = row.subject_id if row.role == Role.PRACTITIONER else None
        whose = {"session": str(session_id), "subject": str(row.subject_id)}
        trail.note(db, actor, Action.SESSION_MANAGE, "user_session", session_id, dossier_id=dossier_id, after=whose)


@requires(Action.SESSION_MANAGE)
def end_everywhere(db: Session, actor: Actor, account_id: uuid.UUID) -> None:
    """End every session of a member of staff but the actor's own; on record."""
    end_all(db, account_id, keep=actor.session_id)
    trail.note(db, actor, Action.SESSION_MANAGE, "staff_account", account_id)


def lives(now: datetime) -> ColumnElement[bool]:
    """The condition of sessions that can still be used."""
    idle = or_(
        (UserSession.role == Role.PRACTITIONER) & (UserSession.seen_at > now - _idle(Role.PRACTITIONER)),
        (UserSession.role != Role.PRACTITIONER) & (UserSession.seen_at > now - _idle(Role.CLERK)),
    )
    return UserSession.ended_at.is_(None) & (UserSession.expires_at > now) & idle


def _names(db: Session, ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    names: dict[uuid.UUID, str] = {}
    for query in (
        select(Dossier.id, Dossier.name).where(Dossier.id.in_(ids)),
        select(StaffAccount.id, StaffAccount.display_name).where(StaffAccount.id.in_(ids)),
    ):
        names |= {row[0]: row[1] for row in db.execute(query)}
    return names


def _end(db: Session, which: ColumnElement[bool], now: datetime) -> None:
    db.execute(update(UserSession).where(which, UserSession.ended_at.is_(None)).values(ended_at=now))


def _longest(role: str) -> timedelta:
    hours = settings().staff_session_hours if role in STAFF else settings().practitioner_session_hours
    return timedelta(hours=hours)


def _idle(role: str) -> timedelta:
    minutes = settings().staff_idle_minutes if role in STAFF else settings().practitioner_idle_minutes
    return timedelta(minutes=minutes)
