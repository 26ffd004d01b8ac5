"""Connections to PostgreSQL that do not wait for ever for an answer.

A line that is cut tells so. One that a proxy or a firewall between keeps open and passes nothing on does not, and the
kernel's own time-outs see nothing wrong: whoever stands between acknowledges every packet. So after a silence the server is
asked on another line whether it is still at work for this one; a long statement may take its time.
"""

import select
import sys
import time
from collections.abc import Generator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from psycopg import OperationalError
from psycopg.abc import RV, PQGen
from psycopg.conninfo import make_conninfo
from psycopg.errors import InFailedSqlTransaction
from psycopg.pq import TransactionStatus

SILENCE_SECONDS = 5.0
ASKING_SECONDS = 3
WELL_SECONDS = 5.0
"""So long after its last answer a line is taken to stand, unless something came on it meanwhile."""
WAKE_SECONDS = 0.1
IDLE = TransactionStatus.IDLE
FAILED = "a statement of the transaction failed, so that nothing of it is kept"
WAITS_FOR_CLIENT = "SELECT wait_event_type = 'Client' FROM pg_stat_activity WHERE pid = %s"


class Line(psycopg.Connection[Any]):
    """A connection that raises OperationalError, and is closed, when its line turns out to be dead."""

    _heard: float = 0.0
    _flow: AbstractContextManager[psycopg.Pipeline] | None = None
    _only_reads: bool = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._kept: dict[str, psycopg.Cursor[Any]] = {}
        self._used: list[tuple[str, psycopg.Cursor[Any]]] = []

    def begin_reading(self) -> None:
        """Until `end_reading` every statement is a transaction of its own, and the server lets none of them write or lock.

        The isolation stays what it is, READ COMMITTED: there each statement sees what is committed when it begins anyway, and
        a transaction around them would be two more questions to the server.
        """
        self.autocommit = self._only_reads = True
        self.execute("SET default_transaction_read_only = on")

    def end_reading(self) -> None:
        """A line for any transaction again."""
        if self._only_reads:
            self.execute("RESET default_transaction_read_only")
            self.autocommit = self._only_reads = False

    def commit(self) -> None:
        """Commit. Raises InFailedSqlTransaction after a statement that failed: the server undoes all then, and tells no error."""
        if self.pgconn.transaction_status == TransactionStatus.INERROR:
            raise InFailedSqlTransaction(FAILED)
        super().commit()

    def rollback(self) -> None:
        """Undo what is not committed; where there is no transaction, there is nothing to wait for."""
        if self.pgconn.transaction_status != IDLE or self.pgconn.pipeline_status:
            super().rollback()

    def cursor(self, *given: Any, **named: Any) -> Any:
        """A cursor; one that has a name is the server's own, which lives in a transaction: here one begins where there is none."""
        if (given or "name" in named) and self.autocommit and self.pgconn.transaction_status == IDLE:
            self.execute("BEGIN")
        return super().cursor(*given, **named)

    def seems_well(self) -> bool:
        """Whether there is no need to ask the server: it answered just now, and did not say since that it ends."""
        return not self.closed and time.monotonic() - self._heard <= WELL_SECONDS and not self._has_come()

    def begin_flow(self) -> None:
        """Begin a transaction whose statements are sent without waiting for the answers of those before."""
        self._flow = self.pipeline()
        self._flow.__enter__()
        if self.pgconn.transaction_status == IDLE:
            # The driver would wait for the answer to a BEGIN of its own, before each statement until it knows of one.
            self._autocommit = True
            self.cursor_of("BEGIN").execute("BEGIN")

    def end_flow(self) -> None:
        """Wait for all answers. Raises the error of the first statement that failed."""
        flow, self._flow = self._flow, None
        used, self._used = self._used, []
        try:
            if flow is not None:
                flow.__exit__(None, None, None)
        finally:
            self._autocommit = self._only_reads
        self._kept.update(each for each in used if not each[1].closed)

    def commit_flow(self) -> None:
        """Commit with what was sent before, and end the flow. Raises as `end_flow` and `commit` do."""
        cursor = self.cursor_of("COMMIT").execute("COMMIT")
        self.end_flow()
        if cursor.statusmessage != "COMMIT":
            raise InFailedSqlTransaction(FAILED)

    def cursor_of(self, statement: str) -> psycopg.Cursor[Any]:
        """A cursor for a statement; in a flow the one that ran it in the last: it knows how the values are to be sent."""
        if self._flow is None:
            return super().cursor(binary=True)
        found = self._kept.pop(statement, None) or super().cursor(binary=True)
        self._used.append((statement, found))
        return found

    def wait(self, gen: PQGen[RV], interval: float = WAKE_SECONDS, timeout: float | None = None) -> RV:
        """What every statement waits in; `gen` is woken each `interval` seconds. Its errors tell no values."""
        try:
            return super().wait(self._watched(gen), interval, timeout)
        except psycopg.Error as error:
            if error.diag.message_primary:  # What else the server tells of it shows the row, and goes to the log.
                error.args = (error.diag.message_primary,)
            raise

    def _watched(self, gen: PQGen[RV]) -> Generator[Any, Any, RV]:
        heard = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() - heard > SILENCE_SECONDS:
                    self._raise_if_dead()
                    heard = time.monotonic()
                elif ready:
                    heard = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            self._heard = time.monotonic()
            result: RV = end.value
            return result

    def _raise_if_dead(self) -> None:
        if self._server_waits_for_us() and not self._has_come():  # else the answer came while we asked
            self.close()
            raise OperationalError("the line to the server passes nothing on")

    def _has_come(self) -> bool:
        """Whether something came that nobody has read."""
        socket = self.pgconn.socket
        if sys.platform == "win32":
            return bool(select.select([socket], [], [], 0)[0])
        came = select.poll()  # `select` knows no more than 1,024 open files, and a server may have more
        came.register(socket, select.POLLIN)
        return bool(came.poll(0))

    def _server_waits_for_us(self) -> bool:
        """Whether both ends wait for each other, or the server cannot be reached at all."""
        same = make_conninfo(**self.info.get_parameters())
        own: dict[str, Any] = {"password": self.info.password, "connect_timeout": ASKING_SECONDS}
        try:
            with _Asking.connect(same, autocommit=True, **own) as asking:
                row = asking.execute(WAITS_FOR_CLIENT, (self.info.backend_pid,)).fetchone()
        except psycopg.Error:
            return True
        # A pooler between gives numbers of its own: of those nothing is known.
        return bool(row and row[0])


class _Asking(psycopg.Connection[Any]):
    """The other line, which waits for no answer longer than a few seconds."""

    def wait(self, gen: PQGen[RV], interval: float = WAKE_SECONDS, timeout: float | None = None) -> RV:  # noqa: ARG002
        return super().wait(gen, interval, ASKING_SECONDS)
