"""The base of all categories of records."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from data.models.base import Base, utc_now
from data.models.declaration import Category, Declared, category_of
from data.vault import SealedText

DRAFT, SUBMITTED, APPROVED, RETURNED = "draft", "submitted", "approved", "returned"


def of_import(table: str) -> Index:
    """The index that finds the rows of an import. Most rows came in none."""
    some = text("import_id IS NOT NULL")
    return Index(f"ix_{table}_import_id_id", "import_id", "id", sqlite_where=some, postgresql_where=some)


class Record(Base):
    """A row of a practitioner's file. A subclass with `declared` is a category."""

    __abstract__ = True
    audited = True
    declared: ClassVar[Declared]
    looked_up: ClassVar[tuple[str, ...]] = ("certificate_number", "valid_until", "valid_to")
    """Columns found across all files wherever a category has them: the same certificate, what expires when."""

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    version: Mapped[int] = mapped_column(default=1)
    review_state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    """draft → submitted → approved or returned; imported records, and those that need no review, are approved at once."""
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    reviewer_id: Mapped[uuid.UUID | None]
    """Who approved or returned it last; None where nobody did."""
    review_reason: Mapped[str | None] = mapped_column(SealedText("record.review_reason"))
    """Why it was returned, or corrected by staff."""
    approval_id: Mapped[uuid.UUID | None]
    """The approval that stands: of this very content, or of the one before a change that is not yet approved."""
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    import_id: Mapped[uuid.UUID | None]
    """The import that added it."""

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        # A save based on an older version of the row fails instead of overwriting the newer one.
        return {"version_id_col": cls.__table__.c.version} if "version" in cls.__table__.c else {}

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        looked_up = [name for name in cls.looked_up if name in cls.__annotations__]
        return (
            Index(f"ix_{cls.__tablename__}_dossier_id_id", "dossier_id", "id"),
            *(Index(f"ix_{cls.__tablename__}_{name}_id", name, "id") for name in looked_up),
            of_import(cls.__tablename__),
        )


def categories() -> tuple[Category, ...]:
    """All categories, in the order of the menu."""
    return tuple(category_of(model) for model in Record.__subclasses__())


def category(key: str) -> Category:
    """The category called `key`. Raises KeyError."""
    for found in categories():
        if found.key == key:
            return found
    raise KeyError(key)
