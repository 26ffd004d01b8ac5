"""An authenticator app in a test's hand, and a practitioner who has one."""

import uuid

import pyotp
from sqlalchemy import update

from app.access import second_factor, sessions
from app.access.rights import Actor, Role
from data.clock import database_now
from data.engine import Database
from data.models import Authenticator
from tests.access.logging_in import VISIT, Phone

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def code_now(database: Database, secret: str = SECRET) -> str:
    with database.read() as db:
        return pyotp.TOTP(secret).at(database_now(db))


def wrong_code(database: Database) -> str:
    return f"{(int(code_now(database)) + 7) % 1_000_000:06}"


def logged_in(database: Database, dossier_id: uuid.UUID) -> Actor:
    with database.write() as db:
        ticket = sessions.issue_ticket(db, VISIT, Role.PRACTITIONER, dossier_id)
        opened = sessions.redeem(db, VISIT, ticket)
    assert opened
    with database.read() as db:
        return sessions.who(db, opened.token).actor


def switch_on(database: Database, actor: Actor, secret: str = SECRET) -> None:
    """The code of now counts as not used after."""
    assert second_factor.switch_on(database, Phone(), actor, secret, code_now(database, secret)) == []
    with database.write() as db:
        db.execute(update(Authenticator).values(totp_used=None))


def is_on(database: Database, actor: Actor) -> bool:
    with database.read() as db:
        return second_factor.since(db, actor) is not None


def step(database: Database, actor: Actor, *, passed: bool = False) -> str:
    with database.read() as db:
        return second_factor.next_step(db, actor, passed=passed)
