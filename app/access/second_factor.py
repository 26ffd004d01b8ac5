"""The second factor: codes by time (TOTP, RFC 6238) of an authenticator app, each used once.

Members of staff have it beside the password, and recovery codes for a lost phone; practitioners beside the code by SMS, and
the window for a lost phone.
"""

import hmac
import io
import secrets
import uuid
from datetime import datetime
from functools import partial
from typing import Literal

import pyotp
import zxingcpp
from PIL import Image
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.access import factor_notice, limits, sessions
from app.access.confirmation import must_be_confirmed
from app.access.rights import Action, Actor, Role, authorise, requires
from app.access.sms import Gateway, Message
from app.access.tokens import token_hash
from app.errors import UserError
from app.locale import _
from app.notices import texts
from app.settings import settings
from data.clock import database_now
from data.engine import Database, insert_missing
from data.models import Authenticator, RecoveryCode, StaffAccount
from data.models.base import new_id

STEP_SECONDS = 30
STEPS_AROUND = 1
"""A phone's clock may be half a minute off."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 14
"""112 random bits: no key or salt is needed for their hashes (ASVS 6.5.2)."""

Step = Literal["second_factor", "enrol", "enter"]
Holder = StaffAccount | Authenticator


def new_secret() -> str:
    """A secret of 160 bits, in base32, for an authenticator app."""
    return pyotp.random_base32()


def enrolment_picture(secret: str, name: str) -> bytes:
    """The QR code that an authenticator app reads, as PNG."""
    address = pyotp.TOTP(secret, name=name, issuer=settings().organisation).provisioning_uri()
    matrix = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5)
    out = io.BytesIO()
    Image.fromarray(matrix).save(out, "PNG")
    return out.getvalue()


@requires(Action.ACCOUNT_OWN, of_oneself=True)
def next_step(db: Session, actor: Actor, *, passed: bool) -> Step:
    """What a log-in still needs whose first factor was right; `passed`: so was the second."""
    if since(db, actor) is not None:
        return "enter" if passed else "second_factor"
    return "enrol" if is_needed(actor.role) else "enter"


def is_needed(role: Role) -> bool:
    """Whether this installation lets nobody of the role in without a second factor."""
    if role is Role.PRACTITIONER:
        return settings().practitioner_second_factor == "required"
    asked = settings().second_factor
    return asked == "everybody" or (asked == "administrators" and role is Role.ADMINISTRATOR)


@requires(Action.ACCOUNT_OWN, of_oneself=True)
def since(db: Session, actor: Actor) -> datetime | None:
    """When the actor's second factor was switched on; None while it is off."""
    holder = _holder(db, actor)
    return holder.second_factor_since if holder else None


def switch_on(database: Database, through: Gateway, actor: Actor, secret: str, code: str) -> list[str]:
    """`enrol` with a counted try; a practitioner is told by SMS. Raises UserError (`too_many`, and as `enrol`)."""
    authorise(actor, Action.ACCOUNT_OWN, actor.subject_id)
    limits.count_try(database, (_tries(actor.subject_id), settings().limit_second_factor))
    with database.write() as db:
        recovery = enrol(db, actor, secret, code)
        message = _switched(db, actor, on=True)
    factor_notice.send(database, message, through)
    return recovery


@requires(Action.ACCOUNT_OWN, of_oneself=True)
def enrol(db: Session, actor: Actor, secret: str, code: str) -> list[str]:
    """Switch the actor's second factor on; returns recovery codes of staff, shown once. Log-ins elsewhere end.

    Raises UserError (`wrong_code`, `not_confirmed`, `already_on`).
    """
    must_be_confirmed(db, actor)
    holder = _holder(db, actor) or _new_holder(db, actor)
    if holder.second_factor_since is not None:  # else whoever has the first factor puts another app in its place
        raise UserError("already_on", _("已经启用了身份验证器，要换一个请先停用"))
    now = database_now(db)
    step = _step_of(secret, code, now)
    if step is None:
        raise wrong_code()
    holder.totp_secret, holder.totp_used, holder.second_factor_since = secret, step, now
    if isinstance(holder, Authenticator):
        holder.reset_reason = None
    limits.forget(db, _tries(actor.subject_id))
    _end_others(db, actor)
    return _new_recovery_codes(db, holder.id) if actor.is_staff else []


@requires(Action.ACCOUNT_OWN, of_oneself=True)
def give_up(db: Session, actor: Actor) -> None:
    """Switch the actor's own second factor off; log-ins elsewhere end. Raises UserError (`not_confirmed`)."""
    must_be_confirmed(db, actor)
    _give_up(db, actor)


def give_up_by_code(database: Database, through: Gateway, actor: Actor, code: str) -> None:
    """`give_up` by whoever has the app itself; a practitioner is told by SMS. Raises UserError (as `check`)."""
    authorise(actor, Action.ACCOUNT_OWN, actor.subject_id)
    check(database, actor, code)
    with database.write() as db:
        _give_up(db, actor)
        message = _switched(db, actor, on=False)
    factor_notice.send(database, message, through)


@requires(Action.ACCOUNT_OWN, of_oneself=True)
def _give_up(db: Session, actor: Actor) -> None:
    holder = _holder(db, actor)
    if holder is not None:
        switch_off(db, holder)
        _end_others(db, actor)


@requires(Action.STAFF_MANAGE)
def remove(db: Session, actor: Actor, account_id: uuid.UUID) -> None:
    """Switch off somebody's second factor (the device is lost); the account's log-ins end."""
    switch_off(db, db.get_one(StaffAccount, account_id))
    sessions.end_all(db, account_id)


def check(database: Database, actor: Actor, code: str) -> None:
    """Use up a code of the actor's app or a recovery code. Raises UserError (`wrong_code`, `too_many`)."""
    authorise(actor, Action.ACCOUNT_OWN, actor.subject_id)
    tried = _tries(actor.subject_id)
    limits.count_try(database, (tried, settings().limit_second_factor))
    with database.write() as db:
        holder = _holder(db, actor)
        right = holder is not None and (_use_code(db, holder, code) or _use_recovery_code(db, holder.id, code))
        if right:
            limits.forget(db, tried)
    if not right:
        raise wrong_code()


def of_person(db: Session, dossier_id: uuid.UUID) -> Authenticator | None:
    """The app of a practitioner; it may be switched off."""
    return db.scalar(select(Authenticator).where(Authenticator.dossier_id == dossier_id))


def persons_since(db: Session, dossier_id: uuid.UUID) -> datetime | None:
    """When a practitioner switched the app on; None while it is off."""
    found = of_person(db, dossier_id)
    return found.second_factor_since if found else None


def switch_off(db: Session, holder: Holder) -> None:
    """Forget a secret and all that went with it; wrong codes so far too."""
    holder.totp_secret = holder.totp_used = holder.second_factor_since = None
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == holder.id))
    limits.forget(db, _tries(holder.dossier_id if isinstance(holder, Authenticator) else holder.id))


def recovery_codes_left(db: Session, account_id: uuid.UUID) -> int:
    """How many recovery codes were not used yet."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return db.scalar(query) or 0


def wrong_code() -> UserError:
    """One message for wrong, late and used codes."""
    return UserError("wrong_code", _("验证码不正确、已过期或已使用，请输入身份验证器现在显示的 6 位数字"))


def _tries(subject_id: uuid.UUID | None) -> str:
    """What the limiter counts for a person."""
    return f"second-factor:{subject_id}"


def _holder(db: Session, actor: Actor) -> Holder | None:
    return db.get_one(StaffAccount, actor.subject_id) if actor.is_staff else of_person(db, actor.dossier_id)


def _switched(db: Session, actor: Actor, *, on: bool) -> Message | None:
    """The SMS that tells a practitioner; staff have no mobile here."""
    if actor.is_staff:
        return None
    return factor_notice.queue(db, actor.dossier_id, "factor", partial(texts.authenticator_switched, on=on))


def _new_holder(db: Session, actor: Actor) -> Authenticator:
    # Of two at once the second finds the first one's row.
    insert_missing(db, Authenticator.__table__, [{"id": new_id(), "dossier_id": actor.dossier_id}])  # type: ignore[arg-type]
    return db.scalars(select(Authenticator).where(Authenticator.dossier_id == actor.dossier_id)).one()


def _end_others(db: Session, actor: Actor) -> None:
    if actor.subject_id is not None:
        sessions.end_all(db, actor.subject_id, keep=actor.session_id)


def _use_code(db: Session, holder: Holder, code: str) -> bool:
    step = _step_of(holder.totp_secret, code, database_now(db)) if holder.totp_secret else None
    if step is None:
        return False
    kind = type(holder)
    # In one statement, so that of two at once only one gets in.
    used = (
        update(kind)
        .where(kind.id == holder.id, or_(kind.totp_used.is_(None), kind.totp_used < step))
        .values(totp_used=step)
        .returning(kind.id)
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
