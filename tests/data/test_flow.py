"""Statements of a transaction that wait for no answer, on both databases."""

import signal
import threading
import time
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from sqlalchemy import column, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from data.bulk import FEW, bulk_insert
from data.direct import Direct
from data.engine import Database
from data.flow import together
from data.models import search_expiry
from data.models.base import new_id
from tests.data.rows import DAY, OF_DAY, OF_OWNER, REFUSED, REFUSED_BY_THE_COMMIT, come, flowing, prefer, there

pytestmark = pytest.mark.usefixtures("unaudited")


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


def begun(db: Session, *, statement_by_statement: bool) -> None:
    """A transaction in which a row came."""
    if not statement_by_statement:
        flowing(db)
    come(db)


@pytest.mark.parametrize("statement_by_statement", [True, False])
def test_a_commit_after_a_fault_that_nobody_heeded_is_refused(
    on_postgresql: Database, statement_by_statement: bool
) -> None:
    def write() -> None:
        with on_postgresql.write() as db:
            begun(db, statement_by_statement=statement_by_statement)
            with suppress(IntegrityError), together(db.connection()):
                REFUSED.send(db.connection(), dossier_id=new_id(), expires_on=DAY)

    with pytest.raises(DBAPIError, match="failed"):
        write()
    with on_postgresql.write() as db:
        come(db)
    assert there(on_postgresql) == (1, 0)


def test_a_flow_whose_commit_is_refused_leaves_nothing_and_the_next_one_works(database: Database) -> None:
    def write() -> None:
        with database.write() as db:
            flowing(db)
            come(db)
            for statement in REFUSED_BY_THE_COMMIT:
                Direct(text(statement).columns()).each(db.connection(), [{}])

    with pytest.raises(IntegrityError):
        write()
    for _time in range(2):
        with database.write() as db:
            flowing(db)
            come(db)
    assert there(database) == (2, 0)


@pytest.mark.parametrize("statement_by_statement", [True, False])
def test_after_an_interrupt_nothing_is_kept_and_the_next_one_works(
    on_postgresql: Database, statement_by_statement: bool
) -> None:
    def write() -> None:
        with on_postgresql.write() as db:
            begun(db, statement_by_statement=statement_by_statement)
            Direct(text("SELECT 1 FROM pg_sleep(9)").columns(column("one"))).all(db.connection())

    waiting = threading.Timer(0.1, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT))
    # Whoever is started in the background by a shell has it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    waiting.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            write()
    finally:
        signal.signal(signal.SIGINT, before)
    with on_postgresql.write() as db:
        come(db)
    assert there(on_postgresql) == (1, 0)
