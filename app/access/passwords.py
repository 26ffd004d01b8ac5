"""Passwords of staff: long enough, not a common one in disguise, kept as bcrypt hashes."""

import re
import secrets
from functools import cache
from pathlib import Path

import bcrypt

from app.access import breached
from app.access.tokens import new_token
from app.errors import UserError
from app.locale import _

SHORTEST = 12
LONGEST_BYTES = 72
"""bcrypt reads no further (NIST SP 800-63B asks for at least 64)."""
COMMON = Path(__file__).with_name("common_passwords.txt")
INITIAL_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
INITIAL_LENGTH = 16
SHORTEST_NAME = 4
CONTEXT = ("congye", "从业档案")
"""What this program is called: the first thing that somebody who guesses here tries."""


def hashed(password: str, username: str = "") -> str:
    """bcrypt hash of an acceptable password. Raises UserError."""
    _accept(password, username)
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


def is_right(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed."""
    return bcrypt.checkpw(password.encode()[: LONGEST_BYTES + 1], kept.encode()) if password else False


def initial() -> str:
    """A random password to begin with (93 bits), without characters that look alike."""
    return "".join(secrets.choice(INITIAL_ALPHABET) for _n in range(INITIAL_LENGTH))


@cache
def nobodys() -> bytes:
    """A hash that no password fits: unknown names take as long as wrong passwords."""
    return bcrypt.hashpw(new_token().encode(), bcrypt.gensalt())


def _accept(password: str, username: str) -> None:
    if len(password) < SHORTEST:
        message = _("密码至少 {least} 位，现有 {got} 位")
        raise UserError("password", message.format(least=SHORTEST, got=len(password)))
    if len(password.encode()) > LONGEST_BYTES:
        message = _("密码最多 {most} 个字节，现有 {got} 个")
        raise UserError("password", message.format(most=LONGEST_BYTES, got=len(password.encode())))
    if _is_common(password):
        raise UserError("password", _("这个密码太常见，容易被猜到，请换一个；几个不相关的词连起来就很好"))
    if len(username) >= SHORTEST_NAME and username.lower() in password.lower():
        raise UserError("password", _("密码中不要包含用户名"))
    if any(word in password.lower() for word in CONTEXT):
        raise UserError("password", _("密码中不要包含本系统的名称"))
    if breached.is_breached(password):
        raise UserError(
            "password", _("这个密码曾在泄露的数据中出现，别人可能知道，请换一个；几个不相关的词连起来就很好")
        )


def _is_common(password: str) -> bool:
    """In the list, or nothing but a word of the list with digits and signs around it, or the same over and over."""
    folded = password.lower()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    repeated = re.fullmatch(r"(.{1,8}?)\1+.{0,7}", folded)
    return not core or repeated is not None or not _common().isdisjoint({folded, core})


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text("ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
