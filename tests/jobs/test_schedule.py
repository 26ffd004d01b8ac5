"""Periodic functions: once across servers, made up for when missed."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from app.jobs import schedule
from app.jobs.schedule import PERIODIC, Periodic, periodic, run_if_due
from data.clock import database_now
from data.engine import Database
from data.models import PeriodicRun


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """What a test declares is gone after it."""
    before = dict(PERIODIC)
    yield
    PERIODIC.clear()
    PERIODIC.update(before)


def started(database: Database, ago: timedelta) -> None:
    with database.write() as db:
        db.execute(update(PeriodicRun).values(started_at=database_now(db) - ago))


def test_many_servers_run_it_once(database: Database) -> None:
    ran: list[int] = []
    hourly = Periodic("hourly", lambda _database: ran.append(1), timedelta(hours=1), None)
    with ThreadPoolExecutor(8) as servers:
        answers = list(servers.map(lambda _n: run_if_due(database, hourly), range(8)))
    assert (len(ran), answers.count(True)) == (1, 1)


def test_it_is_due_again_after_its_time_and_not_before(database: Database) -> None:
    ran: list[int] = []
    hourly = Periodic("hourly", lambda _database: ran.append(1), timedelta(hours=1), None)
    run_if_due(database, hourly)
    started(database, timedelta(minutes=59))
    assert not run_if_due(database, hourly)
    started(database, timedelta(minutes=61))
    assert run_if_due(database, hourly)


def test_a_failure_is_noted_and_does_not_stop_the_next_run(database: Database) -> None:
    hourly = Periodic("hourly", lambda _database: 1 / 0, timedelta(hours=1), None)  # type: ignore[arg-type]
    assert run_if_due(database, hourly)
    with database.read() as db:
        assert db.scalars(select(PeriodicRun.succeeded)).all() == [False]
    started(database, timedelta(hours=2))
    assert run_if_due(database, hourly)


def test_a_dead_servers_run_is_taken_over_when_its_lease_is_out(database: Database) -> None:
    quick = Periodic("quick", lambda _database: None, timedelta(seconds=1), None)
    run_if_due(database, quick)
    started(database, timedelta(minutes=5))
    for lease, runs in ((timedelta(minutes=1), False), (timedelta(minutes=-1), True)):
        with database.write() as db:
            db.execute(update(PeriodicRun).values(lease_until=database_now(db) + lease))
        assert run_if_due(database, quick) is runs


def test_a_daily_function_is_due_from_its_hour_on() -> None:
    nightly = Periodic("nightly", lambda _database: None, None, time(3, 30))
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC).astimezone()
    assert nightly.due_since(noon) == noon.replace(hour=3, minute=30)
    before = noon.replace(hour=3, minute=29)
    assert nightly.due_since(before) == before.replace(hour=3, minute=30) - timedelta(days=1)


def test_the_scheduler_of_a_server_runs_what_is_declared(database: Database) -> None:
    ran = threading.Event()
    PERIODIC.clear()
    periodic("soon", every=timedelta(hours=1))(lambda _database: ran.set())
    scheduler = schedule.start(database)
    assert ran.wait(10)
    scheduler.shutdown()
