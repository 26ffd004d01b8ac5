"""Dynamic passwords: six digits for one person, mobile and purpose; kept as a keyed hash, used once."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.settings import settings
from data.clock import database_now
from data.models import OneTimeCode
from data.vault import vault

DIGITS = 6
MOST_TRIES = 5


class Purpose(StrEnum):
    """What a code is for."""

    LOGIN = "login"
    REGISTER = "register"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Recipient:
    """Whom a code is for, and for what."""

    number: str
    mobile: str
    purpose: Purpose


def issue(db: Session, visit: str, whom: Recipient) -> str:
    """A new code, good in the visit that asked for it; the one before it is dead."""
    now = database_now(db)
    subject = _subject(whom)
    db.execute(delete(OneTimeCode).where(OneTimeCode.subject_index == subject))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    db.add(
        OneTimeCode(
            subject_index=subject,
            code_hash=_code_hash(subject, visit, code),
            created_at=now,
            expires_at=now + timedelta(seconds=settings().code_seconds),
        )
    )
    db.flush()
    return code


def redeem(db: Session, visit: str, whom: Recipient, code: str) -> bool:
    """Whether `code` is the living code; a right one is used up, a wrong one is counted."""
    subject = _subject(whom)
    row = db.scalar(select(OneTimeCode).where(OneTimeCode.subject_index == subject).with_for_update())
    if row is None or row.used_at is not None or row.tries >= MOST_TRIES:
        return False
    now = database_now(db)
    if not row.created_at <= now <= row.expires_at:  # a clock that was put back makes no code live longer
        return False
    row.tries += 1
    if not hmac.compare_digest(row.code_hash, _code_hash(subject, visit, code)):
        return False
    row.used_at = now
    return True


def _subject(whom: Recipient) -> bytes:
    return vault().blind(f"{whom.number}\0{whom.mobile}\0{whom.purpose.value}", "code.subject")


def _code_hash(subject: bytes, visit: str, code: str) -> bytes:
    return vault().blind(f"{subject.hex()}\0{visit}\0{code}", "code")
