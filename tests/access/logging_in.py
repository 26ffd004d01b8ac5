"""Who logs in: a practitioner with the captcha solved and the code on the phone; anybody with a code of the app."""

import uuid

from sqlalchemy import select

from app.access import captchas, practitioner_login, second_factor
from app.access.practitioner_login import Attempt
from app.access.rights import Actor
from app.access.sms import Message, Receipt
from app.errors import UserError
from data.engine import Database
from data.models import Captcha
from tests.people import MOBILE, NUMBER

VISIT = "a visit"


class Phone:
    """A gateway that keeps what it was given, as a phone does."""

    def __init__(self) -> None:
        self.received: list[Message] = []

    def send(self, message: Message) -> Receipt:
        self.received.append(message)
        return Receipt("accepted", "1", "")


def solved(database: Database) -> tuple[uuid.UUID, str]:
    with database.write() as db:
        challenge = captchas.new(db, VISIT)
        answer = db.scalar(select(Captcha.answer).where(Captcha.id == challenge.id))
    assert answer
    return challenge.id, answer


def attempt(database: Database, number: str = NUMBER, mobile: str = MOBILE) -> Attempt:
    captcha_id, answer = solved(database)
    return Attempt(VISIT, number, mobile, captcha_id, answer.lower())


def code_for(database: Database, given: Attempt) -> str:
    phone = Phone()
    practitioner_login.send_code(database, phone, given)
    return phone.received[0].code


def guess(database: Database, given: Attempt) -> str:
    try:
        practitioner_login.log_in(database, given, "no code")
    except UserError as error:
        return error.code
    return "in"


def let_in(database: Database, given: Attempt, code: str) -> str:
    """The ticket of somebody without a second factor."""
    actor = practitioner_login.log_in(database, given, code)
    with database.write() as db:
        return practitioner_login.ticket(db, actor, given.visit)


def answer(database: Database, actor: Actor, code: str) -> str:
    """What somebody with an authenticator app is told of a code: `in`, or why not."""
    try:
        second_factor.check(database, actor, code)
    except UserError as error:
        return error.code
    return "in"
