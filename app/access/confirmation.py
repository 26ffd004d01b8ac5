"""Showing once more who one is, before what a stranger at an open log-in must not do.

Who has just logged in has just shown it. The flows that ask open their own transactions: a wrong try stays counted.
"""

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access import accounts, delivery, devices, limits
from app.access.codes import Purpose, Recipient
from app.access.practitioner_login import code_message, count_send, redeem_code
from app.access.rights import Action, Actor, authorise, requires
from app.access.sms import Gateway
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.clock import database_now
from data.engine import Database
from data.models import Dossier, UserSession

CONFIRMED_FOR = timedelta(minutes=5)
"""So long after a log-in or a confirmation nobody is asked again."""


@requires(Action.SESSION_OWN, of_oneself=True)
def is_confirmed(db: Session, actor: Actor) -> bool:
    """Whether the actor has shown lately who they are; whoever is in the midst of a log-in has."""
    if actor.session_id is None:
        return True
    query = select(UserSession.confirmed_at).where(UserSession.id == actor.session_id)
    confirmed_at, now = db.scalar(query), database_now(db)
    return confirmed_at is not None and confirmed_at <= now < confirmed_at + CONFIRMED_FOR


@requires(Action.SESSION_OWN, of_oneself=True)
def must_be_confirmed(db: Session, actor: Actor) -> None:
    """Raise UserError (`not_confirmed`) where the actor has to show it first."""
    if not is_confirmed(db, actor):
        raise UserError("not_confirmed", _("请先再次验证身份"))


def by_password(database: Database, actor: Actor, password: str) -> None:
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


def by_code(database: Database, actor: Actor, visit: str, code: str) -> None:
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


def _confirmed(database: Database, actor: Actor, tried: str) -> None:
    with database.write() as db:
        limits.forget(db, tried)
        mine = UserSession.id == actor.session_id
        db.execute(update(UserSession).where(mine).values(confirmed_at=database_now(db)))
