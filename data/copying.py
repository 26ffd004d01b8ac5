"""All rows of one database into another, whatever the two are, and the proof that they arrived.

Sealed values travel as the bytes they are: copying needs no key.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, MetaData, RowMapping, Table, insert, select, text

from data.models import AuditEntry, Base
from data.vault import SEALED

BATCH = 500
"""Rows held in memory at a time."""

Progress = Callable[[str, int], None]
"""Told a table's name and how many of its rows are done."""


@dataclass(frozen=True)
class Tally:
    """What a table holds: its number of rows and a digest that does not depend on their order."""

    rows: int
    digest: str


def nobody_listens(_table: str, _rows: int) -> None:
    """A progress that tells nobody."""


@cache
def stored_tables() -> tuple[Table, ...]:
    """All tables as they are stored, sealed columns as bytes, those first that others point to."""
    metadata = MetaData()
    return tuple(
        Table(table.name, metadata, *(_stored(column) for column in table.columns))
        for table in Base.metadata.sorted_tables
    )


def _stored(column: Column[Any]) -> Column[Any]:
    kind = LargeBinary() if isinstance(column.type, SEALED) else column.type
    return Column(column.name, kind, primary_key=column.primary_key)


def copy_rows(source: Connection, target: Connection, progress: Progress = nobody_listens) -> dict[str, Tally]:
    """Put all rows of `source` in place of those of `target`; returns what was read, by table."""
    for table in reversed(stored_tables()):  # those first that point to others
        target.execute(table.delete())
    return {table.name: _copy_table(source, target, table, progress) for table in stored_tables()}


def tally(database: Connection, progress: Progress = nobody_listens) -> dict[str, Tally]:
    """What a database holds, by table."""
    return {table.name: _tally(_batches(database, table), table.name, progress) for table in stored_tables()}


def differing(one: Mapping[str, Tally], other: Mapping[str, Tally]) -> tuple[str, ...]:
    """Names of the tables that do not hold the same rows."""
    return tuple(name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name))


def is_unused(database: Connection) -> bool:
    """Whether nobody did anything here yet: everything that is done leaves a row in the trail."""
    return database.execute(select(AuditEntry.id).limit(1)).first() is None


def refuse_writers(database: Connection) -> None:
    """Keep everybody else from writing until this transaction ends. On SQLite a writing transaction does already."""
    if database.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in stored_tables())
        database.execute(text(f"LOCK TABLE {names} IN SHARE MODE"))


def _copy_table(source: Connection, target: Connection, table: Table, progress: Progress) -> Tally:
    def copied() -> Iterator[Sequence[RowMapping]]:
        for rows in _batches(source, table):
            target.execute(insert(table), [dict(row) for row in rows])
            yield rows

    return _tally(copied(), table.name, progress)


def _batches(database: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    result = database.execution_options(yield_per=BATCH).execute(select(table))
    yield from result.mappings().partitions(BATCH)


def _tally(batches: Iterator[Sequence[RowMapping]], table: str, progress: Progress) -> Tally:
    rows, total = 0, 0
    for batch in batches:
        total += sum(_row_digest(row) for row in batch)
        rows += len(batch)
        progress(table, rows)
    return Tally(rows, f"{total % 2**256:064x}")


def _row_digest(row: RowMapping) -> int:
    values = json.dumps([_plain(value) for value in row.values()], ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(values.encode()).digest())


def _plain(value: object) -> object:
    """A value as both databases give it, in a form JSON has."""
    match value:
        case bytes() | memoryview():
            return bytes(value).hex()
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case uuid.UUID():
            return value.hex
        case _:
            return value
