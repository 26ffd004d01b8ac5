"""What a read may do and see: it begins no transaction on PostgreSQL, and changes nothing on either database."""

import shutil
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import DBAPIError, InternalError
from sqlalchemy.orm import Session

from data.direct import Direct
from data.engine import Database, insert_or_leave
from data.flow import together
from data.lending import MOST_KEPT
from data.models import Preference, search_expiry
from data.models.base import new_id

DAY = date(2026, 12, 1)
COME = Direct(partial(insert_or_leave, search_expiry))
COUNT = Direct(select(func.count()).select_from(search_expiry))


def row() -> dict[str, object]:
    return {"dossier_id": new_id(), "expires_on": DAY, "category": "skills"}


def come(db: Session, count: int = 1) -> None:
    COME.each(db.connection(), [row() for _ in range(count)])


def count(database: Database) -> int:
    with database.read() as db:
        return int(COUNT.all(db.connection())[0][0])


def moments(db: Session) -> list[object]:
    """When the transactions of two statements began."""
    return [db.scalar(text("SELECT transaction_timestamp()")) for _ in range(2)]


def test_a_statement_of_a_read_is_a_transaction_of_its_own_and_one_of_a_write_is_not(on_postgresql: Database) -> None:
    with on_postgresql.read() as db:
        assert len(set(moments(db))) == 2
    with on_postgresql.write() as db:
        assert len(set(moments(db))) == 1


def test_a_read_sees_what_was_committed_since_it_began(on_postgresql: Database) -> None:
    with on_postgresql.read() as db:
        assert COUNT.all(db.connection()) == [(0,)]
        with on_postgresql.write() as other:
            come(other)
        assert COUNT.all(db.connection()) == [(1,)]


@pytest.mark.parametrize("directly", [[True, False], [False, True], [True, True]])
def test_a_read_of_sqlite_sees_one_moment_until_it_is_rolled_back(
    sqlite_template: Path, tmp_path: Path, directly: list[bool]
) -> None:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path)}")
    seen = []
    with closing(database), database.read() as db:
        for each in [*directly, *directly]:
            number = (
                COUNT.all(db.connection())[0][0] if each else db.scalar(select(func.count()).select_from(search_expiry))
            )
            seen.append(number)
            with database.write() as other:
                come(other)
            if len(seen) == 2:
                db.rollback()
    assert seen == [0, 0, 2, 2]


@pytest.mark.parametrize("kind", ["object", "statement", "direct", "direct together"])
def test_what_a_read_writes_is_not_kept(database: Database, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(Preference, "audited", False)

    def write(db: Session) -> None:
        match kind:
            case "object":
                db.info["acting"] = None
                db.add(Preference(key="x", value="1"))
                db.flush()
            case "statement":
                db.execute(insert(search_expiry).values(row()))
            case "direct":
                come(db)
            case _:
                with together(db.connection()):
                    come(db)

    with suppress(DBAPIError), database.read() as db:
        write(db)
    assert count(database) == 0
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Preference)) == 0


def test_a_read_that_would_lock_is_refused(on_postgresql: Database) -> None:
    with on_postgresql.read() as db, pytest.raises(InternalError, match="read-only"):
        db.execute(select(search_expiry).with_for_update())


def test_a_read_goes_on_after_a_statement_that_failed(on_postgresql: Database) -> None:
    with on_postgresql.read() as db:
        with pytest.raises(DBAPIError):
            db.execute(text("SELECT 1 / 0"))
        db.rollback()
        assert db.scalar(text("SELECT 1")) == 1


def test_rows_that_are_read_some_at_a_time_are_of_one_moment_and_statements_go_between(database: Database) -> None:
    with database.write() as db:
        come(db, 25)
    for _again in range(2):
        seen: list[uuid.UUID] = []
        with database.read() as db:
            rows = db.execute(select(search_expiry.c.dossier_id).execution_options(yield_per=10))
            for part in rows.partitions():
                seen += [owner for (owner,) in part]
                assert COUNT.all(db.connection()) == [(25,)]
        assert len(set(seen)) == 25
    if database.engine.dialect.name == "postgresql":
        with database.read() as db:
            assert len(set(moments(db))) == 2


def test_a_line_that_goes_back_to_the_pool_may_write_again(database: Database) -> None:
    many = MOST_KEPT + 4
    all_at_once = Barrier(many)
    given_back: list[object] = []
    event.listen(database.engine, "checkin", lambda *given: given_back.append(given))

    def read(_number: int) -> None:
        with database.read() as db:
            COUNT.all(db.connection())
            all_at_once.wait(10)

    with ThreadPoolExecutor(many) as pool:
        list(pool.map(read, range(many)))
    assert len(given_back) == many - MOST_KEPT
    for _each in range(MOST_KEPT + 1):
        with database.engine.begin() as connection:
            COME.each(connection, [row()])
    assert count(database) == MOST_KEPT + 1


def test_a_line_that_nobody_gave_back_may_write_when_it_is_found(on_postgresql: Database) -> None:
    lent = on_postgresql._reading.lend()
    assert lent[0].connection.dbapi_connection is not None
    lent[0].connection.dbapi_connection.execute("SELECT 1")
    del lent
    with on_postgresql.engine.begin() as connection:
        COME.each(connection, [row()])
    assert count(on_postgresql) == 1
