"""A session in a transaction of its own, on one connection from its first statement to its end.

SQLAlchemy's session puts a transaction of its own over that of the connection, whatever is asked of it; together they cost
more than most of our statements. It is needed to keep track of objects, so here it is begun when the first object or the
first statement of SQLAlchemy comes, and joins the connection's transaction. Statements of `data.direct` do without.
"""

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.lending import Lender, Lent


class Unit(Session):
    """What `Database.read()` and `write()` give."""

    def __init__(self, lender: Lender) -> None:
        super().__init__(expire_on_commit=False, join_transaction_mode="control_fully")
        self._lender = lender
        self._lent: Lent | None = None

    def connection(self, *_arguments: Any, **_options: Any) -> Connection:
        """The connection, in a transaction."""
        # Only SQLAlchemy knows of a savepoint, which is set when the first statement comes.
        return super().connection() if self.in_nested_transaction() else self._begun()

    def get_bind(self, *_arguments: Any, **_options: Any) -> Connection:
        """The connection, in a transaction: SQLAlchemy asks here before each statement of its own."""
        return self._begun()

    def commit(self) -> None:
        """Commit all changes, of objects and of direct statements alike."""
        if not self.in_transaction():
            self.dispatch.before_commit(self)
        if self.in_transaction():
            self._join()
            super().commit()
            return
        if self._lent is not None:
            self._lent[0].commit()
        self.dispatch.after_commit(self)

    def rollback(self) -> None:
        """Undo all changes, of objects and of direct statements alike."""
        if not self.in_transaction():
            self._join()
        super().rollback()
        if self._lent is not None:
            self._lent[0].rollback()

    def close(self) -> None:
        """Give the connection back; what is not committed is undone."""
        super().close()
        if self._lent is not None:
            lent, self._lent = self._lent, None
            self._lender.take_back(lent)

    def _begun(self) -> Connection:
        if self._lent is None:
            self._lent = self._lender.lend()
        line = self._lent[0]
        if not line.in_transaction():
            line.begin()
        return line

    def _join(self) -> None:
        """Let the session's transaction be that of the connection, so that who listens to the one hears of the other."""
        if self._lent is not None and self._lent[0].in_transaction():
            super().connection()
