"""Faults of a real database are told in words that a user can act on; what is no fault of it is not."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.faults import told
from data.engine import Database

FULL, UNWRITABLE, BUSY, LOST, DELETED = "磁盘已满", "不可写入", "系统繁忙", "连接中断", "修改或删除"


def failure(database: Database, *statements: str) -> DBAPIError:
    """What the last statement fails with."""
    with database.engine.connect() as connection:
        for statement in statements[:-1]:
            connection.exec_driver_sql(statement)
        with pytest.raises(DBAPIError) as failed:
            connection.exec_driver_sql(statements[-1])
    return failed.value


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.write() as db:
        db.execute(text("CREATE TABLE x (y)"))
    return database


def test_a_full_disk_is_told_as_not_saved(sqlite: Database) -> None:
    grow = "INSERT INTO x VALUES (zeroblob(100000))"
    assert FULL in told(failure(sqlite, "PRAGMA max_page_count = 3", grow))
    assert FULL in told(OperationalError("INSERT", {}, psycopg.errors.DiskFull()))


def test_an_unwritable_folder_is_told_as_not_saved(sqlite: Database, tmp_path: Path) -> None:
    assert UNWRITABLE in told(failure(sqlite, "PRAGMA query_only = 1", "INSERT INTO x VALUES (1)"))
    with pytest.raises(DBAPIError) as failed:
        create_engine(f"sqlite:///{tmp_path / 'missing' / 'x.db'}").connect()
    assert UNWRITABLE in told(failed.value)


def test_somebody_elses_lock_is_told_as_busy(sqlite: Database) -> None:
    with sqlite.write() as db:
        db.execute(text("INSERT INTO x VALUES (0)"))
        assert BUSY in told(failure(sqlite, "PRAGMA busy_timeout = 1", "INSERT INTO x VALUES (1)"))


def test_a_line_that_is_cut_is_told_as_uncertain_and_a_read_only_server_as_not_saved(postgres_url: str) -> None:
    database = Database(postgres_url)
    end = "SELECT pg_terminate_backend(pg_backend_pid())"
    assert LOST in told(failure(database, end))
    assert UNWRITABLE in told(
        failure(database, "SET default_transaction_read_only = on", "COMMIT", "CREATE TABLE z ()")
    )
    nobody = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/x")
    with pytest.raises(DBAPIError) as failed:
        nobody.connect()
    assert LOST in told(failed.value)
    database.close()


def test_what_an_error_came_from_is_told(sqlite: Database) -> None:
    cause = failure(sqlite, "PRAGMA query_only = 1", "INSERT INTO x VALUES (1)")
    later = KeyError()
    later.__cause__ = cause
    assert UNWRITABLE in told(later)


def test_an_error_of_ours_is_no_fault_of_the_database(sqlite: Database) -> None:
    assert told(ValueError("x")) == ""
    assert told(failure(sqlite, "SELECT nothing")) == ""


def test_a_file_that_can_be_written_again_is_written_again(sqlite: Database) -> None:
    failure(sqlite, "PRAGMA query_only = 1", "INSERT INTO x VALUES (1)")
    with sqlite.write() as db:
        db.execute(text("INSERT INTO x VALUES (1)"))
    with sqlite.read() as db:
        assert db.scalar(text("SELECT count(*) FROM x")) == 1


def test_what_hangs_on_a_row_that_is_gone_is_told_as_deleted(sqlite: Database, postgres_url: str) -> None:
    statements = (
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE child (parent INTEGER REFERENCES parent (id), one INTEGER UNIQUE)",
        "INSERT INTO child VALUES (NULL, 1)",
    )
    for database in (sqlite, Database(postgres_url)):
        assert DELETED in told(failure(database, *statements, "INSERT INTO child VALUES (7, 2)"))
        assert told(failure(database, *statements, "INSERT INTO child VALUES (NULL, 1)")) == ""
