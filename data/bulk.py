"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite; values pass through the columns' types."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from psycopg import sql
from sqlalchemy import Column, Dialect, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.models.base import UtcDateTime

SQLITE_ROWS = 50_000
Prepared = tuple[str, Any, Callable[[Any], Any] | None]
"""A column: its key, its plain default, and what makes the driver's value of ours."""


def bulk_insert(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows that are new; returns how many. What a row leaves out has the column's plain default, or is empty.

    Raises IntegrityError, as the session's own inserts do.
    """
    connection = session.connection()
    statement, columns = _prepared(table, connection.dialect)
    values = _processed(columns, rows)
    cursor: Any = connection.connection.cursor()
    write = _executed if connection.dialect.name == "sqlite" else _copied
    try:
        return write(cursor, statement, values)
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError(f"INSERT INTO {table.name}", None, error) from error
    finally:
        cursor.close()


@lru_cache(maxsize=200)
def _prepared(table: Table, dialect: Dialect) -> tuple[Any, tuple[Prepared, ...]]:
    columns = list(table.columns)
    processors = tuple((each.key, _default(each), _processor(each, dialect)) for each in columns)
    if dialect.name == "sqlite":
        return str(insert(table).compile(dialect=dialect, column_keys=[each.key for each in columns])), processors
    names = sql.SQL(", ").join(sql.Identifier(each.name) for each in columns)
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names), processors


def _default(column: Column[Any]) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]


def _processor(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    # Rows that are written together mostly bear the same moment.
    return lru_cache(maxsize=8)(process) if process and isinstance(column.type, UtcDateTime) else process


def _executed(cursor: Any, statement: str, values: Iterator[Sequence[Any]]) -> int:
    count = 0
    while batch := list(islice(values, SQLITE_ROWS)):
        cursor.executemany(statement, batch)
        count += len(batch)
    return count


def _copied(cursor: Any, statement: sql.Composed, values: Iterator[Sequence[Any]]) -> int:
    count = 0
    with cursor.copy(statement) as out:
        for row in values:
            out.write_row(row)
            count += 1
    return count


def _processed(columns: Sequence[Prepared], rows: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[Any]]:
    """Rows as the driver takes them."""
    for row in rows:
        get = row.get
        yield [process(get(key, default)) if process else get(key, default) for key, default, process in columns]
