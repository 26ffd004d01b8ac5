"""Connections that stay as they are between transactions, and when they do not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import QueuePool, event, text

from data.engine import Database
from data.lending import MOST_KEPT

COUNT = text("SELECT count(*) FROM kept")


class Opened:
    """How many connections of the driver there are, and how many there were in all."""

    def __init__(self, database: Database) -> None:
        self.now = self.ever = 0
        event.listen(database.engine, "connect", self._one_more)
        event.listen(database.engine, "close", self._one_less)

    def _one_more(self, *_given: Any) -> None:
        self.now += 1
        self.ever += 1

    def _one_less(self, *_given: Any) -> None:
        self.now -= 1


@pytest.fixture(params=["sqlite", "postgresql"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'x.db'}"
    else:
        address = request.getfixturevalue("postgres_database")[0]
    database = Database(address)
    with database.write() as db:
        db.execute(text("CREATE TABLE kept (number INTEGER)"))
    database.close()
    yield database
    with database.write() as db:
        db.execute(text("DROP TABLE kept"))
    database.close()


def test_one_transaction_after_another_has_the_same_connection_and_sees_what_others_wrote(file: Database) -> None:
    opened = Opened(file)
    for number in range(3):
        with file.write() as db:
            db.execute(text("INSERT INTO kept VALUES (1)"))
        with file.read() as db:
            assert db.scalar(COUNT) == number + 1
    assert opened.ever == 2  # one reads, one writes


def test_what_was_not_committed_is_not_there_for_the_next(file: Database) -> None:
    opened = Opened(file)

    def fail() -> None:
        with file.write() as db:
            db.execute(text("INSERT INTO kept VALUES (1)"))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    with file.write() as db:
        assert db.scalar(COUNT) == 0
    assert opened.ever == 1


def test_few_are_kept_of_many_and_all_are_closed_with_the_database(file: Database) -> None:
    opened, many = Opened(file), 20
    together = Barrier(many)

    def read(_number: int) -> None:
        with file.read() as db:
            db.scalar(COUNT)
            together.wait(10)

    with ThreadPoolExecutor(many) as pool:
        list(pool.map(read, range(many)))
    assert opened.ever == many
    assert isinstance(file.engine.pool, QueuePool)
    assert opened.now == MOST_KEPT + file.engine.pool.size()
    file.close()
    assert opened.now == 0


def test_one_that_is_out_while_the_database_is_closed_is_not_used_again(file: Database) -> None:
    opened = Opened(file)
    with file.read() as db:
        db.scalar(COUNT)
        file.close()
    assert opened.now == 0
    with file.read() as db:
        db.scalar(COUNT)
    assert opened.ever == 2


def test_one_that_was_lost_is_not_used_again(file: Database) -> None:
    opened = Opened(file)
    with file.read() as db:
        db.connection().invalidate()
    with file.read() as db:
        db.scalar(COUNT)
    assert opened.ever == 2


def test_who_goes_on_after_one_was_lost_has_another_that_is_made_ready(file: Database) -> None:
    with file.read() as db:
        db.connection().invalidate()
        db.rollback()
        assert db.scalar(COUNT) == 0
        if file.engine.dialect.name == "postgresql":
            assert db.scalar(text("SHOW default_transaction_read_only")) == "on"
