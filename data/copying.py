"""All rows of one database into another, whatever the two are, and the proof that they arrived.

Sealed values travel as the bytes they are: copying needs no key.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Index, LargeBinary, MetaData, Table, inspect, select, text

from data import exchange
from data.models import AuditEntry, Base
from data.vault import SEALED

_as_json = json.JSONEncoder(ensure_ascii=False).encode

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
    indexes = _indexes() if is_unused(target) else []
    for table in reversed(stored_tables()):  # those first that point to others
        target.execute(table.delete())
    for index in indexes:  # of an empty database: made when the rows are there, in a fraction of the time
        index.drop(target)
    copied = {table.name: _copy_table(source, target, table, progress) for table in stored_tables()}
    for index in indexes:
        index.create(target)
    return copied


def tally(
    database: Connection, progress: Progress = nobody_listens, tables: Iterable[Table] | None = None
) -> dict[str, Tally]:
    """What a database holds, by table: of all, or of those that are given."""
    tables = stored_tables() if tables is None else tables
    return {table.name: _tally(exchange.read(database, table), table.name, progress) for table in tables}


def tables_in(database: Connection) -> Iterator[Table]:
    """Of the stored tables and their columns those that this database has; its schema may be an older one."""
    there = inspect(database)
    names = set(there.get_table_names())
    for table in stored_tables():
        if table.name in names:
            columns = {column["name"] for column in there.get_columns(table.name)}
            kept = [_stored(column) for column in table.columns if column.name in columns]
            yield table if len(kept) == len(table.columns) else Table(table.name, MetaData(), *kept)


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


def _indexes() -> list[Index]:
    found = [index for table in Base.metadata.sorted_tables for index in table.indexes]
    return sorted(found, key=lambda index: str(index.name))


def _copy_table(source: Connection, target: Connection, table: Table, progress: Progress) -> Tally:
    def copied() -> Iterator[exchange.Rows]:
        with exchange.writing(target, table) as write:
            for rows in exchange.read(source, table):
                write(rows)
                yield rows

    return _tally(copied(), table.name, progress)


def _tally(batches: Iterator[exchange.Rows], table: str, progress: Progress) -> Tally:
    rows, total = 0, 0
    for batch in batches:
        total += sum(_row_digest(row) for row in batch)
        rows += len(batch)
        progress(table, rows)
    return Tally(rows, f"{total % 2**256:064x}")


def _row_digest(row: Sequence[Any]) -> int:
    return int.from_bytes(hashlib.sha256(_as_json(row).encode()).digest())
