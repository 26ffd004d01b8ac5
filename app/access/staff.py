"""Staff accounts: made by the administrator or on the command line, checked by streamlit-authenticator."""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import bcrypt
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import devices, limits, sessions
from app.access.rights import STAFF, Action, Actor, Role, requires
from app.access.tokens import new_token, token_hash
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.engine import Database
from data.models import StaffAccount

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD_BYTES = 72
"""bcrypt reads no further (NIST SP 800-63B asks for at least 64)."""
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


@requires(Action.STAFF_MANAGE)
def create(db: Session, actor: Actor, username: str, display_name: str, role: Role, password: str) -> StaffAccount:
    """A new account. Raises UserError."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise UserError("username", _("用户名应为 2–40 位小写字母、数字、点、横线，以字母开头"))
    if role not in STAFF:
        raise UserError("role", _("没有「{role}」这一岗位").format(role=role))
    if db.scalar(select(StaffAccount.id).where(StaffAccount.username == username)):
        raise UserError("username", _("用户名「{username}」已存在").format(username=username))
    account = StaffAccount(
        username=username, display_name=display_name, role=role.value, password_hash=hash_password(password)
    )
    db.add(account)
    db.flush()
    return account


@requires(Action.STAFF_MANAGE)
def set_password(db: Session, actor: Actor, username: str, password: str) -> None:
    """Another password; the account's log-ins end. Raises UserError."""
    account = db.scalar(select(StaffAccount).where(StaffAccount.username == username))
    if account is None:
        raise UserError("username", _("没有用户「{username}」").format(username=username))
    account.password_hash = hash_password(password)
    sessions.end_all(db, account.id)


def hash_password(password: str) -> str:
    """bcrypt hash of a password that is long enough. Raises UserError."""
    if len(password) < SHORTEST_PASSWORD:
        message = _("密码至少 {least} 位，现有 {got} 位")
        raise UserError("password", message.format(least=SHORTEST_PASSWORD, got=len(password)))
    if len(password.encode()) > LONGEST_PASSWORD_BYTES:
        message = _("密码最多 {most} 个字节，现有 {got} 个")
        raise UserError("password", message.format(most=LONGEST_PASSWORD_BYTES, got=len(password.encode())))
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


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
        database,
        (f"staff-address:{address}", settings().limit_staff_address),
        (subject, settings().limit_staff_try),
    )


def refuse_unknown(database: Database, address: str) -> None:
    """What a try with an unknown name costs: it is counted, and takes as long as a wrong password. Raises UserError."""
    limits.count_try(database, (f"staff-address:{address}", settings().limit_staff_address))
    bcrypt.checkpw(b"", _nobodys_hash())


def failed(checked: dict[str, Any]) -> str | None:
    """The account whose password streamlit-authenticator found wrong in these credentials."""
    return next((name for name, user in checked["usernames"].items() if user.get("failed_login_attempts")), None)


@cache
def _nobodys_hash() -> bytes:
    return bcrypt.hashpw(new_token().encode(), bcrypt.gensalt())


def ticket(db: Session, visit: str, username: str, address: str, device: str) -> str:
    """A log-in ticket for the account whose password was right. Raises UserError."""
    account = db.scalar(select(StaffAccount).where(StaffAccount.username == username, StaffAccount.state == "active"))
    if account is None:
        raise wrong_password()
    known = device if account.id in devices.known_to(db, device) else ""
    limits.forget(db, tries(username, known))
    limits.give_back(db, f"staff-address:{address}")
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
