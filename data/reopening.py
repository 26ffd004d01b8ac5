"""SQLite after a time in which its files could not be written, and when somebody puts another file in place of its own.

A connection that was opened meanwhile stays read-only for ever; so does every later one of the process, as long as one of
those is open: they share the index of the log (SQLite's os_unix.c, unixShmNode). A busy server always has one open. So
none is opened before the last of them is closed.

Whoever has a file open that lies there no more would read what is stale and write what is lost; and whoever opened the new
one beside them would take the old one's log for its own. So nobody does either, until all of them are closed.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Condition
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, ExceptionContext, event
from sqlalchemy.pool import ConnectionPoolEntry

SPOILING = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
"""Primary codes of the errors after which a connection is not used again."""
PATIENCE_SECONDS = 2.0
"""So long one waits for the others: whoever holds a connection and asks for a second must not wait for itself for ever."""

_OPENED = "congye_opened"


class ReplacedError(Exception):
    """Where the database's file lay there is none, or another one: the server has to be started again."""


def must_be_in_place(connection: Connection) -> None:
    """Before a transaction: its file lies where it was opened. Raises ReplacedError.

    Then what stands in the log alone goes into the file that it belongs to, wherever that is: the log stays where it is, and
    whoever opens the new file would take it for that one's.
    """
    try:
        connection.info[_OPENED][0].must_be_in_place()
    except ReplacedError:
        line: Any = connection.connection.dbapi_connection
        with suppress(sqlite3.Error):
            line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raise


def is_spoilt(connection: Connection, error: object) -> bool:
    """Whether a driver's error spoils the connection that it came from; then none of those that are open is used again."""
    if connection.dialect.name != "sqlite":
        return False
    watch, age = connection.info[_OPENED]
    return bool(watch.ends(error, age))


class Reopening:
    """Opens and watches the connections of an engine; each belongs to an age, and an error that spoils them ends it."""

    def __init__(self, engine: Engine, prepare: Callable[[Any], object]) -> None:
        """`prepare` is given each connection of the driver that was opened."""
        self._engine = engine
        self._prepare = prepare
        self._age = 0
        self._open: Counter[int] = Counter()
        self._path = engine.url.database or ""
        self._file: tuple[int, int] | None = None
        self._changed = Condition()
        event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "checkin", self._came_back)
        event.listen(engine, "close", self._close)
        event.listen(engine, "handle_error", self._heard)

    def ends(self, error: object, age: int) -> bool:
        """Whether an error spoils its connection, which is so old; then none of those that are open is used again."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in SPOILING:
            return False
        with self._changed:
            is_first = age == self._age
            self._age += is_first
        if is_first:
            self._engine.dispose()  # Those at work are closed as they come back.
        return True

    def must_be_in_place(self) -> None:
        """Raises ReplacedError unless the file is the one that was opened."""
        if self._file is not None and self._file_there() != self._file:
            raise ReplacedError(f"{self._path} was moved or replaced while it was in use: start the server again")

    def _file_there(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116  before each transaction: pathlib takes twice as long
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _heard(self, context: ExceptionContext) -> None:
        error, connection = context.original_exception, context.connection
        if is_spoilt(connection, error) if connection else self.ends(error, self._age):
            context.is_disconnect = True
            if context.execution_context:  # SQLAlchemy leaves its cursor open then, and with it the files.
                context.execution_context.cursor.close()

    def _connect(
        self, dialect: Dialect, record: ConnectionPoolEntry, arguments: Sequence[Any], parameters: dict[str, Any]
    ) -> Any:
        with self._changed:
            self._changed.wait_for(lambda: self._open.total() == self._open[self._age], PATIENCE_SECONDS)
            if self._open.total():
                self.must_be_in_place()
            else:
                self._file = None
            age = self._age  # Of now: it may end before the files are open.
            self._open[age] += 1
        record.info[_OPENED] = self, age
        opened = None
        try:
            opened = dialect.connect(*arguments, **parameters)
            self._prepare(opened)
        except sqlite3.Error:
            if opened:
                opened.close()
            self._closed(age)
            raise
        self._file = self._file or self._file_there()
        return opened

    def _came_back(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if record.dbapi_connection and record.info[_OPENED][1] < self._age:
            record.invalidate()

    def _close(self, connection: Any, record: ConnectionPoolEntry) -> None:
        connection.close()  # SQLAlchemy tells of it before it does it.
        self._closed(record.info.pop(_OPENED)[1])

    def _closed(self, age: int) -> None:
        with self._changed:
            self._open[age] -= 1
            self._changed.notify_all()
