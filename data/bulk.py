"""Rows by the bulk: binary COPY on PostgreSQL, one prepared statement on SQLite; values pass through the columns' types."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, insert
from sqlalchemy.orm import Session

from data.direct import bind_process
from data.driver_errors import tell
from data.flow import flows

SQLITE_ROWS = 50_000
FEW = 50
"""So many rows are inserted one by one on PostgreSQL too: a COPY is three questions, which are not asked together with others."""
Written = tuple[str, Any, Callable[[Any], Any] | None]
"""A column: its key, its plain default, and what makes the driver's value of ours."""


@dataclass(frozen=True)
class Copy:
    """PostgreSQL's COPY in its binary form, which converts nothing and so is told the type of each column."""

    statement: Any
    types: list[str]


def bulk_insert(session: Session | Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows that are new; returns how many. What a row leaves out has the column's plain default, or is empty.

    Raises IntegrityError, as the session's own inserts do.
    """
    connection = session if isinstance(session, Connection) else session.connection()
    statement, copy, columns = _prepared(table, connection.dialect)
    values = _processed(columns, rows)
    if copy is not None and flows(connection):
        copy = None  # the driver waits for its answers, and takes none where nothing waits
    cursor: Any = connection.connection.cursor()
    try:
        count = _written(cursor, statement, copy, values)
    except connection.dialect.loaded_dbapi.Error as error:
        tell(connection, f"INSERT INTO {table.name}", cursor, error)
    cursor.close()
    return count


@lru_cache(maxsize=200)
def _prepared(table: Table, dialect: Dialect) -> tuple[Any, Copy | None, tuple[Written, ...]]:
    """An INSERT, PostgreSQL's COPY, and the columns."""
    columns = list(table.columns)
    # As plain strings: a dict is asked for SQLAlchemy's own much more slowly.
    processors = tuple((str(each.key), _default(each), bind_process(each.type, dialect)) for each in columns)
    if dialect.name == "sqlite":
        return str(insert(table).compile(dialect=dialect, column_keys=[each.key for each in columns])), None, processors
    quoted = dialect.identifier_preparer.quote
    name, names = quoted(table.name), ", ".join(quoted(each.name) for each in columns)
    places = ", ".join(["%s"] * len(columns))
    insertion = f"INSERT INTO {name} ({names}) VALUES ({places})"  # noqa: S608  our own names
    copy = Copy(f"COPY {name} ({names}) FROM STDIN (FORMAT BINARY)", [_type_name(each, dialect) for each in columns])
    return insertion, copy, processors


def _type_name(column: Column[Any], dialect: Dialect) -> str:
    """PostgreSQL's name of a column's type, without length and collation."""
    return re.split(r"\(| COLLATE ", column.type.compile(dialect), maxsplit=1)[0].lower()


def _default(column: Column[Any]) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]


def _written(cursor: Any, statement: str, copy: Copy | None, values: Iterator[Sequence[Any]]) -> int:
    count = 0
    if copy is not None:
        first = list(islice(values, FEW + 1))
        if len(first) > FEW:
            return _copied(cursor, copy, chain(first, values))
        if len(first) == 1:
            cursor.execute(statement, first[0])
            return 1
        values = iter(first)
    while batch := list(islice(values, SQLITE_ROWS)):
        cursor.executemany(statement, batch)
        count += len(batch)
    return count


def _copied(cursor: Any, copy: Copy, values: Iterator[Sequence[Any]]) -> int:
    count = 0
    with cursor.copy(copy.statement) as out:
        out.set_types(copy.types)
        for row in values:
            out.write_row(row)
            count += 1
    return count


def _processed(columns: Sequence[Written], rows: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """Rows as the driver takes them."""
    for row in rows:
        get = row.get
        yield [process(get(key, default)) if process else get(key, default) for key, default, process in columns]
