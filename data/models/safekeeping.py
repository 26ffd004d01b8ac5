"""Backups made, so that everybody can see how old the last good one is."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, utc_now


class BackupRun(Base):
    """One finished backup. `verified_at` is when its trial restore agreed with what was saved."""

    __tablename__ = "backup_run"
    audited = True
    __table_args__ = (Index("ix_backup_run_verified_at", "verified_at"),)

    file: Mapped[str] = mapped_column(String(120))
    bytes_stored: Mapped[int]
    rows: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    verified_at: Mapped[datetime]
