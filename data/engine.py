"""Engines and transactions, and what differs between SQLite and PostgreSQL."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    Insert,
    Table,
    create_engine,
    event,
    literal_column,
)
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from data.driver_errors import is_outdated, tell
from data.lending import MOST_KEPT, Lender
from data.reopening import Reopening, must_be_in_place

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from data.lines import Line
    from data.unit import Unit

SQLITE_BUSY_MILLISECONDS = 30_000
SQLITE_GIVE_WAY_SECONDS = 0.12
SQLITE_AGAIN_SECONDS = 0.01
DEAD_LINES = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""PostgreSQL: how long a line that lost its other end is waited for (libpq's settings; seconds, the last milliseconds)."""

BY_INDEX = "SET random_page_cost = 1.1"
"""PostgreSQL: a page of an index costs as much as it does on an SSD or in memory. By its default, which is a turning disk's,
small tables are read whole for fifty rows."""

_BEGINNING = Lock()
"""Held while somebody begins to listen to events: SQLAlchemy lets two do so at once, and both be heard who wanted one to be."""


class Database:
    """One database: `read()` and `write()` give a session in a transaction of its own.

    `watch` is called before the first of them: whoever has to hear of every change is there by then.
    """

    def __init__(self, address: str, watch: Callable[[], None] | None = None) -> None:
        self.engine = _make_engine(address)
        self._watch = watch

    @cached_property
    def _reading(self) -> Lender:
        return self._lender(self.engine, reads=True)

    @cached_property
    def _writing(self) -> Lender:
        return self._lender(self.engine.execution_options(congye_write=True), reads=False)

    @cached_property
    def _unit(self) -> "type[Unit]":
        from data.unit import Unit  # noqa: PLC0415  what only asks the engine needs no session

        return Unit

    def _lender(self, engine: Engine, *, reads: bool) -> Lender:
        with _BEGINNING:
            if self._watch is not None:
                self._watch()
            if engine.dialect.name == "sqlite":
                return Lender(engine, self.engine, begin=_begin_reading_sqlite if reads else None)
            check = partial(_ask_whether_it_stands, engine)
            return Lender(engine, self.engine, _begin_reading if reads else None, check)

    def read(self) -> "AbstractContextManager[Session]":
        """A session for reading; nothing is committed.

        On SQLite all of it sees one moment; on PostgreSQL each statement sees what is committed when it begins, and none may
        write or lock.
        """
        return self._unit(self._reading)  # which closes itself at the end

    @contextmanager
    def write(self) -> "Iterator[Session]":
        """A session whose changes are committed together at the end, or not at all."""
        session = self._unit(self._writing)
        try:
            yield session
            session.commit()
        except BaseException:
            with suppress(DBAPIError):  # It would stand in for what went wrong; its connection is not used again.
                session.rollback()
            raise
        finally:
            session.close()

    def give_way(self) -> None:
        """Between the writes of a long work: SQLite's waiting writers ask again every tenth of a second, and now one gets in."""
        if self.engine.dialect.name == "sqlite":
            time.sleep(SQLITE_GIVE_WAY_SECONDS)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _make_engine(address: str) -> Engine:
    if address.startswith("sqlite"):
        busy = {"timeout": SQLITE_BUSY_MILLISECONDS / 1000}
        # Those that are kept between transactions are out of the pool.
        engine = create_engine(address, hide_parameters=True, max_overflow=10 + 2 * MOST_KEPT, connect_args=busy)
        event.listen(engine, "begin", _begin_sqlite)
        Reopening(engine, _prepare_sqlite)
        return engine
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_size=10,
        max_overflow=20,
        use_native_hstore=False,  # Nothing here uses it, and each start would ask for it.
        connect_args=DEAD_LINES,
    )
    event.listen(engine, "do_connect", _open_line)
    event.listen(engine, "checkout", partial(_must_stand, engine))
    event.listen(engine, "checkin", _end_reading)
    event.listen(engine, "handle_error", _heard)
    return engine


def _open_line(_dialect: object, _record: object, arguments: Sequence[Any], parameters: dict[str, Any]) -> "Line":
    from data.lines import Line  # noqa: PLC0415  whoever has SQLite needs no driver of PostgreSQL

    line = Line.connect(*arguments, **parameters)
    line.execute(BY_INDEX)
    line.commit()
    return line


def _must_stand(engine: Engine, line: Any, _record: object, _lent: object) -> None:
    """No transaction begins on a line that was cut since the last one; others of the same age are not used again either."""
    try:
        _ask_whether_it_stands(engine, line)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _ask_whether_it_stands(engine: Engine, line: Any) -> None:
    if not line.seems_well():
        engine.dialect.do_ping(line)


def _begin_reading(line: Any) -> None:
    line.begin_reading()


def _end_reading(line: Any, record: ConnectionPoolEntry) -> None:
    """Whoever takes a line out of the pool next may write."""
    if line is not None:
        try:
            line.end_reading()
        except Exception as error:  # noqa: BLE001  of the driver, which whoever has SQLite does not have
            record.invalidate(error)


def _heard(context: ExceptionContext) -> None:
    if context.connection is not None and is_outdated(context.connection, context.original_exception):
        context.is_disconnect = True


def _prepare_sqlite(connection: Any) -> None:
    # pysqlite's own transaction handling begins too late for consistent reads; we send BEGIN ourselves.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
    _log_ahead(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _log_ahead(connection: Any) -> None:
    """Into WAL mode. On a new file whoever does so while another one does, or writes, is refused at once: SQLite lets none of
    those wait who hold a lock for reading already."""
    until = time.monotonic() + SQLITE_BUSY_MILLISECONDS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(SQLITE_AGAIN_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """As SQLAlchemy begins a transaction."""
    if connection.get_execution_options().get("congye_write"):
        # A writer takes its lock at once: upgrading a read transaction fails when another one wrote meanwhile.
        _run_sqlite(connection, "BEGIN IMMEDIATE")
    else:
        _begin_reading_sqlite(connection)


def _begin_reading_sqlite(connection: Connection) -> None:
    """Unless it has begun: a read of direct statements needs no transaction of SQLAlchemy's, which may come later."""
    line: Any = connection.connection.dbapi_connection
    if not line.in_transaction:
        _run_sqlite(connection, "BEGIN")


def _run_sqlite(connection: Connection, statement: str) -> None:
    """Not through SQLAlchemy, which takes ten times as long for it as SQLite."""
    must_be_in_place(connection)
    line: Any = connection.connection.dbapi_connection
    try:
        line.execute(statement)
    except sqlite3.Error as error:
        tell(connection, statement, None, error)


def insert_or_leave(table: Table, dialect: str) -> Insert:
    """An INSERT in a dialect that leaves the rows whose key is there already."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  whoever has one database needs no other's dialect

        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(table).on_conflict_do_nothing()


def insert_and_tell(table: Table, dialect: str) -> Insert:
    """As `insert_or_leave`; reads a row for each that was not there."""
    return insert_or_leave(table, dialect).returning(literal_column("1"))


def insert_missing(session: "Session", table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key is not there yet; those that are there stay as they are."""
    if rows:
        session.execute(insert_or_leave(table, session.get_bind().dialect.name), rows)
