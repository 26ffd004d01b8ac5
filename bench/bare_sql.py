"""The driver itself, beside which the product's services are measured."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg

from data.engine import Database

Ask = Callable[[str, Sequence[Any]], list[Any]]


@contextmanager
def bare(database: Database) -> Iterator[Ask]:
    """A connection of the driver's own to the same database: runs a statement (`%s` for each value), commits it, durably,
    and reads all its rows."""
    url = database.engine.url
    if database.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as file:
            file.execute("PRAGMA synchronous=FULL")
            yield lambda statement, values: file.execute(statement.replace("%s", "?"), values).fetchall()
        return

    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname=url.database, autocommit=True
    ) as server:

        def ask(statement: str, values: Sequence[Any]) -> list[Any]:
            cursor = server.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        yield ask
