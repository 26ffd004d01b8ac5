"""Functions that run periodically, once across all servers: APScheduler asks, a lease row decides."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from data.clock import database_now
from data.engine import Database
from data.models import PeriodicRun

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)
Run = Callable[[Database], None]
ASK_EVERY = timedelta(seconds=60)
LONGEST_RUN = timedelta(hours=1)
"""A server that has not ended by then is taken for dead and another one may begin."""


@dataclass(frozen=True)
class Periodic:
    """A periodic function: due `every` so often, or once a day at `daily` (the server's local time)."""

    name: str
    run: Run
    every: timedelta | None
    daily: time | None

    def due_since(self, now: datetime) -> datetime:
        """It is due when it was last begun before this moment."""
        if self.every is not None:
            return now - self.every
        assert self.daily is not None  # noqa: S101  `periodic` lets nothing else through
        local = now.astimezone()
        today = local.replace(hour=self.daily.hour, minute=self.daily.minute, second=0, microsecond=0)
        return today if today <= local else today - timedelta(days=1)


PERIODIC: dict[str, Periodic] = {}


def periodic(name: str, *, every: timedelta | None = None, daily: time | None = None) -> Callable[[Run], Run]:
    """Declare a periodic function. A run that was missed while no server was up is made up for."""
    if (every is None) == (daily is None):
        raise ValueError("a periodic function has either `every` or `daily`")

    def declare(run: Run) -> Run:
        PERIODIC[name] = Periodic(name, run, every, daily)
        return run

    return declare


def start(database: Database) -> "BackgroundScheduler":
    """Begin to ask for everything that is declared; `shutdown()` ends it."""
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415  to declare needs none

    scheduler = BackgroundScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    for declared in PERIODIC.values():
        pause = min(declared.every or ASK_EVERY, ASK_EVERY)
        scheduler.add_job(run_if_due, "interval", (database, declared), seconds=pause.total_seconds(), id=declared.name)
        scheduler.add_job(run_if_due, args=(database, declared))  # a run that was missed is not late by a minute more
    scheduler.start()
    return scheduler


def run_if_due(database: Database, declared: Periodic) -> bool:
    """Run the function when it is due and no other server runs it; returns whether it ran."""
    if not _claim(database, declared):
        return False
    succeeded = False
    try:
        declared.run(database)
        succeeded = True
    except Exception:  # the next run is tried all the same
        log.exception("periodic %s failed", declared.name)
    with database.write() as db:
        ended = update(PeriodicRun).where(PeriodicRun.name == declared.name)
        db.execute(ended.values(ended_at=database_now(db), lease_until=None, succeeded=succeeded))
    return True


def _claim(database: Database, declared: Periodic) -> bool:
    with database.read() as db:
        known = db.scalar(select(PeriodicRun).where(PeriodicRun.name == declared.name))
        now = database_now(db)
    if known is not None and not _is_due(known, declared, now):
        return False
    if known is None:
        _make_row(database, declared.name)
    with database.write() as db:
        now = database_now(db)
        due = or_(PeriodicRun.started_at.is_(None), PeriodicRun.started_at < declared.due_since(now))
        free = or_(PeriodicRun.lease_until.is_(None), PeriodicRun.lease_until < now)
        mine = update(PeriodicRun).where(PeriodicRun.name == declared.name, due, free)
        taken = mine.values(started_at=now, lease_until=now + LONGEST_RUN).returning(PeriodicRun.id)
        return db.scalar(taken) is not None


def _is_due(known: PeriodicRun, declared: Periodic, now: datetime) -> bool:
    is_free = known.lease_until is None or known.lease_until < now
    return is_free and (known.started_at is None or known.started_at < declared.due_since(now))


def _make_row(database: Database, name: str) -> None:
    try:
        with database.write() as db:
            db.add(PeriodicRun(name=name))
    except IntegrityError:
        log.debug("another server made the row of %s", name)
