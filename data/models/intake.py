"""What the window takes in: batches of cards a company brought, and entries that wait for a second clerk."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedBytes, SealedJson, SealedText


class IntakeBatch(Base):
    """A clerk's batch: card after card, for one company. Open until it is closed."""

    __tablename__ = "intake_batch"
    __table_args__ = (Index("ix_intake_batch_staff_id_id", "staff_id", "id"),)

    staff_id: Mapped[uuid.UUID]
    company: Mapped[str] = mapped_column(String(100), default="")
    started_at: Mapped[datetime] = mapped_column(default=utc_now)
    closed_at: Mapped[datetime | None]


class IntakeItem(Base):
    """One card of a batch, and what became of it. A failed read has no file."""

    __tablename__ = "intake_item"
    __table_args__ = (Index("ix_intake_item_batch_id_id", "batch_id", "id"),)

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake_batch.id"))
    dossier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("dossier.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    """`created`, `updated`, `unchanged`, `double` (twice in this batch), `skipped` or `failed`."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Of a failure: the reader's code, or `fields:` and the keys of the fields that could not be kept."""
    at: Mapped[datetime] = mapped_column(default=utc_now)


class PendingEntry(Base):
    """A document that one clerk entered and another has to compare with the original. Gone once that is done."""

    __tablename__ = "pending_entry"
    audited = True
    __table_args__ = (Index("ix_pending_entry_entered_by", "entered_by"),)

    entered_by: Mapped[uuid.UUID]
    identity: Mapped[dict[str, Any]] = mapped_column(SealedJson("pending_entry.identity"))
    mobile: Mapped[str] = mapped_column(SealedText("pending_entry.mobile"), default="")
    photo: Mapped[bytes | None] = deferred(mapped_column(SealedBytes("pending_entry.photo")))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
