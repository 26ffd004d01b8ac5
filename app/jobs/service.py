"""The background work of one server: a worker and a scheduler, started and stopped with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.jobs import catalogue, schedule
from app.jobs.worker import Worker
from data.engine import Database

__all__ = ["background", "catalogue"]


@contextmanager
def background(database: Database) -> Iterator[None]:
    """Run jobs and periodic functions while the server is up."""
    worker = Worker(database)
    worker.start()
    scheduler = schedule.start(database)
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
        worker.stop()
