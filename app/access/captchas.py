"""Captchas: random digits and letters as a picture or read out; for one visit and one log-in."""

import io
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.tokens import token_hash
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.clock import database_now
from data.models import Captcha
from data.vault import vault

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B: nobody should have to guess which was meant.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 4


@dataclass(frozen=True)
class Challenge:
    """A captcha as it is shown: its id and a PNG."""

    id: uuid.UUID
    picture: bytes


def new(db: Session, visit: str) -> Challenge:
    """Make a captcha for a visit; its former ones end, and so do everybody's expired ones."""
    answer = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))
    now = database_now(db)
    db.execute(delete(Captcha).where((Captcha.expires_at < now) | (Captcha.visit_hash == token_hash(visit))))
    row = Captcha(
        visit_hash=token_hash(visit), answer=answer, expires_at=now + timedelta(seconds=settings().captcha_seconds)
    )
    db.add(row)
    db.flush()
    return Challenge(row.id, _picture(answer))


def spoken(db: Session, visit: str, captcha_id: uuid.UUID) -> bytes | None:
    """The captcha read out, as WAV; None when it has ended."""
    query = select(Captcha).where(Captcha.id == captcha_id, Captcha.visit_hash == token_hash(visit))
    row = db.scalar(query)
    return None if row is None else bytes(_speaker().generate(row.answer))


def solve(db: Session, visit: str, captcha_id: uuid.UUID | None, answer: str, subject: str) -> bool:
    """Whether the answer is right (case does not matter) or was right before for the same subject; else it ends.

    `subject` says whom the log-in is for: a captcha that was solved for one person opens nothing for another.
    """
    query = select(Captcha).where(Captcha.id == captcha_id, Captcha.visit_hash == token_hash(visit))
    row = db.scalar(query.with_for_update()) if captcha_id else None
    if row is None or row.expires_at < database_now(db):
        return False
    index = vault().blind(subject, "captcha.subject")
    if row.passed:
        right = row.subject_index is not None and secrets.compare_digest(row.subject_index, index)
    else:
        right = secrets.compare_digest(row.answer.encode(), _folded(answer).encode())
    if right:
        row.passed, row.subject_index = True, index
    else:
        db.delete(row)
    return right


def is_passed(db: Session, visit: str, captcha_id: uuid.UUID | None) -> bool:
    """Whether this captcha was solved in this visit and is still good for the log-in it belongs to."""
    query = select(Captcha.passed).where(
        Captcha.id == captcha_id, Captcha.visit_hash == token_hash(visit), Captcha.expires_at > database_now(db)
    )
    return bool(captcha_id and db.scalar(query))


def spend(db: Session, captcha_id: uuid.UUID | None) -> None:
    """End a captcha: what it was solved for is done."""
    db.execute(delete(Captcha).where(Captcha.id == captcha_id))


def wrong_captcha() -> UserError:
    """The guide's message."""
    return UserError("wrong_captcha", _("请填写正确的验证码"))


def _folded(answer: str) -> str:
    wide_to_plain = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    return "".join(answer.split()).translate(wide_to_plain).upper()


def _picture(answer: str) -> bytes:
    out = io.BytesIO()
    ImageCaptcha(width=150, height=54, font_sizes=(38, 42, 46)).generate_image(answer).save(out, "PNG", optimize=False)
    return out.getvalue()


@cache
def _speaker() -> AudioCaptcha:
    return AudioCaptcha()
