"""Notices by SMS: what somebody is to be told or was told, and who wants to be told."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, utc_now


class Notice(Base):
    """One notice: that a record expires, so many days ahead, or what was decided about it. Its row keeps it from being doubled."""

    __tablename__ = "notice"
    __table_args__ = (
        # Both databases take two empty values for different ones: each rule is for notices of its own kind.
        UniqueConstraint("record_id", "expires_on", "days"),
        UniqueConstraint("decision_id"),
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_dossier_id", "dossier_id"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    category: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[uuid.UUID]
    expires_on: Mapped[date | None]
    days: Mapped[int | None]
    """How long before that day it is told, as the administrator set it then."""
    decision_id: Mapped[uuid.UUID | None]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """`waiting`, `sent` (handed to the gateway) or `failed` (refused again and again)."""
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    """It is not sent before."""
    message_id: Mapped[uuid.UUID | None]
    """The SMS of the last try."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class NoticeChoice(Base):
    """What a person chose about notices, and the language to write in; without a row nothing, and Chinese."""

    __tablename__ = "notice_choice"
    __table_args__ = (UniqueConstraint("dossier_id"),)

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    about_review: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8))
    """The one that the person used at the last log-in."""
