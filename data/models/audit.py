"""What changed, when, by whom: one row in the transaction of each change, chained to the row before."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base
from data.vault import SealedJson

MAC = LargeBinary(32)
OF_STAFF = "actor_role <> 'practitioner'"
"""Which rows the index by actor holds: a query has to say so too."""
HEAD_ID = uuid.UUID(int=0)
"""The one row of the head."""


class AuditEntry(Base):
    """One change or look. `before` and `after` hold only the fields that changed, sealed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_audit_entry_dossier_id_number", "dossier_id", "number"),
        # What practitioners do, they do to their own files, and is found by those.
        Index(
            "ix_audit_entry_actor_id_number",
            "actor_id",
            "number",
            sqlite_where=text(OF_STAFF),
            postgresql_where=text(OF_STAFF),
        ),
        Index("ix_audit_entry_action_number", "action", "number"),
    )

    number: Mapped[int] = mapped_column(BigInteger)
    """Place in the chain: 1, 2, 3 … without a gap."""
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    actor_role: Mapped[str] = mapped_column(String(16))
    session_id: Mapped[uuid.UUID | None]
    """The log-in it was done in."""
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    """Table of what changed."""
    subject_id: Mapped[uuid.UUID | None]
    dossier_id: Mapped[uuid.UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("audit_entry.before"))
    after: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("audit_entry.after"))
    digest: Mapped[bytes] = mapped_column(MAC)
    """Keyed hash of `before` and `after`; see `data.chain`."""
    mac: Mapped[bytes] = mapped_column(MAC)
    """Keyed hash of this row and of the mac before it."""


class AuditHead(Base):
    """The end of the chain: a single row, locked by each transaction that adds to it."""

    __tablename__ = "audit_head"

    number: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes] = mapped_column(MAC)
    seal: Mapped[bytes] = mapped_column(MAC)
