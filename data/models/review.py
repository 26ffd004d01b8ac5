"""What waits for review, and what reviewers decided."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base
from data.vault import SealedBytes, SealedJson, SealedText


class ReviewItem(Base):
    """A submitted record in the queue, of whatever category; gone as soon as it is decided or taken back."""

    __tablename__ = "review_item"
    __table_args__ = (
        UniqueConstraint("record_id"),
        Index("ix_review_item_submitted_at_id", "submitted_at", "id"),
        Index("ix_review_item_category_submitted_at_id", "category", "submitted_at", "id"),
        Index("ix_review_item_company_submitted_at_id", "company", "submitted_at", "id"),
        Index("ix_review_item_reviewer_id_submitted_at_id", "reviewer_id", "submitted_at", "id"),
        Index("ix_review_item_dossier_id", "dossier_id"),
        Index("ix_review_item_claimed_by", "claimed_by"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    category: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[uuid.UUID]
    company: Mapped[str] = mapped_column(String(100), default="")
    """Where the person works, as the file said when the record was submitted."""
    submitted_at: Mapped[datetime]
    reviewer_id: Mapped[uuid.UUID | None]
    """Who decided about the record the last time."""
    claimed_by: Mapped[uuid.UUID | None]
    claimed_until: Mapped[datetime | None]


class Decision(Base):
    """An approval, a return or a correction. An approval is bound to the content it was given for."""

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_record_id_id", "record_id", "id"),
        Index("ix_decision_dossier_id_id", "dossier_id", "id"),
        Index("ix_decision_reviewer_id_decided_at", "reviewer_id", "decided_at"),
        Index("ix_decision_decided_at", "decided_at"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    category: Mapped[str] = mapped_column(String(24))
    record_id: Mapped[uuid.UUID]
    reviewer_id: Mapped[uuid.UUID | None]
    outcome: Mapped[str] = mapped_column(String(12))
    """`approved`, `returned`, or `corrected` by staff and thereby approved."""
    reason: Mapped[str | None] = mapped_column(SealedText("decision.reason"))
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime]
    digest: Mapped[bytes] = mapped_column(LargeBinary(20))
    """Keyed hash of the record's values and its attachment, as the reviewer saw them."""
    fields: Mapped[dict[str, Any]] = mapped_column(SealedJson("decision.fields"))
    attachment_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    former_approval_id: Mapped[uuid.UUID | None]
    """The approval that stood before this decision."""
    undone_at: Mapped[datetime | None]


class KeptAttachment(Base):
    """The attachment of an approved version that stands, after the record got another one or none."""

    __tablename__ = "kept_attachment"
    __table_args__ = (UniqueConstraint("decision_id"),)

    decision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("decision.id"))
    title: Mapped[str] = mapped_column(SealedText("kept_attachment.title"))
    content: Mapped[bytes] = deferred(mapped_column(SealedBytes("kept_attachment.content"), nullable=False))
