"""What changed, when, by whom: one row in the transaction of each change."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base
from data.vault import SealedJson


class AuditEntry(Base):
    """One change. `before` and `after` hold only the fields that changed, sealed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_dossier_id_id", "dossier_id", "id"),
        Index("ix_audit_entry_actor_id_id", "actor_id", "id"),
    )

    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    """Table of what changed."""
    subject_id: Mapped[uuid.UUID | None]
    dossier_id: Mapped[uuid.UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("audit_entry.before"))
    after: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("audit_entry.after"))
