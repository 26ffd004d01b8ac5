"""Work done in the background: jobs with their progress and files, and when each periodic function last ran."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedBytes, SealedJson


class Job(Base):
    """One piece of work. A server that runs it holds its lease; `done` and `total` are its progress."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"), Index("ix_job_kind_id", "kind", "id"))

    kind: Mapped[str] = mapped_column(String(24))
    parameters: Mapped[dict[str, Any]] = mapped_column(SealedJson("job.parameters"))
    owner_id: Mapped[uuid.UUID | None]
    """The staff account that asked for it; None for the operator's command line."""
    owner_role: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default="queued")
    """draft (not to be run yet), queued, running, done, failed, cancelled or interrupted."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """0 while it is not known how much there is to do."""
    message: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("job.result"))
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    holder: Mapped[uuid.UUID | None]
    """The run that holds the lease; another run of the same job has another."""
    lease_until: Mapped[datetime | None]
    runs: Mapped[int] = mapped_column(default=0)
    """How often it was begun: more than once when a server died over it."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]


class JobFilePart(Base):
    """A piece of a job's file: what was uploaded, or what the job made."""

    __tablename__ = "job_file_part"
    __table_args__ = (UniqueConstraint("job_id", "name", "part"),)

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("job.id"))
    name: Mapped[str] = mapped_column(String(16))
    part: Mapped[int]
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(SealedBytes("job_file_part.content"), nullable=False))


class PeriodicRun(Base):
    """When a periodic function was last begun, and by whom while it runs: one row for all servers."""

    __tablename__ = "periodic_run"
    __table_args__ = (UniqueConstraint("name"),)

    name: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    succeeded: Mapped[bool | None]
