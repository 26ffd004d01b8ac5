"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite; values pass through the columns' types."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from psycopg import sql
from sqlalchemy import Column, Dialect, Table, insert
from sqlalchemy.orm import Session

SQLITE_ROWS = 50_000


def bulk_insert(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows that are new; returns how many. What a row leaves out has the column's plain default, or is empty."""
    connection = session.connection()
    columns = list(table.columns)
    values = _processed(columns, connection.dialect, rows)
    if connection.dialect.name == "sqlite":
        statement = str(insert(table).compile(dialect=connection.dialect, column_keys=[each.key for each in columns]))
        return _executed(connection.connection.cursor(), statement, values)
    names = sql.SQL(", ").join(sql.Identifier(each.name) for each in columns)
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    count = 0
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(copy) as out:
        for row in values:
            out.write_row(row)
            count += 1
    return count


def _executed(cursor: Any, statement: str, values: Iterator[Sequence[Any]]) -> int:
    count = 0
    while batch := list(islice(values, SQLITE_ROWS)):
        cursor.executemany(statement, batch)
        count += len(batch)
    cursor.close()
    return count


def _processed(
    columns: list[Column[Any]], dialect: Dialect, rows: Iterable[Mapping[str, Any]]
) -> Iterator[Sequence[Any]]:
    """Rows as the driver takes them."""
    prepared = []
    for column in columns:
        default = column.default.arg if column.default is not None and column.default.is_scalar else None  # type: ignore[attr-defined]
        prepared.append((column.key, default, column.type.dialect_impl(dialect).bind_processor(dialect)))
    for row in rows:
        yield [
            process(row.get(key, default)) if process else row.get(key, default) for key, default, process in prepared
        ]
