"""What all tables share: names of constraints, keys of UUID version 7 and moments in UTC."""

import uuid
from datetime import UTC, datetime
from typing import ClassVar

from sqlalchemy import MetaData, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid6 import uuid7

from data.moments import UtcDateTime


def utc_now() -> datetime:
    """This machine's clock in UTC."""
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562, 5.7): unique without a sequence and ordered by time of creation."""
    return uuid.UUID(int=uuid7().int)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, uuid.UUID: Uuid}  # noqa: RUF012  SQLAlchemy reads it as it is

    audited: ClassVar[bool] = False
    """Whether each change of a row is put on record (`app.audit.trail`)."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
