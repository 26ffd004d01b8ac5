"""Direct statements and objects in one transaction, whichever comes first, on both databases."""

import time
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import bindparam, event, func, inspect, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from data.bulk import FEW, bulk_insert
from data.direct import Direct, together
from data.engine import Database, insert_and_tell, insert_or_leave
from data.models import Preference, search_expiry
from data.models.base import new_id
from data.unit import Unit, revocable

DAY = date(2026, 12, 1)
COME = Direct(partial(insert_or_leave, search_expiry))
REFUSED = Direct(partial(insert_and_tell, search_expiry))
OF_DAY = Direct(select(search_expiry.c.dossier_id).where(search_expiry.c.expires_on == bindparam("day")))
OF_OWNER = Direct(select(search_expiry.c.expires_on).where(search_expiry.c.dossier_id == bindparam("owner")))
KEYS = Direct(select(Preference.key))


def come(db: Session) -> uuid.UUID:
    """A row by a direct statement."""
    owner = new_id()
    COME.each(db.connection(), [{"dossier_id": owner, "expires_on": DAY, "category": "skills"}])
    return owner


def write_together(db: Session, *writes: Callable[[Session], object]) -> None:
    for write in writes:
        write(db)


def prefer(db: Session, key: str = "x") -> None:
    """A row by an object."""
    db.info["acting"] = None
    db.add(Preference(key=key, value="1"))


@pytest.fixture(autouse=True)
def unaudited(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is below the audit."""
    monkeypatch.setattr(Preference, "audited", False)


def there(database: Database) -> tuple[int, int]:
    """How many rows of either kind are kept."""
    with database.read() as db:
        return len(OF_DAY.all(db.connection(), day=DAY)), len(KEYS.all(db.connection()))


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


def test_who_listens_hears_that_direct_rows_were_rolled_back(database: Database) -> None:
    heard: list[str] = []
    with database.write() as db:
        event.listen(db, "after_soft_rollback", lambda _db, _undone: heard.append("undone"))
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


def flowing(db: Session) -> Unit:
    """The session, waiting for no answers."""
    assert isinstance(db, Unit)
    db.flow()
    return db


@pytest.mark.parametrize("between", ["nothing", "read", "count", "object", "savepoint", "together"])
def test_a_flow_keeps_what_it_wrote_whatever_comes_between(database: Database, between: str) -> None:
    with database.write() as unit:
        db = flowing(unit)
        come(db)
        match between:
            case "read":
                assert len(OF_DAY.all(db.connection(), day=DAY)) == 1
            case "count":
                assert db.scalar(select(func.count()).select_from(search_expiry)) == 1
            case "object":
                prefer(db)
            case "savepoint":
                with db.begin_nested():
                    come(db)
            case "together":
                with together(db.connection()):
                    seen = OF_DAY.send(db.connection(), day=DAY)
                assert len(seen.rows()) == 1
        come(db)
    assert there(database) == (3 if between == "savepoint" else 2, int(between == "object"))


@pytest.mark.parametrize("ending", ["error", "rollback", "refused", "refused at the end"])
def test_a_flow_that_fails_leaves_nothing_and_what_comes_after_it_is_a_transaction(
    database: Database, ending: str
) -> None:
    def fail() -> None:
        with database.write() as unit:
            db = flowing(unit)
            come(db)
            if ending == "error":
                raise RuntimeError("power cut")
            if ending.startswith("refused"):
                REFUSED.each(db.connection(), [{"dossier_id": new_id(), "expires_on": DAY}])
            if ending == "refused":
                OF_DAY.all(db.connection(), day=DAY)
            if ending == "rollback":
                db.rollback()

    expected = {"error": RuntimeError, "refused": IntegrityError, "refused at the end": IntegrityError}
    with pytest.raises(expected[ending]) if ending in expected else nullcontext():
        fail()
    assert there(database) == (0, 0)
    with database.write() as db:
        come(db)
        db.rollback()
    assert there(database) == (0, 0)


def test_an_import_may_follow_in_a_flow(database: Database) -> None:
    rows = [{"dossier_id": new_id(), "expires_on": DAY, "category": "skills"} for _each in range(FEW + 1)]
    with database.write() as unit:
        db = flowing(unit)
        come(db)
        assert bulk_insert(db, search_expiry, rows) == len(rows)
    assert there(database) == (FEW + 2, 0)


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


def test_a_line_that_is_cut_in_a_flow_is_told_and_not_used_again(postgres_database: tuple[str, str]) -> None:
    database, other = Database(postgres_database[0]), Database(postgres_database[0])

    def fail() -> None:
        with database.write() as unit:
            db = flowing(unit)
            come(db)
            line: Any = db.connection().connection.driver_connection
            with other.engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_terminate_backend({line.info.backend_pid})")
            time.sleep(0.1)

    with pytest.raises(OperationalError) as raised:
        fail()
    assert raised.value.connection_invalidated
    before = there(database)[0]
    with database.write() as db:
        come(db)
    assert there(database)[0] == before + 1
    database.close()
    other.close()


def test_a_statement_may_run_several_times_in_one_flow_and_in_the_next(database: Database) -> None:
    for _flow in range(3):
        with database.write() as unit:
            db = flowing(unit)
            owner = come(db)
            seen = [OF_OWNER.send(db.connection(), owner=each) for each in (owner, new_id(), owner)]
            assert [len(each.rows()) for each in seen] == [1, 0, 1]
    assert there(database) == (3, 0)


def refused_by_the_commit(db: Session) -> None:
    for statement in (
        "CREATE TABLE known (id INTEGER PRIMARY KEY)",
        "CREATE TABLE knows (id INTEGER REFERENCES known DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO knows VALUES (1)",
    ):
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
