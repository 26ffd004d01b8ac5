"""Direct statements and objects in one transaction, whichever comes first, on both databases."""

import uuid
from datetime import date
from functools import partial

import pytest
from sqlalchemy import bindparam, event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.direct import Direct
from data.engine import Database, insert_or_leave
from data.models import Preference, search_expiry
from data.models.base import new_id

DAY = date(2026, 12, 1)
COME = Direct(partial(insert_or_leave, search_expiry))
OF_DAY = Direct(select(search_expiry.c.dossier_id).where(search_expiry.c.expires_on == bindparam("day")))
KEYS = Direct(select(Preference.key))


def come(db: Session) -> uuid.UUID:
    """A row by a direct statement."""
    owner = new_id()
    COME.each(db.connection(), [{"dossier_id": owner, "expires_on": DAY, "category": "skills"}])
    return owner


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
