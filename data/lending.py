"""Connections between two transactions.

SQLAlchemy makes an object of its own for each time that a connection leaves the pool; that and the pool's own work take
longer than SQLite for most statements. So a few connections stay as they are between transactions. PostgreSQL's go back to
the pool each time, where it is seen whether they still stand.
"""

from sqlalchemy import Connection, Engine, Pool, event

MOST_KEPT = 4
Lent = tuple[Connection, Pool]
"""A connection, and the engine's pool when it was taken; an engine that was disposed since has another."""


class Lender:
    """Lends an engine's connections, and keeps some of those that come back until `whole`, the engine it is part of, is
    disposed."""

    def __init__(self, engine: Engine, whole: Engine) -> None:
        self._engine = engine
        self._most = MOST_KEPT if engine.dialect.name == "sqlite" else 0
        self._kept: list[Lent] = []
        event.listen(whole, "engine_disposed", self._close_old)

    def lend(self) -> Lent:
        """A connection in no transaction."""
        while self._kept:
            try:
                lent = self._kept.pop()
            except IndexError:
                break  # somebody else was quicker
            if self._is_old(lent):
                _close(lent)
            else:
                return lent
        return self._engine.connect(), self._engine.pool

    def take_back(self, lent: Lent) -> None:
        """End what the connection has begun; keep it, or give it back to the pool."""
        line, _pool = lent
        keeps = False
        try:
            if line.in_transaction():
                line.rollback()
            keeps = not line.invalidated and not self._is_old(lent) and len(self._kept) < self._most
        finally:
            if keeps:
                self._kept.append(lent)
            elif self._is_old(lent):
                _close(lent)
            else:
                line.close()

    def _is_old(self, lent: Lent) -> bool:
        return lent[1] is not self._engine.pool

    def _close_old(self, _whole: Engine) -> None:
        kept, self._kept = self._kept, []
        for lent in kept:
            _close(lent)


def _close(lent: Lent) -> None:
    # A pool that is no longer the engine's would leave open what comes back to it.
    lent[0].invalidate()
    lent[0].close()
