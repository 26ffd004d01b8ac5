"""Errors of a database's driver where SQLAlchemy's own way of running a statement is passed by."""

import sqlite3
from typing import Any, NoReturn

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from data.reopening import is_spoilt

OTHER_COLUMNS = "0A000"
"""PostgreSQL's code where a statement that a connection keeps prepared gives other columns since a migration."""

ORPHANED = {sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "23503"}
"""SQLite's code and PostgreSQL's where a row would hang on one that is not there."""


def tell(connection: Connection, statement: str, cursor: Any, error: Any) -> NoReturn:
    """Raise a driver's error as SQLAlchemy's; a lost connection is not used again, nor kept by an open cursor."""
    if cursor is not None:
        cursor.close()
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    lost = (
        is_spoilt(connection, error)
        or is_outdated(connection, error)
        or dialect.is_disconnect(error, connection.connection, None)
    )
    if lost:
        connection.invalidate(error)
    told: BaseException = DBAPIError.instance(
        statement, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    raise told from error


def is_orphan(error: IntegrityError) -> bool:
    """Whether a row was refused because what it belongs to is not there, or no more."""
    return not ORPHANED.isdisjoint(getattr(error.orig, name, None) for name in ("sqlite_errorcode", "sqlstate"))


def is_outdated(connection: Connection, error: object) -> bool:
    """Whether a connection of PostgreSQL knows a schema that is no more; then none of those that are open is used again.

    It would never prepare its statement anew: the driver forgets what it prepared with a transaction that is rolled back, and
    where only is read, there is none.
    """
    outdated = getattr(error, "sqlstate", None) == OTHER_COLUMNS
    if outdated:
        connection.engine.dispose()
    return outdated
