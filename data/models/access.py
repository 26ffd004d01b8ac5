"""Who may come in: staff, sessions, tickets, captchas, one-time codes, limits, SMS sent."""

import uuid
from datetime import datetime

from sqlalchemy import JSON, Double, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedText

HASH = LargeBinary(32)


class HoldsSecondFactor:
    """Columns of whoever may have an authenticator app (codes by time, TOTP)."""

    second_factor_since: Mapped[datetime | None]
    """None while it is off."""
    totp_used: Mapped[int | None]
    """The newest time step whose code was used: it and older ones are worthless."""

    @declared_attr
    def totp_secret(cls) -> Mapped[str | None]:  # noqa: N805  SQLAlchemy hands the class over
        """What the app makes its codes of."""
        return mapped_column(SealedText(f"{cls.__tablename__}.totp_secret"))  # type: ignore[attr-defined]


class StaffAccount(HoldsSecondFactor, Base):
    """A staff member who logs in with name and password."""

    __tablename__ = "staff_account"
    audited = True
    __table_args__ = (UniqueConstraint("username"), UniqueConstraint("sso_name"))

    username: Mapped[str] = mapped_column(String(40))
    display_name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(80))
    """bcrypt."""
    state: Mapped[str] = mapped_column(String(8), default="active")
    """`active` or `locked`."""
    must_change_password: Mapped[bool] = mapped_column(default=False)
    """The password was given by somebody else: it is good for choosing an own one, and until `password_until`."""
    password_until: Mapped[datetime | None]
    sso_name: Mapped[str | None] = mapped_column(String(200))
    """Who this is at the provider of single sign-on."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Authenticator(HoldsSecondFactor, Base):
    """A practitioner's authenticator app; without a row there never was one."""

    __tablename__ = "authenticator"
    audited = True
    __table_args__ = (UniqueConstraint("dossier_id"),)

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    reset_reason: Mapped[str | None] = mapped_column(SealedText("authenticator.reset_reason"))
    """Why the window switched it off; None while it is on, or when the person did it."""


class RecoveryCode(Base):
    """Takes the place of the second factor once, when the device with it is lost."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"),)

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff_account.id"))
    code_hash: Mapped[bytes] = mapped_column(HASH)


class UserSession(Base):
    """A log-in. Only the hash of its token is kept; `role` is that of the person at log-in."""

    __tablename__ = "user_session"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("ix_user_session_subject_id_ended_at", "subject_id", "ended_at"),
        Index("ix_user_session_seen_at_id", "seen_at", "id"),
    )

    token_hash: Mapped[bytes] = mapped_column(HASH)
    subject_id: Mapped[uuid.UUID]
    """The dossier's id for a practitioner, the account's id for staff."""
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The browser and its system in words, for the person to know the log-in by."""
    confirmed_at: Mapped[datetime | None]
    """When the person showed last who they are, at the log-in or since."""


class LoginTicket(Base):
    """Turns a finished log-in into a cookie: one use, some seconds, in the browser that asked for it."""

    __tablename__ = "login_ticket"
    __table_args__ = (UniqueConstraint("ticket_hash"), Index("ix_login_ticket_expires_at", "expires_at"))

    ticket_hash: Mapped[bytes] = mapped_column(HASH)
    visit_hash: Mapped[bytes] = mapped_column(HASH)
    subject_id: Mapped[uuid.UUID]
    role: Mapped[str] = mapped_column(String(16))
    expires_at: Mapped[datetime]


class Captcha(Base):
    """A captcha shown to one visit: ended by a wrong answer, or by the log-in that it was solved for."""

    __tablename__ = "captcha"
    __table_args__ = (Index("ix_captcha_expires_at", "expires_at"), Index("ix_captcha_visit_hash", "visit_hash"))

    visit_hash: Mapped[bytes] = mapped_column(HASH)
    answer: Mapped[str] = mapped_column(SealedText("captcha.answer"))
    passed: Mapped[bool] = mapped_column(default=False)
    subject_index: Mapped[bytes | None] = mapped_column(HASH)
    """Blind index of whom it was solved for; it is good for nobody else."""
    expires_at: Mapped[datetime]


class OneTimeCode(Base):
    """The latest code for a person, mobile and purpose; a new one takes the place of the old."""

    __tablename__ = "one_time_code"
    __table_args__ = (UniqueConstraint("subject_index"),)

    subject_index: Mapped[bytes] = mapped_column(HASH)
    """Blind index of document number, mobile and purpose."""
    code_hash: Mapped[bytes] = mapped_column(HASH)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class LimitState(Base):
    """How often something was tried lately, and until when it is locked; see `app.access.limits`."""

    __tablename__ = "limit_state"
    __table_args__ = (UniqueConstraint("subject_index"), Index("ix_limit_state_forget_at", "forget_at"))

    subject_index: Mapped[bytes] = mapped_column(HASH)
    hits: Mapped[list[float]] = mapped_column(JSON)
    """Moments of the tries, oldest first, in seconds since 1970 as all moments here."""
    locked_until: Mapped[float] = mapped_column(Double)
    locks: Mapped[int]
    """Locks in a row: each is longer than the one before."""
    forget_at: Mapped[float] = mapped_column(Double)
    """From then on the row says nothing that a missing one does not say."""


class KnownDevice(Base):
    """A browser that a person has logged in with: strangers' tries do not use up its own."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("token_hash", "subject_id"), Index("ix_known_device_subject_id", "subject_id"))

    token_hash: Mapped[bytes] = mapped_column(HASH)
    subject_id: Mapped[uuid.UUID]
    """A dossier or a staff account."""
    used_at: Mapped[datetime]


class SmsMessage(Base):
    """An SMS and what became of it."""

    __tablename__ = "sms_message"
    __table_args__ = (Index("ix_sms_message_created_at", "created_at"),)

    mobile: Mapped[str] = mapped_column(SealedText("sms_message.mobile"))
    text: Mapped[str] = mapped_column(SealedText("sms_message.text"))
    purpose: Mapped[str] = mapped_column(String(16))
    gateway: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), default="queued")
    detail: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
