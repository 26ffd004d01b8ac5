"""What a job sees of itself while it runs: its parameters, its progress, and the lease it runs under."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.access.rights import Actor
from data.clock import database_now
from data.direct import Direct
from data.engine import Database
from data.models import Job

_MINE = update(Job).where(Job.id == bindparam("job"), Job.holder == bindparam("by"), Job.state == "running")
_HELD = _MINE.values(lease_until=bindparam("until")).returning(Job.cancel_asked)
_STAYS = Direct(_HELD)
_CAME_TO = Direct(_HELD.values(done=bindparam("came_to"), total=bindparam("of"), message=bindparam("says")))
LEASE = timedelta(seconds=60)
REPORT_SECONDS = 0.5


class Stopped(Exception):
    """The job must not go on: the lease is another run's, somebody cancelled it, or the server shuts down."""


class LeaseLost(Stopped):
    """Another run has the job now; nothing more may be written for this one."""


class Cancelled(Stopped):
    """Somebody cancelled the job."""


class ShuttingDown(Stopped):
    """The server stops; another one may go on."""


@dataclass
class Running:
    """One run of a job. `done` is where the run before it came to, 0 at first."""

    job_id: uuid.UUID
    kind: str
    holder: uuid.UUID
    database: Database
    actor: Actor
    parameters: dict[str, Any]
    done: int = 0
    total: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    _reported: float = 0.0

    def checkpoint(self, db: Session, done: int, total: int | None = None, message: str = "") -> None:
        """Note progress in the caller's transaction, so that work and progress are kept together or not at all.

        Raises Stopped; let it pass: the transaction must be undone.
        """
        if self.stopping.is_set():
            raise ShuttingDown
        total = self.total if total is None else total
        self._go_on(db, _CAME_TO, came_to=done, of=total, says=message)
        self.done, self.total = done, total

    def report(self, done: int, total: int | None = None, message: str = "") -> None:
        """Note progress in a transaction of its own, at most twice a second. Raises Stopped."""
        if self.stopping.is_set():
            raise ShuttingDown
        if time.monotonic() - self._reported >= REPORT_SECONDS:
            with self.database.write() as db:
                self.checkpoint(db, done, total, message)
            self._reported = time.monotonic()

    def keep_lease(self) -> None:
        """Hold the job for another while. Raises Stopped."""
        with self.database.write() as db:
            self._go_on(db, _STAYS)

    def _go_on(self, db: Session, how: Direct, **values: Any) -> None:
        until = database_now(db) + LEASE
        found = how.first(db.connection(), job=self.job_id, by=self.holder, until=until, **values)
        if found is None:
            raise LeaseLost
        if found[0]:
            raise Cancelled
