"""The second factor of staff: codes by time (TOTP, RFC 6238), each used once, and recovery codes."""

import hmac
import io
import secrets
import uuid
from datetime import datetime

import pyotp
import zxingcpp
from PIL import Image
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.access import limits, sessions
from app.access.rights import Action, Actor, requires
from app.access.tokens import token_hash
from app.errors import UserError
from app.locale import _
from app.settings import settings
from data.engine import Database, database_now
from data.models import RecoveryCode, StaffAccount

STEP_SECONDS = 30
STEPS_AROUND = 1
"""A phone's clock may be half a minute off."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 14
"""112 random bits: no key or salt is needed for their hashes (ASVS 6.5.2)."""


def new_secret() -> str:
    """A secret of 160 bits, in base32, for an authenticator app."""
    return pyotp.random_base32()


def enrolment_picture(secret: str, username: str) -> bytes:
    """The QR code that an authenticator app reads, as PNG."""
    address = pyotp.TOTP(secret, name=username, issuer=settings().organisation).provisioning_uri()
    matrix = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5)
    out = io.BytesIO()
    Image.fromarray(matrix).save(out, "PNG")
    return out.getvalue()


@requires(Action.ACCOUNT_OWN)
def enrol(db: Session, actor: Actor, secret: str, code: str) -> list[str]:
    """Switch the actor's second factor on; returns recovery codes, shown once. Raises UserError (`wrong_code`)."""
    account = db.get_one(StaffAccount, actor.subject_id)
    now = database_now(db)
    step = _step_of(secret, code, now)
    if step is None:
        raise wrong_code()
    account.totp_secret, account.totp_used, account.second_factor_since = secret, step, now
    sessions.end_all(db, account.id, keep=actor.session_id)
    return _new_recovery_codes(db, account.id)


@requires(Action.ACCOUNT_OWN)
def give_up(db: Session, actor: Actor) -> None:
    """Switch the actor's own second factor off; log-ins elsewhere end."""
    account = db.get_one(StaffAccount, actor.subject_id)
    _switch_off(db, account)
    sessions.end_all(db, account.id, keep=actor.session_id)


@requires(Action.STAFF_MANAGE)
def remove(db: Session, actor: Actor, account_id: uuid.UUID) -> None:
    """Switch off somebody's second factor (the device is lost); the account's log-ins end."""
    _switch_off(db, db.get_one(StaffAccount, account_id))
    sessions.end_all(db, account_id)


def check(database: Database, account_id: uuid.UUID, code: str) -> None:
    """Use up a code of the app or a recovery code. Raises UserError (`wrong_code`, `too_many`)."""
    limits.count_try(database, (f"second-factor:{account_id}", settings().limit_second_factor))
    with database.write() as db:
        right = _use_code(db, account_id, code) or _use_recovery_code(db, account_id, code)
        if right:
            limits.forget(db, f"second-factor:{account_id}")
    if not right:
        raise wrong_code()


def recovery_codes_left(db: Session, account_id: uuid.UUID) -> int:
    """How many recovery codes were not used yet."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return db.scalar(query) or 0


def wrong_code() -> UserError:
    """One message for wrong, late and used codes."""
    return UserError("wrong_code", _("验证码不正确、已过期或已使用，请输入身份验证器现在显示的 6 位数字"))


def _use_code(db: Session, account_id: uuid.UUID, code: str) -> bool:
    account = db.get_one(StaffAccount, account_id)
    step = _step_of(account.totp_secret, code, database_now(db)) if account.totp_secret else None
    if step is None:
        return False
    # In one statement, so that of two at once only one gets in.
    used = (
        update(StaffAccount)
        .where(StaffAccount.id == account_id, or_(StaffAccount.totp_used.is_(None), StaffAccount.totp_used < step))
        .values(totp_used=step)
        .returning(StaffAccount.id)
    )
    return db.scalar(used.execution_options(synchronize_session=False)) is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, among those around now."""
    digits = "".join(code.split())
    current = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(current - STEPS_AROUND, current + STEPS_AROUND + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits.encode()):
            return step
    return None


def _use_recovery_code(db: Session, account_id: uuid.UUID, code: str) -> bool:
    used = (
        delete(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.code_hash == token_hash(_folded(code)))
        .returning(RecoveryCode.id)
    )
    return db.scalar(used) is not None


def _new_recovery_codes(db: Session, account_id: uuid.UUID) -> list[str]:
    codes = [secrets.token_hex(RECOVERY_BYTES) for _n in range(RECOVERY_CODES)]
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.add_all(RecoveryCode(account_id=account_id, code_hash=token_hash(code)) for code in codes)
    return ["-".join(code[at : at + 7] for at in range(0, len(code), 7)) for code in codes]


def _folded(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum())


def _switch_off(db: Session, account: StaffAccount) -> None:
    account.totp_secret = account.totp_used = account.second_factor_since = None
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
