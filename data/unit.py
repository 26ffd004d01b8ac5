"""A session in a transaction of its own, on one connection from its first statement to its end.

SQLAlchemy's session puts a transaction of its own over that of the connection, whatever is asked of it; together they cost
more than most of our statements. It is needed to keep track of objects, so here it is begun when the first object or the
first statement of SQLAlchemy comes, and joins the connection's transaction. Statements of `data.direct` do without.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.flow import Flow
from data.lending import Lender, Lent


class Unit(Session):
    """What `Database.read()` and `write()` give."""

    def __init__(self, lender: Lender) -> None:
        super().__init__(expire_on_commit=False, join_transaction_mode="control_fully")
        self._lender = lender
        self._lent: Lent | None = None
        self._asked = False
        self._flow: Flow | None = None

    def connection(self, *_arguments: Any, **_options: Any) -> Connection:
        """The connection, in a transaction."""
        self._asked = True
        if self.in_nested_transaction():
            # Only SQLAlchemy knows of a savepoint, which is set when the first statement comes.
            self._stop_flow()
            return super().connection()
        return self._begun()

    def get_bind(self, *_arguments: Any, **_options: Any) -> Connection:
        """The connection, in a transaction: SQLAlchemy asks here before each statement of its own."""
        self._stop_flow()  # it wants the answer of each at once
        return self._begun()

    @property
    def is_untouched(self) -> bool:
        """Whether no statement was sent yet."""
        return not self._asked and not self.in_transaction()

    def flow(self) -> None:
        """From here to the commit direct statements wait for no answer that nobody reads; SQLAlchemy's own end it."""
        if self._flow is None and not self.in_transaction():
            self._flow = Flow(self.connection())

    def commit(self) -> None:
        """Commit all changes, of objects and of direct statements alike."""
        if not self.in_transaction():
            self.dispatch.before_commit(self)
        if self.in_transaction():
            self._join()
            super().commit()
            return
        if self._flow is not None:
            self._flow.commit()
            self._flow = None
        if self._lent is not None:
            self._lent[0].commit()
        self.dispatch.after_commit(self)

    def rollback(self) -> None:
        """Undo all changes, of objects and of direct statements alike."""
        self._break_flow()
        if not self.in_transaction():
            self.begin()  # else nobody who listens would hear of it
            self._join()
        super().rollback()
        self._asked = False
        if self._lent is not None and not self._lender.undo(self._lent[0]):
            self._give_back()  # What comes next wants one that was made ready.

    def close(self) -> None:
        """Give the connection back; what is not committed is undone."""
        self._break_flow()
        if self.in_transaction() or self.identity_map or self._new:
            super().close()  # it takes as long as two statements
        self._give_back()

    def _give_back(self) -> None:
        lent, self._lent = self._lent, None
        if lent is not None:
            self._lender.take_back(lent)

    def _begun(self) -> Connection:
        if self._lent is None:
            self._lent = self._lender.lend()
        self._lender.begin(self._lent[0])
        return self._lent[0]

    def _stop_flow(self) -> None:
        flow, self._flow = self._flow, None
        if flow is not None:
            flow.stop()

    def _break_flow(self) -> None:
        flow, self._flow = self._flow, None
        if flow is not None:
            flow.abandon()

    def _join(self) -> None:
        """Let the session's transaction be that of the connection, so that who listens to the one hears of the other."""
        if self._lent is not None and self._lent[0].in_transaction():
            super().connection()


@contextmanager
def revocable(session: Session) -> Iterator[Callable[[], object]]:
    """What is written in here can be taken back by what is given: the whole transaction if it begins here, else to a savepoint.

    Where it begins here, nothing waits for an answer before somebody reads it, to the end of the transaction.
    """
    if isinstance(session, Unit) and session.is_untouched:
        session.flow()
        yield session.rollback
    else:
        with session.begin_nested() as point:
            yield point.rollback
