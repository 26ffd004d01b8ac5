"""The log-in of staff: the password is checked by streamlit-authenticator, then come second factor and own password."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import bcrypt
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import devices, limits, passwords, second_factor, sessions
from app.access.accounts import create, set_password
from app.access.rights import Actor, Role
from app.access.tokens import token_hash
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.clock import database_now
from data.engine import Database
from data.models import StaffAccount

__all__ = ["create", "set_password"]

Step = second_factor.Step | Literal["own_password"]
"""What a log-in with the right password still needs."""


class GuardedAccount(dict[str, Any]):
    """An account as streamlit-authenticator reads it: its password's hash is handed out only for a counted try."""

    def __init__(self, values: dict[str, Any], count: Callable[[], None]) -> None:
        super().__init__(values)
        self._count = count

    def __getitem__(self, key: str) -> Any:
        """The value. Raises UserError (`too_many`) for the password when there were too many tries."""
        if key == "password":
            self._count()
        return super().__getitem__(key)


def credentials(database: Database, address: str, device: str) -> dict[str, Any]:
    """Active accounts in streamlit-authenticator's form, for one log-in form of a client at `address`."""
    with database.read() as db:
        accounts = db.scalars(select(StaffAccount).where(StaffAccount.state == "active")).all()
        known = devices.known_to(db, device)
    return {
        "usernames": {
            account.username: GuardedAccount(
                {"name": account.display_name, "password": account.password_hash, "email": ""},
                partial(_count_try, database, address, tries(account.username, device if account.id in known else "")),
            )
            for account in accounts
        }
    }


def _count_try(database: Database, address: str, subject: str) -> None:
    limits.count_try(
        database, (_tries_from(address), settings().limit_staff_address), (subject, settings().limit_staff_try)
    )


def refuse_unknown(database: Database, address: str) -> None:
    """What a try with an unknown name costs: it is counted, and takes as long as a wrong password. Raises UserError."""
    limits.count_try(database, (_tries_from(address), settings().limit_staff_address))
    bcrypt.checkpw(b"nobody's", passwords.nobodys())


def failed(checked: dict[str, Any]) -> str | None:
    """The account whose password streamlit-authenticator found wrong in these credentials."""
    return next((name for name, user in checked["usernames"].items() if user.get("failed_login_attempts")), None)


def password_passed(database: Database, username: str, address: str, device: str) -> Actor:
    """Who gave the right password; the tries are forgotten. Raises UserError (locked meanwhile, password expired)."""
    with database.write() as db:
        query = select(StaffAccount).where(StaffAccount.username == username, StaffAccount.state == "active")
        account = db.scalar(query)
        if account is None:
            raise wrong_password()
        if account.password_until is not None and account.password_until < database_now(db):
            raise UserError("password_expired", _("初始密码已过期，请联系管理员重置密码"))
        limits.forget(db, tries(username, device if account.id in devices.known_to(db, device) else ""))
        limits.give_back(db, _tries_from(address))
        return actor_of(account)


def actor_of(account: StaffAccount) -> Actor:
    """The account's owner, who has no session yet."""
    return Actor(Role(account.role), account.id, name=account.display_name)


def next_step(db: Session, account_id: uuid.UUID, *, second_factor_passed: bool) -> Step:
    """What comes next for somebody with the right password. Raises UserError when the account was locked meanwhile."""
    account = db.get_one(StaffAccount, account_id)
    if account.state != "active":
        raise wrong_password()
    step = second_factor.next_step(db, actor_of(account), passed=second_factor_passed)
    return "own_password" if account.must_change_password and step != "second_factor" else step


def ticket(db: Session, visit: str, account_id: uuid.UUID) -> str:
    """A log-in ticket for an account that has passed every step."""
    account = db.get_one(StaffAccount, account_id)
    return sessions.issue_ticket(db, visit, Role(account.role), account.id)


def wrong_password() -> UserError:
    """One message for unknown names and wrong passwords."""
    return UserError("wrong_password", _("用户名或密码不正确"))


def exists(db: Session) -> bool:
    """Whether there is any account: a new installation has none."""
    return db.scalar(select(StaffAccount.id).limit(1)) is not None


def tries(username: str, known_device: str) -> str:
    """What the limiter counts for an account: a browser that has logged in before has a count of its own."""
    return f"staff:{username}:{token_hash(known_device).hex() if known_device else ''}"


def _tries_from(address: str) -> str:
    return f"staff-address:{address}"
