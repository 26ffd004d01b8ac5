"""One's own log-ins: everybody sees them, and ends them after showing once more who they are."""

import uuid

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.access import sessions
from app.access.confirmation import must_be_confirmed
from app.access.rights import Action, Actor, requires
from app.audit import trail
from app.errors import UserError
from app.locale import _
from data.clock import database_now
from data.models import UserSession


@requires(Action.SESSION_OWN, of_oneself=True)
def living(db: Session, actor: Actor) -> list[UserSession]:
    """The actor's log-ins that live (the 50 seen last), last seen first."""
    query = select(UserSession).where(*_mine(db, actor))
    return list(db.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc()).limit(sessions.PAGE_SIZE)))


@requires(Action.SESSION_OWN, of_oneself=True)
def end(db: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """End one of the actor's log-ins; on record. Raises UserError (`not_confirmed`)."""
    must_be_confirmed(db, actor)
    row = db.get(UserSession, session_id)
    if row is not None and row.subject_id == actor.subject_id and row.ended_at is None:
        row.ended_at = database_now(db)
        _note(db, actor, session_id)


@requires(Action.SESSION_OWN, of_oneself=True)
def end_others(db: Session, actor: Actor) -> None:
    """End all the actor's log-ins but this one; on record. Raises UserError (`not_confirmed`)."""
    must_be_confirmed(db, actor)
    others = list(db.scalars(select(UserSession.id).where(*_mine(db, actor), UserSession.id != actor.session_id)))
    sessions.end_all(db, _subject(actor), keep=actor.session_id)
    for session_id in others:
        _note(db, actor, session_id)


def _mine(db: Session, actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return UserSession.subject_id == actor.subject_id, sessions.lives(database_now(db))


def _subject(actor: Actor) -> uuid.UUID:
    if actor.subject_id is None:
        raise UserError("gone", _("没有这个账号"))
    return actor.subject_id


def _note(db: Session, actor: Actor, session_id: uuid.UUID) -> None:
    dossier_id = None if actor.is_staff else actor.subject_id
    trail.note(db, actor, Action.SESSION_OWN, "user_session", session_id, dossier_id=dossier_id)
