"""A statement on a line that passes nothing on ends with an error; one that only takes long is waited for."""

import os
import resource
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import String, column, insert, make_url, select, table, text
from sqlalchemy.exc import DataError, IntegrityError, NotSupportedError, OperationalError
from sqlalchemy.orm import Session

from app import faults
from data import lines
from data.bulk import FEW, bulk_insert
from data.direct import Direct
from data.engine import Database
from data.models import search_expiry
from data.models.base import new_id
from tests.data.rows import flowing
from tests.torture.proxy import Proxy

FIRST = text("SELECT 1")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(lines, "ASKING_SECONDS", 2)


@pytest.fixture
def proxy(postgres_url: str) -> Iterator[Proxy]:
    port = make_url(postgres_url).port
    assert port
    between = Proxy(port)
    yield between
    between.close()


@pytest.fixture
def behind(postgres_url: str, proxy: Proxy) -> Iterator[Database]:
    database = Database(make_url(postgres_url).set(port=proxy.port).render_as_string(hide_password=False))
    yield database
    database.close()


def test_a_line_that_hangs_is_told_as_uncertain_and_the_next_one_works(behind: Database, proxy: Proxy) -> None:
    with behind.read() as db:
        db.execute(FIRST)
        proxy.hang()
        begun = time.monotonic()
        with pytest.raises(OperationalError) as raised:
            db.execute(FIRST)
        assert time.monotonic() - begun < 5
        assert "不能确定" in faults.told(raised.value)
    proxy.flow()
    with behind.read() as db:
        assert db.scalar(FIRST) == 1


@pytest.fixture
def many_open_files() -> Iterator[None]:
    """More than `select` knows."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], 2048), before[1]))
    with ExitStack() as files:
        for _file in range(1024):
            files.enter_context(Path(os.devnull).open())
        yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_open_files")
def test_a_dead_line_is_told_by_a_server_with_many_open_files(behind: Database) -> None:
    with closing(behind.engine.raw_connection()) as lent:
        line: Any = lent.driver_connection
        with pytest.raises(psycopg.OperationalError, match="passes nothing on"):
            line._raise_if_dead()  # nothing is under way: both ends wait
        lent.invalidate()


def test_a_statement_that_takes_long_is_waited_for(behind: Database) -> None:
    with behind.read() as db:
        assert db.scalar(text("SELECT 7 FROM pg_sleep(0.7)")) == 7


def test_a_statement_that_waits_for_somebody_elses_lock_is_waited_for(behind: Database) -> None:
    with behind.write() as one, behind.write() as other:
        one.execute(text("SELECT pg_advisory_xact_lock(7)"))
        other.execute(text("SET LOCAL lock_timeout = '700ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            other.execute(text("SELECT pg_advisory_xact_lock(7)"))
        other.rollback()


def test_every_line_that_reads_is_planned_by_index_after_what_went_wrong_too(postgres_url: str) -> None:
    opened = Database(postgres_url)
    for statement in ("SELECT 1", "SELECT 1 / 0", "SHOW random_page_cost"):
        with suppress(DataError), opened.read() as db:
            found = db.scalar(text(statement))
    opened.close()
    assert found == "1.1"


def test_a_line_that_the_server_ended_while_nobody_used_it_is_not_given_out(behind: Database) -> None:
    def number(db: Session) -> int:
        return int(db.execute(text("SELECT pg_backend_pid()")).scalar_one())

    with behind.read() as db, behind.read() as other:
        ended = number(db)
        number(other)
    with behind.engine.begin() as connection:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid = :ended"
        connection.execute(text(others), {"ended": ended})
    time.sleep(0.3)  # until its end is heard
    for _time in range(2):
        with behind.read() as one, behind.read() as two:
            assert ended not in {number(one), number(two)}


def test_only_a_line_that_lay_idle_is_asked_whether_it_stands(
    behind: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    ping = behind.engine.dialect.do_ping

    def noted(line: Any) -> bool:
        asked.append(line)
        return ping(line)

    monkeypatch.setattr(behind.engine.dialect, "do_ping", noted)
    for _time in range(3):
        with behind.read() as db:
            db.execute(FIRST)
    assert asked == []
    monkeypatch.setattr(lines, "WELL_SECONDS", 0.0)
    with behind.read() as db:
        db.execute(FIRST)
    assert len(asked) == 1


def test_a_line_that_hangs_after_lying_idle_is_replaced(
    behind: Database, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with behind.read() as db:
        db.execute(FIRST)
    monkeypatch.setattr(lines, "WELL_SECONDS", 0.0)
    proxy.hang()
    with pytest.raises(OperationalError), behind.read() as db:
        db.execute(FIRST)
    proxy.flow()
    with behind.read() as db:
        assert db.scalar(FIRST) == 1


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("writes", [True, False])
def test_a_migration_while_the_server_runs_costs_one_statement_at_most(
    on_postgresql: Database, direct: bool, writes: bool
) -> None:
    names = select(column("name", String())).select_from(table("changing"))
    directly = Direct(names)

    def read() -> None:
        with on_postgresql.write() if writes else on_postgresql.read() as db:
            assert (directly.all(db.connection()) if direct else db.execute(names).all()) == [("x",)]

    migrate(on_postgresql, "CREATE TABLE changing (name VARCHAR(8))", "INSERT INTO changing VALUES ('x')")
    for _time in range(7):  # until the driver keeps it prepared
        read()
    migrate(on_postgresql, "ALTER TABLE changing ALTER COLUMN name TYPE VARCHAR(80)")
    with suppress(NotSupportedError):
        read()
    for _time in range(7):
        read()
    migrate(on_postgresql, "DROP TABLE changing")


def migrate(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.mark.parametrize("way", ["direct", "flow", "sqlalchemy", "bulk", "copy"])
def test_an_error_tells_no_value_of_the_row(on_postgresql: Database, way: str) -> None:
    owner = new_id()
    row = {"dossier_id": owner, "expires_on": date(2030, 1, 1), "category": None}

    def write() -> None:
        with on_postgresql.write() as unit:
            db = flowing(unit) if way == "flow" else unit
            match way:
                case "direct" | "flow":
                    Direct(insert(search_expiry)).each(db.connection(), [row])
                case "sqlalchemy":
                    db.execute(insert(search_expiry), row)
                case _:
                    bulk_insert(db, search_expiry, [row] * (1 if way == "bulk" else FEW + 1))

    with pytest.raises(IntegrityError) as raised:
        write()
    told = "".join(traceback.format_exception(raised.value))
    assert 'column "category"' in told
    assert str(owner) not in told
    assert "2030" not in told
