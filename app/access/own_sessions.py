"""One's own log-ins: everybody sees them, and ends them after showing once more who they are.

Who has just logged in has just shown it. The flows that ask open their own transactions: a wrong try stays counted.
"""

import uuid
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.access import accounts, delivery, devices, limits, sessions
from app.access.codes import Purpose, Recipient
from app.access.practitioner_login import code_message, count_send, redeem_code
from app.access.rights import Action, Actor, authorise, requires
from app.access.sms import Gateway
from app.audit import trail
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.engine import Database, database_now
from data.models import Dossier, UserSession

CONFIRMED_FOR = timedelta(minutes=5)
"""So long after a log-in or a confirmation nobody is asked again."""


@requires(Action.SESSION_OWN, of_oneself=True)
def living(db: Session, actor: Actor) -> list[UserSession]:
    """The actor's log-ins that live (the 50 seen last), last seen first."""
    query = select(UserSession).where(*_mine(db, actor))
    return list(db.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc()).limit(sessions.PAGE_SIZE)))


@requires(Action.SESSION_OWN, of_oneself=True)
def is_confirmed(db: Session, actor: Actor) -> bool:
    """Whether the actor has shown lately who they are."""
    query = select(UserSession.confirmed_at).where(UserSession.id == actor.session_id)
    confirmed_at, now = db.scalar(query), database_now(db)
    return confirmed_at is not None and confirmed_at <= now < confirmed_at + CONFIRMED_FOR


@requires(Action.SESSION_OWN, of_oneself=True)
def end(db: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """End one of the actor's log-ins; on record. Raises UserError (`not_confirmed`)."""
    _must_be_confirmed(db, actor)
    row = db.get(UserSession, session_id)
    if row is not None and row.subject_id == actor.subject_id and row.ended_at is None:
        row.ended_at = database_now(db)
        _note(db, actor, session_id)


@requires(Action.SESSION_OWN, of_oneself=True)
def end_others(db: Session, actor: Actor) -> None:
    """End all the actor's log-ins but this one; on record. Raises UserError (`not_confirmed`)."""
    _must_be_confirmed(db, actor)
    others = list(db.scalars(select(UserSession.id).where(*_mine(db, actor), UserSession.id != actor.session_id)))
    sessions.end_all(db, _subject(actor), keep=actor.session_id)
    for session_id in others:
        _note(db, actor, session_id)


def confirm_by_password(database: Database, actor: Actor, password: str) -> None:
    """A member of staff gives the password again. Raises UserError (`wrong_password`, `too_many`)."""
    authorise(actor, Action.ACCOUNT_OWN)
    tried = f"confirm:{actor.subject_id}"
    limits.count_try(database, (tried, settings().limit_second_factor))
    with database.read() as db:
        right = accounts.is_own_password(db, actor, password)
    if not right:
        raise UserError("wrong_password", _("现在的密码不正确"))
    _confirmed(database, actor, tried)


def send_code(database: Database, through: Gateway, actor: Actor, visit: str, address: str, device: str) -> None:
    """Send a practitioner a code to the mobile of the own file. Raises UserError."""
    authorise(actor, Action.SESSION_OWN, actor.subject_id)
    whom = _recipient(database, actor)
    with database.read() as db:
        known = actor.dossier_id in devices.known_to(db, device)
    count_send(database, whom.mobile, address, device if known else "")
    with database.write() as db:
        message = code_message(db, visit, whom)
    delivery.send(database, message, through)


def confirm_by_code(database: Database, actor: Actor, visit: str, code: str) -> None:
    """A practitioner gives that code. Raises UserError (`wrong_code`, `too_many`)."""
    authorise(actor, Action.SESSION_OWN, actor.subject_id)
    tried = f"confirm:{actor.subject_id}"
    limits.count_try(database, (tried, settings().limit_code_try))
    redeem_code(database, visit, _recipient(database, actor), code)
    _confirmed(database, actor, tried)


def _recipient(database: Database, actor: Actor) -> Recipient:
    with database.read() as db:
        dossier = db.get_one(Dossier, actor.dossier_id)
        number, mobile = dossier.number, dossier.mobile
    if mobile is None:
        raise UserError("no_mobile", _("档案中没有手机号码，请到受理窗口登记"))
    return Recipient(number, mobile, Purpose.CONFIRM)


def _mine(db: Session, actor: Actor) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return UserSession.subject_id == actor.subject_id, sessions.lives(database_now(db))


def _confirmed(database: Database, actor: Actor, tried: str) -> None:
    with database.write() as db:
        limits.forget(db, tried)
        mine = UserSession.id == actor.session_id
        db.execute(update(UserSession).where(mine).values(confirmed_at=database_now(db)))


def _must_be_confirmed(db: Session, actor: Actor) -> None:
    if not is_confirmed(db, actor):
        raise UserError("not_confirmed", _("请先再次验证身份"))


def _subject(actor: Actor) -> uuid.UUID:
    if actor.subject_id is None:
        raise UserError("gone", _("没有这个账号"))
    return actor.subject_id


def _note(db: Session, actor: Actor, session_id: uuid.UUID) -> None:
    dossier_id = None if actor.is_staff else actor.subject_id
    trail.note(db, actor, Action.SESSION_OWN, "user_session", session_id, dossier_id=dossier_id)
