"""Staff accounts: what the administrator does with them, and what everybody does with the own one."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import limits, passwords, sessions
from app.access.rights import STAFF, Action, Actor, Role, requires
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.clock import database_now
from data.models import StaffAccount, UserSession

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
LONGEST_NAME = 80


Change = Callable[[Session, Actor], str | None]
"""Something done to an account; returns a new password where there is one."""


@dataclass(frozen=True)
class Listed:
    """An account and when its owner was last here."""

    account: StaffAccount
    seen_at: datetime | None


@requires(Action.STAFF_MANAGE)
def listing(db: Session, actor: Actor) -> list[Listed]:
    """All accounts by user name."""
    seen = select(UserSession.subject_id, func.max(UserSession.seen_at).label("seen_at")).group_by(
        UserSession.subject_id
    )
    last = seen.subquery()
    query = select(StaffAccount, last.c.seen_at).outerjoin(last, last.c.subject_id == StaffAccount.id)
    return [Listed(account, seen_at) for account, seen_at in db.execute(query.order_by(StaffAccount.username))]


@requires(Action.STAFF_MANAGE)
def get(db: Session, actor: Actor, account_id: uuid.UUID) -> StaffAccount:
    """One account. Raises UserError (`gone`)."""
    return _get(db, account_id)


@requires(Action.STAFF_MANAGE)
def create(db: Session, actor: Actor, username: str, display_name: str, role: Role, password: str) -> StaffAccount:
    """A new account with a password of its owner's. Raises UserError."""
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise UserError("username", _("用户名应为 2–40 位小写字母、数字、点、横线，以字母开头"))
    if db.scalar(select(StaffAccount.id).where(StaffAccount.username == username)):
        raise UserError("username", _("用户名「{username}」已存在").format(username=username))
    account = StaffAccount(
        username=username,
        display_name=_clean_name(display_name),
        role=_clean_role(role),
        password_hash=passwords.hashed(password, username),
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
    _take_password(db, account, password)


@requires(Action.STAFF_MANAGE)
def invite(db: Session, actor: Actor, username: str, display_name: str, role: Role) -> str:
    """A new account; returns the password to begin with, which is shown once and must be changed. Raises UserError."""
    password = passwords.initial()
    _begin_with(db, create(db, actor, username, display_name, role, password))
    return password


@requires(Action.STAFF_MANAGE)
def reset_password(db: Session, actor: Actor, account_id: uuid.UUID) -> str:
    """A new password to begin with; the account's log-ins end and it is unlocked. Raises UserError."""
    account = _get(db, account_id)
    password = passwords.initial()
    account.password_hash = passwords.hashed(password)
    _begin_with(db, account)
    _let_try_again(db, account)
    sessions.end_all(db, account.id)
    return password


@requires(Action.STAFF_MANAGE)
def change(db: Session, actor: Actor, account_id: uuid.UUID, display_name: str, role: Role, sso_name: str) -> None:
    """Another name, role or identity at the sign-on provider; another role ends the log-ins. Raises UserError."""
    account = _get(db, account_id)
    if role != account.role:
        _not_oneself(actor, account)
        sessions.end_all(db, account.id)
    sso = sso_name.strip() or None
    taken = select(StaffAccount.id).where(StaffAccount.sso_name == sso, StaffAccount.id != account.id)
    if sso is not None and db.scalar(taken) is not None:
        raise UserError("sso_name", _("这个单点登录身份已属于另一个账号"))
    account.display_name, account.role, account.sso_name = _clean_name(display_name), _clean_role(role), sso


@requires(Action.STAFF_MANAGE)
def lock(db: Session, actor: Actor, account_id: uuid.UUID) -> None:
    """Nobody logs in with the account any more; its log-ins end. Raises UserError."""
    account = _get(db, account_id)
    _not_oneself(actor, account)
    account.state = "locked"
    sessions.end_all(db, account.id)


@requires(Action.STAFF_MANAGE)
def unlock(db: Session, actor: Actor, account_id: uuid.UUID) -> None:
    """The account can be used again, and wrong passwords so far are forgotten. Raises UserError."""
    account = _get(db, account_id)
    account.state = "active"
    _let_try_again(db, account)


@requires(Action.ACCOUNT_OWN)
def own(db: Session, actor: Actor) -> StaffAccount:
    """The actor's account. Raises UserError (`gone`)."""
    return _get(db, actor.subject_id)


@requires(Action.ACCOUNT_OWN)
def choose_password(db: Session, actor: Actor, password: str) -> None:
    """The actor's own password, in place of one given by somebody else. Raises UserError."""
    account = _get(db, actor.subject_id)
    if passwords.is_right(password, account.password_hash):
        raise UserError("password", _("新密码不能与现在的密码相同"))
    _take_password(db, account, password, keep=actor.session_id)


@requires(Action.ACCOUNT_OWN)
def is_own_password(db: Session, actor: Actor, password: str) -> bool:
    """Whether this is the actor's password now; the caller counts the tries."""
    return passwords.is_right(password, _get(db, actor.subject_id).password_hash)


def _take_password(db: Session, account: StaffAccount, password: str, keep: uuid.UUID | None = None) -> None:
    account.password_hash = passwords.hashed(password, account.username)
    account.must_change_password, account.password_until = False, None
    sessions.end_all(db, account.id, keep=keep)


def _begin_with(db: Session, account: StaffAccount) -> None:
    account.must_change_password = True
    account.password_until = database_now(db) + timedelta(days=settings().initial_password_days)


def _let_try_again(db: Session, account: StaffAccount) -> None:
    limits.forget(db, f"staff:{account.username}:")
    limits.forget(db, f"second-factor:{account.id}")


def _get(db: Session, account_id: uuid.UUID | None) -> StaffAccount:
    account = db.get(StaffAccount, account_id) if account_id else None
    if account is None:
        raise UserError("gone", _("没有这个账号"))
    return account


def _not_oneself(actor: Actor, account: StaffAccount) -> None:
    if account.id == actor.subject_id:
        raise UserError("oneself", _("不能锁定自己的账号或改变自己的岗位，请由另一位管理员操作"))


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise UserError("display_name", _("请填写姓名，最多 {most} 个字").format(most=LONGEST_NAME))
    return name


def _clean_role(role: Role) -> str:
    if role not in STAFF:
        raise UserError("role", _("没有「{role}」这一岗位").format(role=role))
    return role.value
