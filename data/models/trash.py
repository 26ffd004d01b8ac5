"""What was deleted, kept whole for some weeks."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base
from data.vault import SealedBytes, SealedText


class TrashItem(Base):
    """A deleted record with its attachment, or an attachment alone. `rows` is sealed JSON of the rows themselves."""

    __tablename__ = "trash_item"
    __table_args__ = (
        Index("ix_trash_item_dossier_id_id", "dossier_id", "id"),
        Index("ix_trash_item_deleted_at_id", "deleted_at", "id"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    category: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(12))
    """`record` or `attachment`."""
    subject_id: Mapped[uuid.UUID]
    label: Mapped[str] = mapped_column(SealedText("trash_item.label"))
    """What people know it by."""
    rows: Mapped[bytes] = deferred(mapped_column(SealedBytes("trash_item.rows"), nullable=False))
    deleted_at: Mapped[datetime]
    deleted_by: Mapped[uuid.UUID | None]
    deleted_by_role: Mapped[str] = mapped_column(String(16))
