"""Direct statements and objects in one transaction, whichever comes first, on both databases."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.engine import Database
from data.models import search_expiry
from data.unit import revocable
from tests.data.rows import DAY, KEYS, OF_DAY, REFUSED_BY_THE_COMMIT, come, prefer, there

pytestmark = pytest.mark.usefixtures("unaudited")


def write_together(db: Session, *writes: Callable[[Session], object]) -> None:
    for write in writes:
        write(db)


@pytest.mark.parametrize("first", ["direct", "object"])
def test_both_kinds_of_changes_are_kept_together(database: Database, first: str) -> None:
    with database.write() as db:
        if first == "direct":
            come(db)
            prefer(db)
        else:
            prefer(db)
            db.flush()
            come(db)
        assert db.scalar(select(func.count()).select_from(search_expiry)) == 1
        assert KEYS.all(db.connection()) == [("x",)]
    assert there(database) == (1, 1)


@pytest.mark.parametrize("flushed", [False, True])
def test_an_error_undoes_both_kinds_of_changes(database: Database, flushed: bool) -> None:
    def fail() -> None:
        with database.write() as db:
            prefer(db)
            if flushed:
                db.flush()
            come(db)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert there(database) == (0, 0)


def test_objects_that_are_refused_at_the_end_take_the_direct_rows_with_them(database: Database) -> None:
    def fail() -> None:
        with database.write() as db:
            come(db)
            prefer(db)
            db.flush()
            db.expunge_all()
            prefer(db)

    with pytest.raises(IntegrityError):
        fail()
    assert there(database) == (0, 0)


def test_what_is_rolled_back_is_gone_and_what_comes_after_is_kept(database: Database) -> None:
    for with_object in (False, True):
        with database.write() as db:
            come(db)
            if with_object:
                prefer(db)
            db.rollback()
            come(db)
    assert there(database) == (2, 0)


def test_a_savepoint_holds_direct_rows_too(database: Database) -> None:
    with database.write() as db:
        kept = come(db)
        undone = db.begin_nested()
        come(db)
        undone.rollback()
        with db.begin_nested():
            more = come(db)
    with database.read() as db:
        assert {owner for (owner,) in OF_DAY.all(db.connection(), day=DAY)} == {kept, more}


@pytest.mark.parametrize("with_object", [False, True])
def test_who_listens_hears_before_the_commit_and_after_it(database: Database, with_object: bool) -> None:
    heard: list[tuple[str, int]] = []

    def before(db: Session) -> None:
        heard.append(("before", there(database)[0]))
        come(db)

    def after(_db: Session) -> None:
        heard.append(("after", there(database)[0]))

    with database.write() as db:
        event.listen(db, "before_commit", before)
        event.listen(db, "after_commit", after)
        come(db)
        if with_object:
            prefer(db)
    assert heard == [("before", 0), ("after", 2)]


@pytest.mark.parametrize("sent", [False, True])
def test_who_listens_hears_that_all_was_rolled_back(database: Database, sent: bool) -> None:
    heard: list[str] = []
    with database.write() as db:
        event.listen(db, "after_soft_rollback", lambda _db, _undone: heard.append("undone"))
        if sent:
            come(db)
        db.rollback()
    assert heard == ["undone"]


def test_a_connection_is_taken_for_the_first_statement_and_given_back(database: Database) -> None:
    taken: list[str] = []
    event.listen(database.engine, "checkout", lambda *_given: taken.append("out"))
    event.listen(database.engine, "checkin", lambda *_given: taken.append("in"))
    with database.write() as db:
        db.info["x"] = 1
    assert taken == []
    with database.write() as db:
        come(db)
        prefer(db)
        assert taken == ["out"]
    database.close()
    assert taken == ["out", "in"]


@pytest.mark.parametrize("after_others", [False, True])
def test_what_is_revoked_is_gone_and_what_was_before_it_stays(database: Database, after_others: bool) -> None:
    with database.write() as db:
        if after_others:
            come(db)
        with revocable(db) as take_back:
            come(db)
            take_back()
        with revocable(db):
            come(db)
    assert there(database) == (2 if after_others else 1, 0)


def refused_by_the_commit(db: Session) -> None:
    for statement in REFUSED_BY_THE_COMMIT:
        db.connection().exec_driver_sql(statement)


@pytest.mark.parametrize("first", [come, prefer])
def test_after_a_commit_that_failed_nothing_of_it_is_left_and_the_next_one_works(
    database: Database, first: Callable[[Session], object]
) -> None:
    with pytest.raises(IntegrityError), database.write() as db:
        write_together(db, first, refused_by_the_commit)
    for _time in range(2):
        with database.write() as db:
            assert not inspect(db.connection()).has_table("knows")
            come(db)
    with database.read() as db:
        assert len(OF_DAY.all(db.connection(), day=DAY)) == 2


def test_what_went_wrong_is_told_though_the_line_is_cut_before_it_is_undone(on_postgresql: Database) -> None:
    def fail() -> None:
        with on_postgresql.write() as db:
            come(db)
            number = db.scalar(text("SELECT pg_backend_pid()"))
            with on_postgresql.read() as other:
                other.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
            time.sleep(0.1)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    with on_postgresql.write() as db:
        come(db)
    assert there(on_postgresql) == (1, 0)
