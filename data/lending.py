"""Connections between two transactions.

SQLAlchemy makes an object of its own for each time that a connection leaves the pool; that and the pool's own work take
longer than SQLite for most statements. So a few connections stay as they are between transactions. Of PostgreSQL's it is seen
before each whether they still stand.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, Pool, event

from data.driver_errors import tell

MOST_KEPT = 4
Lent = tuple[Connection, Pool]
"""A connection, and the engine's pool when it was taken; an engine that was disposed since has another."""
OfLine = Callable[[Any], object]
"""What is done to a connection of the driver."""


class Lender:
    """Lends an engine's connections, and keeps some of those that come back until `whole`, the engine it is part of, is
    disposed."""

    def __init__(
        self,
        engine: Engine,
        whole: Engine,
        prepare: OfLine | None = None,
        check: OfLine | None = None,
        begin: Callable[[Connection], object] | None = None,
    ) -> None:
        """`prepare` is given each connection of the driver that comes out of the pool; `check` each that was kept, before it
        is lent again: its error ends all that nobody has at work. `begin` begins a transaction unless there is one, be it one
        that SQLAlchemy does not know of; without it, it is SQLAlchemy's."""
        self._engine = engine
        self._whole = whole
        self._prepare = prepare
        self._check = check
        self.begin = begin or _begin
        self._kept: list[Lent] = []
        event.listen(whole, "engine_disposed", self._close_old)

    def lend(self) -> Lent:
        """A connection in no transaction."""
        while self._kept:
            try:
                lent = self._kept.pop()
            except IndexError:
                break  # somebody else was quicker
            if not self._is_old(lent) and self._stands(lent):
                return lent
            _close(lent)
        line, pool = self._engine.connect(), self._engine.pool
        if self._prepare is not None:
            try:
                self._prepare(line.connection.dbapi_connection)
            except self._engine.dialect.loaded_dbapi.Error as error:
                try:
                    tell(line, "", None, error)
                finally:
                    _close((line, pool))
        return line, pool

    def undo(self, line: Connection) -> bool:
        """Undo what the connection has begun, be it SQLAlchemy's transaction or the driver's alone; whether it stands still.

        Where a commit failed, SQLAlchemy says that there is no transaction, but begins no other before it is rolled back; and
        the driver's may go on.
        """
        line.rollback()
        if line.invalidated:
            return False
        driven: Any = line.connection.dbapi_connection
        try:
            driven.rollback()
        except self._engine.dialect.loaded_dbapi.Error as error:
            tell(line, "ROLLBACK", None, error)
        return True

    def take_back(self, lent: Lent) -> None:
        """End what the connection has begun; keep it, or give it back to the pool."""
        stands = False
        try:
            stands = self.undo(lent[0])
        finally:
            if self._is_old(lent):
                _close(lent)
            elif stands and len(self._kept) < MOST_KEPT:
                self._kept.append(lent)
            else:
                lent[0].close()

    def _stands(self, lent: Lent) -> bool:
        if self._check is None:
            return True
        try:
            self._check(lent[0].connection.dbapi_connection)
        except self._engine.dialect.loaded_dbapi.Error:
            self._whole.dispose()  # others of the same age are not used again either
            return False
        return True

    def _is_old(self, lent: Lent) -> bool:
        return lent[1] is not self._engine.pool

    def _close_old(self, _whole: Engine) -> None:
        kept, self._kept = self._kept, []
        for lent in kept:
            _close(lent)


def _begin(line: Connection) -> None:
    if not line.in_transaction():
        line.begin()


def _close(lent: Lent) -> None:
    # A pool that is no longer the engine's would leave open what comes back to it.
    lent[0].invalidate()
    lent[0].close()
