"""What a job sees of itself while it runs: its parameters, its progress, and the lease it runs under."""

import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.rights import Actor
from data.clock import database_now
from data.engine import Database
from data.models import Job

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
        values = {"done": done, "total": total, "message": message, "lease_until": database_now(db) + LEASE}
        self._update(db, values)
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
            self._update(db, {"lease_until": database_now(db) + LEASE})

    def _update(self, db: Session, values: dict[str, Any]) -> None:
        mine = update(Job).where(Job.id == self.job_id, Job.holder == self.holder, Job.state == "running")
        cancel_asked = db.scalar(mine.values(values).returning(Job.cancel_asked))
        if cancel_asked is None:
            raise LeaseLost
        if cancel_asked:
            raise Cancelled
