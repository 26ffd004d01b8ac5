"""Desks: the clerks' own machines, whose agents read cards for the pages."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedBytes

HASH = LargeBinary(32)


class Desk(Base):
    """One desk. Until it is paired it has a code; from then on the key that it signs readings with."""

    __tablename__ = "desk"
    audited = True
    __table_args__ = (UniqueConstraint("pairing_hash"),)

    name: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """`waiting` for its agent, `active`, `revoked`."""
    pairing_hash: Mapped[bytes | None] = mapped_column(HASH)
    pairing_expires_at: Mapped[datetime | None]
    key: Mapped[bytes | None] = mapped_column(SealedBytes("desk.key"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime | None]
    """When a reading of its was verified last."""


class DeskChallenge(Base):
    """What a desk has to sign: good once, for some seconds, in the session of the member of staff who asked."""

    __tablename__ = "desk_challenge"
    __table_args__ = (UniqueConstraint("challenge_hash"), Index("ix_desk_challenge_expires_at", "expires_at"))

    challenge_hash: Mapped[bytes] = mapped_column(HASH)
    session_id: Mapped[uuid.UUID]
    subject_id: Mapped[uuid.UUID]
    expires_at: Mapped[datetime]
