"""Staff accounts: made by the administrator or on the command line, checked by streamlit-authenticator."""

import re
from functools import cache
from typing import Any

import bcrypt
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import limits, sessions
from app.access.rights import STAFF, Action, Actor, Role, requires
from app.access.tokens import new_token
from app.errors import UserError
from app.locale import _
from app.settings import settings
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


def credentials(db: Session) -> dict[str, Any]:
    """Active accounts in streamlit-authenticator's form; no password fits those that must wait after wrong ones."""
    accounts = db.scalars(select(StaffAccount).where(StaffAccount.state == "active")).all()
    rules = settings().limit_staff_try
    return {
        "usernames": {
            account.username: {
                "name": account.display_name,
                "password": _nobodys_hash()
                if limits.waiting(db, tries(account.username), rules)
                else account.password_hash,
                "email": "",
            }
            for account in accounts
        }
    }


def failed(checked: dict[str, Any]) -> str | None:
    """The account whose password streamlit-authenticator found wrong in these credentials."""
    return next((name for name, user in checked["usernames"].items() if user.get("failed_login_attempts")), None)


@cache
def _nobodys_hash() -> str:
    return bcrypt.hashpw(new_token().encode(), bcrypt.gensalt()).decode()


def ticket(db: Session, visit: str, username: str) -> str:
    """A log-in ticket for the account whose password was right. Raises UserError."""
    account = db.scalar(select(StaffAccount).where(StaffAccount.username == username, StaffAccount.state == "active"))
    if account is None:
        raise wrong_password()
    return sessions.issue_ticket(db, visit, Role(account.role), account.id)


def wrong_password() -> UserError:
    """One message for unknown names and wrong passwords."""
    return UserError("wrong_password", _("用户名或密码不正确"))


def exists(db: Session) -> bool:
    """Whether there is any account: a new installation has none."""
    return db.scalar(select(StaffAccount.id).limit(1)) is not None


def tries(username: str) -> str:
    """What the limiter counts for an account."""
    return f"staff:{username}"
