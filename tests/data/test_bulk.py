"""Many rows at once arrive as they would one by one, whatever the types of their columns."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    select,
)
from sqlalchemy.dialects import postgresql

from data.bulk import FEW, bulk_insert
from data.engine import Database
from data.models import Base

EVERY_TYPE = Table(
    "every_type",
    MetaData(),
    Column("text", String(20)),
    Column("sorted", String().with_variant(String(collation="C"), "postgresql")),
    Column("small", Integer),
    Column("large", BigInteger),
    Column("fraction", Double),
    Column("is_so", Boolean),
    Column("day", Date),
    Column("moment", DateTime(timezone=True)),
    Column("key", Uuid),
    Column("sealed", LargeBinary),
    Column("many", JSON),
)
VALUES: dict[str, Any] = {
    "text": "导\t\\N\n1",
    "sorted": "WANG",
    "small": -1,
    "large": 2**40,
    "fraction": 0.1,
    "is_so": True,
    "day": date(1970, 1, 31),
    "moment": datetime(2026, 1, 31, 8, 0, 0, 123456, UTC),
    "key": uuid.UUID(int=7),
    "sealed": b"\x00\\x\xff",
    "many": {"a": [1, None, "值"]},
}


@pytest.mark.parametrize("count", [1, FEW, FEW + 1])
@pytest.mark.parametrize("row", [VALUES, {key: None for key in VALUES if key != "many"} | {"many": []}])
def test_rows_arrive_as_they_were(on_postgresql: Database, count: int, row: dict[str, Any]) -> None:
    with on_postgresql.write() as db:
        EVERY_TYPE.create(db.connection())
        assert bulk_insert(db, EVERY_TYPE, [row] * count) == count
        found = [dict(each) for each in db.execute(select(EVERY_TYPE)).mappings()]
        assert found == [row] * count
        EVERY_TYPE.drop(db.connection())


def test_every_type_of_our_tables_is_among_them() -> None:
    assert kinds(Base.metadata) <= kinds(EVERY_TYPE.metadata)


def kinds(metadata: MetaData) -> set[str]:
    """The types of columns as PostgreSQL has them, whatever their length."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return {each.type.compile(dialect).split("(")[0] for table in metadata.tables.values() for each in table.columns}
