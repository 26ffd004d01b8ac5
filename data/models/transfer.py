"""Imports: each run with its counts, the rows it could not take, and what it changed, so that it can be undone."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, utc_now
from data.vault import SealedJson, SealedText


class ImportRun(Base):
    """One uploaded table. Its id is that of the job that imports it; the job keeps the file."""

    __tablename__ = "import_run"

    target: Mapped[str] = mapped_column(String(24))
    """`people` or a category's key."""
    file_name: Mapped[str] = mapped_column(SealedText("import_run.file_name"))
    columns: Mapped[dict[str, Any]] = mapped_column(SealedJson("import_run.columns"))
    """Which column of the file holds what: key of the target's column to number, from 0."""
    header_row: Mapped[int]
    headings: Mapped[dict[str, Any]] = mapped_column(SealedJson("import_run.headings"))
    update_known: Mapped[bool] = mapped_column(default=False)
    """Rows that are known already change what is there; otherwise they are skipped."""
    check_id: Mapped[uuid.UUID | None]
    """The job that checked the file last."""
    undo_id: Mapped[uuid.UUID | None]
    """The job that took the import back."""
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class ImportProblem(Base):
    """A row that was not taken: its cells as the file has them, and what is wrong by column number."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_import_id_row", "import_id", "row"),)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_run.id"))
    row: Mapped[int]
    """The row's number in the file, from 1."""
    found: Mapped[dict[str, Any]] = mapped_column(SealedJson("import_problem.found"))
    """`cells`: the texts; `problems`: message by column number."""


class ImportChange(Base):
    """What an import changed in a row that was there before: enough to put it back."""

    __tablename__ = "import_change"
    __table_args__ = (Index("ix_import_change_import_id_subject_id", "import_id", "subject_id"),)

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_run.id"))
    subject_id: Mapped[uuid.UUID]
    before: Mapped[dict[str, Any]] = mapped_column(SealedJson("import_change.before"))
    state: Mapped[dict[str, Any]] = mapped_column(SealedJson("import_change.state"))
    """A record's state of review before."""
    stamp: Mapped[datetime]
    """`updated_at` of the row as the import left it; another value means that somebody changed it since."""
