"""Errors of a database's driver where SQLAlchemy's own way of running a statement is passed by."""

from typing import Any, NoReturn

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from data.reopening import is_spoilt


def tell(connection: Connection, statement: str, cursor: Any, error: Any) -> NoReturn:
    """Raise a driver's error as SQLAlchemy's; a lost connection is not used again, nor kept by an open cursor."""
    if cursor is not None:
        cursor.close()
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    lost = is_spoilt(connection, error) or dialect.is_disconnect(error, connection.connection, None)
    if lost:
        connection.invalidate(error)
    told: BaseException = DBAPIError.instance(
        statement, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    raise told from error
