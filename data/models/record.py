"""The base of all categories of records."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from data.models.base import Base, utc_now
from data.models.declaration import Category, Declared, category_of


class Record(Base):
    """A row of a practitioner's file. A subclass with `declared` is a category."""

    __abstract__ = True
    audited = True
    declared: ClassVar[Declared]

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        # A save based on an older version of the row fails instead of overwriting the newer one.
        return {"version_id_col": cls.__table__.c.version} if "version" in cls.__table__.c else {}

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (Index(f"ix_{cls.__tablename__}_dossier_id_id", "dossier_id", "id"),)


def categories() -> tuple[Category, ...]:
    """All categories, in the order of the menu."""
    return tuple(category_of(model) for model in Record.__subclasses__())


def category(key: str) -> Category:
    """The category called `key`. Raises KeyError."""
    for found in categories():
        if found.key == key:
            return found
    raise KeyError(key)
