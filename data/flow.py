"""Statements that are sent without waiting for one another's answers: PostgreSQL is at the end of a line, and takes longer to
be reached than to answer most of them. On SQLite nothing waits."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection

from data.driver_errors import tell


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """What is sent in here waits for no other's answer; where the database is at the end of a line, that is most of the time."""
    if connection.dialect.name == "sqlite":
        yield
        return
    line: Any = connection.connection.dbapi_connection
    with _told(connection), line.pipeline():
        yield


@contextmanager
def _told(connection: Connection) -> Iterator[None]:
    """Errors of the driver as SQLAlchemy's."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        tell(connection, "", None, error)


class Flow:
    """Statements of a transaction that wait for no answer until one is read, with its beginning and its commit: where the
    database is at the end of a line, it is asked as often as something is read, and once more at the end.

    A fault is told with the next answer that is read, or at the end.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._line: Any = None if connection.dialect.name == "sqlite" else connection.connection.dbapi_connection
        if self._line is not None:
            with _told(connection):
                self._line.begin_flow()

    def stop(self) -> None:
        """Wait for all answers; the transaction goes on."""
        line, self._line = self._line, None
        if line is not None:
            with _told(self._connection):
                line.end_flow()

    def commit(self) -> None:
        """Commit, and wait for all answers."""
        if self._line is not None:
            with _told(self._connection):
                self._line.commit_flow()
            self._line = None

    def abandon(self) -> None:
        """The transaction is to be undone: what its last statements would have answered does not matter."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(self._connection.dialect.loaded_dbapi.Error):
                line.end_flow()


def answer_now(connection: Connection) -> None:
    """Let the database answer what was sent, while here something is done before the answers are read."""
    if flows(connection):
        line: Any = connection.connection.dbapi_connection
        with _told(connection):
            line.pgconn.send_flush_request()
            line.pgconn.flush()


def flows(connection: Connection) -> bool:
    """Whether statements wait for no answer now."""
    line: Any = connection.connection.dbapi_connection
    return connection.dialect.name != "sqlite" and bool(line.pgconn.pipeline_status)
