"""Rows on their way from one database to another, in a form that both share and JSON has: ids and bytes are hexadecimal,
days and moments are ISO 8601 (moments in UTC).

SQLite keeps much in that form and PostgreSQL's COPY takes most of it, so that few values are made anew on the way.
Sealed values travel as the bytes they are.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Date, Dialect, Float, LargeBinary, String, Table, Uuid
from sqlalchemy.types import TypeEngine

from data.driver_errors import tell
from data.models.search import ShortUuid
from data.moments import UtcDateTime

BATCH = 500
"""Rows held in memory at a time."""
Change = Callable[[Any], Any] | None
Way = tuple[Change, Change]
"""What makes the shared form of the driver's value, and the driver's value of that form."""
Rows = Sequence[Sequence[Any]]


def read(database: Connection, table: Table) -> Iterator[Rows]:
    """All rows of a table, some at a time."""
    into = _ways(table, database.dialect)[0]
    query = f"SELECT {_names(table, database.dialect)} FROM {_quoted(table.name, database.dialect)}"  # noqa: S608  our own names
    result = database.exec_driver_sql(query, execution_options={"yield_per": BATCH})
    for rows in result.partitions(BATCH):
        yield _changed(into, rows)


@contextmanager
def writing(database: Connection, table: Table) -> Iterator[Callable[[Rows], None]]:
    """What takes the rows of a table, some at a time."""
    dialect = database.dialect
    out_of = _ways(table, dialect)[1]
    cursor: Any = database.connection.cursor()
    into = f"{_quoted(table.name, dialect)} ({_names(table, dialect)})"
    try:
        if dialect.name == "sqlite":
            insert = f"INSERT INTO {into} VALUES ({', '.join('?' * len(table.columns))})"  # noqa: S608  our own names
            yield lambda rows: cursor.executemany(insert, _changed(out_of, rows))
        else:
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:

                def put(rows: Rows) -> None:
                    for row in _changed(out_of, rows):
                        copy.write_row(row)

                yield put
    except dialect.loaded_dbapi.Error as error:
        tell(database, f"INSERT INTO {table.name}", cursor, error)
    cursor.close()


def _quoted(name: str, dialect: Dialect) -> str:
    return dialect.identifier_preparer.quote(name)


def _names(table: Table, dialect: Dialect) -> str:
    return ", ".join(_quoted(column.name, dialect) for column in table.columns)


def _changed(changes: Sequence[Change], rows: Rows) -> Rows:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, change in enumerate(changes):
        if change is not None:
            columns[place] = [None if value is None else change(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


def _told(moment: datetime | str) -> str:
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)).isoformat()


def _kept_in_text(moment: str) -> str:
    """As SQLAlchemy writes it, which is how it is sorted and compared."""
    return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M:%S.%f")


PLAIN: Way = (None, None)
IN_SQLITE: dict[type[TypeEngine[Any]], Way] = {
    Uuid: PLAIN,
    ShortUuid: (bytes.hex, bytes.fromhex),
    LargeBinary: (bytes.hex, bytes.fromhex),
    Date: PLAIN,
    UtcDateTime: (_told, _kept_in_text),
    String: PLAIN,
    Float: PLAIN,
}
ON_POSTGRESQL: dict[type[TypeEngine[Any]], Way] = {
    Uuid: (attrgetter("hex"), None),
    ShortUuid: (attrgetter("hex"), None),
    LargeBinary: (bytes.hex, bytes.fromhex),
    Date: (date.isoformat, None),
    UtcDateTime: (_told, None),
    String: PLAIN,
    Float: PLAIN,
}
"""Both ways, by a column's type; those of others are SQLAlchemy's."""


@cache
def _ways(table: Table, dialect: Dialect) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """For each column what makes that form of the driver's value, and the driver's value of that form."""
    ways = [_way(column.type, dialect) for column in table.columns]
    return tuple(into for into, _out in ways), tuple(out for _into, out in ways)


def _way(kind: TypeEngine[Any], dialect: Dialect) -> Way:
    for known, way in (IN_SQLITE if dialect.name == "sqlite" else ON_POSTGRESQL).items():
        if isinstance(kind, known):
            return way
    of = kind.dialect_impl(dialect)
    return of.result_processor(dialect, None), of.bind_processor(dialect)
