"""What finds a file again: postings of hashed terms, the row a list is sorted by, days of expiry, companies.

A posting says “this term belongs to this file”. Terms are 64-bit keyed hashes (`app/dossiers/terms.py`), so that a
stolen file tells neither names nor the last digits of a number, and one row is small. Ids are time-ordered: reading
a term's postings backwards gives its newest files, and a page begins where the one before ended.

These are plain tables, not mapped classes: they are written in bulk and only from the index itself.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, Dialect, Index, LargeBinary, String, Table, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

from data.models.base import Base
from data.vault import SealedText

BYTE_ORDER = String().with_variant(String(collation="C"), "postgresql")


class ShortUuid(TypeDecorator[UUID]):
    """A UUID in 16 bytes on both databases; SQLAlchemy's own takes 32 characters on SQLite."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Bytes where the database has no UUID."""
        return dialect.type_descriptor(LargeBinary(16) if dialect.name == "sqlite" else Uuid())

    def bind_processor(self, dialect: Dialect) -> Callable[[UUID | None], Any] | None:
        """Without SQLAlchemy's layers in between: every save has several."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return lambda value: None if value is None else value.bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        """Without SQLAlchemy's layers in between: a page of a list has fifty."""
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return lambda value: None if value is None else UUID(bytes=value)


search_posting = Table(
    "search_posting",
    Base.metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("owner_id", ShortUuid, primary_key=True),
    sqlite_with_rowid=False,
)
"""`owner_id` is a file, or a company for the grams of its name."""

search_name = Table(
    "search_name",
    Base.metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("sort_name", BYTE_ORDER, primary_key=True),
    Column("owner_id", ShortUuid, primary_key=True),
    sqlite_with_rowid=False,
)
"""The terms of a file's name once more, in the order of a list that is sorted by name."""

search_entry = Table(
    "search_entry",
    Base.metadata,
    Column("dossier_id", ShortUuid, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("sort_name", BYTE_ORDER, nullable=False),
    Column("companies", String, nullable=False, default=""),
    Column("birth_date", Date),
    Column("shown", SealedText("search_entry.shown"), nullable=False),
    Index("ix_search_entry_sort_name_dossier_id", "sort_name", "dossier_id"),
    Index("ix_search_entry_birth_date_dossier_id", "birth_date", "dossier_id"),
    sqlite_with_rowid=False,
)
"""One row a file: what a name is checked against, the pinyin it is sorted by, who employs the person now, what a list shows."""

search_expiry = Table(
    "search_expiry",
    Base.metadata,
    Column("dossier_id", ShortUuid, primary_key=True),
    Column("expires_on", Date, primary_key=True),
    Column("category", String(24), primary_key=True),
    Index("ix_search_expiry_expires_on_dossier_id", "expires_on", "dossier_id"),
    sqlite_with_rowid=False,
)
"""The days on which certificates and registrations end."""

search_company = Table(
    "search_company",
    Base.metadata,
    Column("company_id", ShortUuid, primary_key=True),
    Column("term", BigInteger, nullable=False),
    Column("name", String(200), nullable=False),
    sqlite_with_rowid=False,
)
"""Every employer and company of a registration, once; `term` is the one its people have."""

tally_row = Table(
    "tally_row",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("dimension", String(8), nullable=False),
    Column("value", String(100), nullable=False),
    Column("change", BigInteger, nullable=False),
    Index("ix_tally_row_dimension_value", "dimension", "value"),
)
"""Changes of counts: the sum of a value's rows is its count (`app/dossiers/tally.py`)."""
