"""短信用户登录: document number, mobile, captcha and dynamic password become a log-in ticket.

These flows open their own transactions, because a refused try must be counted all the same.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import captchas, codes, delivery, limits, sessions
from app.access.codes import Purpose
from app.access.mobiles import parse_mobile
from app.access.rights import Role
from app.access.sms import Gateway, Message
from app.dossiers.documents import normalise_number
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.engine import Database
from data.models import Dossier
from data.models.dossier import mobile_index, number_index


@dataclass(frozen=True)
class Attempt:
    """What a person typed into the log-in form of one visit."""

    visit: str
    number: str
    mobile: str
    captcha_id: uuid.UUID | None
    captcha: str


def send_code(database: Database, through: Gateway, attempt: Attempt) -> None:
    """Send a log-in code to a registered pair. Raises UserError."""
    number, mobile = _clean_pair(attempt)
    pass_captcha(database, attempt.visit, attempt.captcha_id, attempt.captcha)
    count_send(database, mobile)
    with database.write() as db:
        _find(db, number, mobile)
        message = code_message(db, number, mobile, Purpose.LOGIN)
    delivery.send(database, message, through)


def log_in(database: Database, attempt: Attempt, code: str) -> str:
    """A log-in ticket for the person. Raises UserError."""
    number, mobile = _clean_pair(attempt)
    pass_captcha(database, attempt.visit, attempt.captcha_id, attempt.captcha)
    limits.count_try(database, f"login:{number}:{mobile}", settings().limit_code_try)
    with database.read() as db:
        dossier_id = _find(db, number, mobile)
    redeem_code(database, number, mobile, Purpose.LOGIN, code)
    with database.write() as db:
        captchas.spend(db, attempt.captcha_id)
        return sessions.issue_ticket(db, attempt.visit, Role.PRACTITIONER, dossier_id)


def redeem_code(database: Database, number: str, mobile: str, purpose: Purpose, code: str) -> None:
    """Use a code up, counting a wrong one. Raises UserError (`wrong_code`)."""
    with database.write() as db:
        right = codes.redeem(db, number, mobile, purpose, normalise_number(code))
    if not right:
        message = _("动态密码错误、已使用或已过期（{seconds} 秒内有效），请核对或重新获取")
        raise UserError("wrong_code", message.format(seconds=settings().code_seconds))


def count_send(database: Database, mobile: str) -> None:
    """Count a code sent to a mobile. Raises UserError (`too_many`)."""
    limits.count_try(database, f"send:{mobile}", settings().limit_code_send)


def code_message(db: Session, number: str, mobile: str, purpose: Purpose) -> Message:
    """Issue a code and queue the SMS that carries it, together."""
    code = codes.issue(db, number, mobile, purpose)
    seconds = settings().code_seconds
    text = _("【从业档案】您的动态密码是 {code}，{seconds} 秒内有效。请勿告诉他人。").format(code=code, seconds=seconds)
    message = Message(
        mobile=mobile,
        purpose=purpose.value,
        code=code,
        text=text,
        seconds=seconds,
        message_id=delivery.new_message_id(),
    )
    delivery.queue(db, message)
    return message


def pass_captcha(database: Database, visit: str, captcha_id: uuid.UUID | None, answer: str) -> None:
    """Check a captcha; once solved it stays so for this log-in. Raises UserError (`wrong_captcha`)."""
    with database.write() as db:
        solved = captchas.solve(db, visit, captcha_id, answer)
    if not solved:
        raise captchas.wrong_captcha()


def _clean_pair(attempt: Attempt) -> tuple[str, str]:
    number = normalise_number(attempt.number)
    if not number:
        raise UserError("number", _("请填写证件号"))
    return number, parse_mobile(attempt.mobile)


def _find(db: Session, number: str, mobile: str) -> uuid.UUID:
    query = select(Dossier.id).where(
        Dossier.mobile_index == mobile_index(mobile),
        Dossier.number_index == number_index(number),
        Dossier.self_service.is_not(None),
        Dossier.state == "open",
    )
    dossier_id = db.scalar(query)
    if dossier_id is None:
        raise UserError("unknown_pair", _("该证件号及手机号未注册过短信用户，请先注册后再行登录"))
    return dossier_id
