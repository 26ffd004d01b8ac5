"""The driver itself, beside which the product's services are measured: as durable, and with the constraints of the tables."""

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import psycopg

from data.engine import Database

Ask = Callable[[str, Sequence[Any]], list[Any]]
Put = Callable[[str, Sequence[Sequence[Any]]], object]


@contextmanager
def bare(database: Database) -> Iterator[Ask]:
    """A connection of the driver's own to the same database: runs a statement (`%s` for each value), commits it, durably,
    and reads all its rows."""
    if database.engine.dialect.name == "sqlite":
        with _file(database) as file:
            yield lambda statement, values: file.execute(statement.replace("%s", "?"), values).fetchall()
        return

    with _server(database) as server:

        def ask(statement: str, values: Sequence[Any]) -> list[Any]:
            cursor = server.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        yield ask


@contextmanager
def bare_many(database: Database) -> Iterator[Put]:
    """The same with `executemany`: runs a statement with each of some rows, in one transaction."""
    if database.engine.dialect.name == "sqlite":
        with _file(database) as file:

            def put(statement: str, rows: Sequence[Sequence[Any]]) -> None:
                file.execute("BEGIN IMMEDIATE")
                file.executemany(statement.replace("%s", "?"), rows)
                file.execute("COMMIT")

            yield put
        return

    with _server(database) as server:

        def send(statement: str, rows: Sequence[Sequence[Any]]) -> None:
            with server.transaction():
                server.cursor().executemany(statement, rows)

        yield send


def inserting(table: str, columns: Sequence[str]) -> str:
    """An INSERT of a row."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


def bare_values(database: Database, values: Sequence[Any]) -> list[Any]:
    """A row as the driver is given it: SQLite keeps keys and moments as text."""
    if database.engine.dialect.name != "sqlite":
        return list(values)
    return [_as_text(each) for each in values]


def _as_text(value: Any) -> Any:
    match value:
        case uuid.UUID():
            return value.hex
        case date():  # a moment is one too
            return str(value)
        case _:
            return value


def _file(database: Database) -> closing[sqlite3.Connection]:
    file = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    file.execute("PRAGMA synchronous=FULL")
    file.execute("PRAGMA foreign_keys=ON")
    return closing(file)


def _server(database: Database) -> psycopg.Connection[Any]:
    url = database.engine.url
    return psycopg.connect(host=url.host, port=url.port, user=url.username, dbname=url.database, autocommit=True)
