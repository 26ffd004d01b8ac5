"""短信用户登录: document number, mobile, captcha and dynamic password tell who it is; a ticket lets them in.

These flows open their own transactions, because a refused try must be counted all the same.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.access import captchas, codes, delivery, devices, limits, sessions
from app.access.codes import Purpose, Recipient
from app.access.mobiles import parse_mobile
from app.access.rights import Action, Actor, Role, requires
from app.access.sms import Gateway, Message
from app.access.tokens import token_hash
from app.dossiers.documents import normalise_number
from app.errors import UserError
from app.locale import _
from app.notices.choices import remember_language
from app.settings import settings
from data.engine import Database
from data.models import Dossier
from data.models.dossier import mobile_index, number_index


@dataclass(frozen=True)
class Attempt:
    """What a person typed into the log-in form of one visit, and where from."""

    visit: str
    number: str
    mobile: str
    captcha_id: uuid.UUID | None
    captcha: str
    address: str = ""
    """The client's address."""
    device: str = ""
    """The token of a browser that somebody has logged in with before."""


def send_code(database: Database, through: Gateway, attempt: Attempt) -> None:
    """Send a log-in code to a registered pair. Raises UserError."""
    number, mobile = _clean_pair(attempt)
    pair = _pair(number, mobile)
    pass_captcha(database, attempt.visit, attempt.captcha_id, attempt.captcha, subject=pair, address=attempt.address)
    with database.read() as db:
        dossier_id = _find(db, number, mobile)
        known = dossier_id in devices.known_to(db, attempt.device)
    if dossier_id is None:
        count_send(database, pair, attempt.address)
        # Told once for a captcha: whoever goes through numbers solves one for each.
        with database.write() as db:
            captchas.spend(db, attempt.captcha_id)
        raise _unknown_pair()
    count_send(database, mobile, attempt.address, attempt.device if known else "")
    with database.write() as db:
        message = code_message(db, attempt.visit, Recipient(number, mobile, Purpose.LOGIN))
    delivery.send(database, message, through)


def log_in(database: Database, attempt: Attempt, code: str) -> Actor:
    """Who gave the right code; they have no session yet, and may have a second factor to show. Raises UserError."""
    number, mobile = _clean_pair(attempt)
    pair = _pair(number, mobile)
    pass_captcha(database, attempt.visit, attempt.captcha_id, attempt.captcha, subject=pair, address=attempt.address)
    with database.read() as db:
        dossier_id = _find(db, number, mobile)
        known = dossier_id in devices.known_to(db, attempt.device)
    # A stranger's tries lock strangers; the person goes on from a browser that has logged in before.
    tried = f"login:{pair}:{token_hash(attempt.device).hex() if known else ''}"
    limits.count_try(
        database, (tries_from(attempt.address), settings().limit_address_try), (tried, settings().limit_code_try)
    )
    if dossier_id is None:
        with database.write() as db:
            captchas.spend(db, attempt.captcha_id)
        raise _unknown_pair()
    redeem_code(database, attempt.visit, Recipient(number, mobile, Purpose.LOGIN), code)
    with database.write() as db:
        captchas.spend(db, attempt.captcha_id)
        remember_language(db, dossier_id)
        limits.give_back(db, tries_from(attempt.address))
        return Actor(Role.PRACTITIONER, dossier_id, name=db.get_one(Dossier, dossier_id).name)


@requires(Action.SESSION_BEGIN, of_oneself=True)
def ticket(db: Session, actor: Actor, visit: str) -> str:
    """A log-in ticket for somebody who has passed every step."""
    return sessions.issue_ticket(db, visit, Role.PRACTITIONER, actor.dossier_id)


def redeem_code(database: Database, visit: str, whom: Recipient, code: str) -> None:
    """Use a code up, counting a wrong one. Raises UserError (`wrong_code`)."""
    with database.write() as db:
        right = codes.redeem(db, visit, whom, normalise_number(code))
    if not right:
        message = _("动态密码错误、已使用或已过期（{seconds} 秒内有效），请核对或重新获取")
        raise UserError("wrong_code", message.format(seconds=settings().code_seconds))


def tries_from(address: str) -> str:
    """What the limiter counts for a client's address."""
    return f"address:{address}"


def count_send(database: Database, receiver: str, address: str, known_device: str = "") -> None:
    """Count a code sent to a mobile (or asked for by an unknown pair); a known device has a count of its own. Raises UserError (`too_many`)."""
    limits.count_try(
        database,
        (f"send-from:{address}", settings().limit_send_address),
        (f"send:{receiver}:{token_hash(known_device).hex() if known_device else ''}", settings().limit_code_send),
    )


def code_message(db: Session, visit: str, whom: Recipient) -> Message:
    """Issue a code and queue the SMS that carries it, together."""
    code = codes.issue(db, visit, whom)
    seconds = settings().code_seconds
    text = _("【从业档案】您的动态密码是 {code}，{seconds} 秒内有效。请勿告诉他人。").format(code=code, seconds=seconds)
    message = Message(
        mobile=whom.mobile,
        purpose=whom.purpose.value,
        code=code,
        text=text,
        seconds=seconds,
        message_id=delivery.new_message_id(),
    )
    delivery.queue(db, message)
    return message


def pass_captcha(
    database: Database, visit: str, captcha_id: uuid.UUID | None, answer: str, *, subject: str, address: str
) -> None:
    """Check a captcha; once solved it stays so for this subject's log-in. Raises UserError (wrong, or too many wrong)."""
    wrong_from = f"captcha:{address}"
    with database.write() as db:
        wait = limits.waiting(db, wrong_from)
        solved = not wait and captchas.solve(db, visit, captcha_id, answer, subject)
    if wait:
        raise limits.too_many(wait)
    if not solved:
        limits.count_try(database, (wrong_from, settings().limit_captcha))
        raise captchas.wrong_captcha()


def _pair(number: str, mobile: str) -> str:
    return f"{number}:{mobile}"


def _clean_pair(attempt: Attempt) -> tuple[str, str]:
    number = normalise_number(attempt.number)
    if not number:
        raise UserError("number", _("请填写证件号"))
    return number, parse_mobile(attempt.mobile)


def _find(db: Session, number: str, mobile: str) -> uuid.UUID | None:
    """The file of a pair; the number may be that of a file that was merged into it."""
    typed = number_index(number)
    merged = select(Dossier.merged_into).where(Dossier.number_index == typed, Dossier.merged_into.is_not(None))
    query = select(Dossier.id).where(
        Dossier.mobile_index == mobile_index(mobile),
        or_(Dossier.number_index == typed, Dossier.id.in_(merged)),
        Dossier.self_service.is_not(None),
        Dossier.state == "open",
    )
    return db.scalar(query)


def _unknown_pair() -> UserError:
    """The guide's message."""
    return UserError("unknown_pair", _("该证件号及手机号未注册过短信用户，请先注册后再行登录"))
