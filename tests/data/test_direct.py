"""Statements on the driver's own cursor: values as of the columns' types, faults as of SQLAlchemy, on both databases."""

import uuid
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Float, bindparam, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.demo import load
from app.faults import told
from data import direct
from data.direct import Direct, OfKeys, Sent
from data.engine import Database, insert_and_tell
from data.flow import together
from data.models import Dossier, search_expiry
from data.models.base import Base, new_id
from tests.data.rows import COME, DAY
from tests.people import IDENTITY

TELL = Direct(partial(insert_and_tell, search_expiry))
OF_DAY = Direct(select(search_expiry).where(search_expiry.c.expires_on == bindparam("day")))
PERSON = Direct(
    select(Dossier.id, Dossier.name, Dossier.number, Dossier.created_at).where(Dossier.id == bindparam("id"))
)
OF_PEOPLE = OfKeys(select(search_expiry.c.dossier_id), search_expiry.c.dossier_id)


def row(owner: uuid.UUID) -> dict[str, object]:
    return {"dossier_id": owner, "expires_on": DAY, "category": "skills"}


def test_values_pass_through_the_columns_types(database: Database, dossier: Dossier) -> None:
    with database.read() as db:
        found = PERSON.first(db.connection(), id=dossier.id)
        assert PERSON.first(db.connection(), id=new_id()) is None
    assert found is not None
    assert found[:3] == (dossier.id, IDENTITY["name"], IDENTITY["number"])
    assert isinstance(found[3], datetime)
    assert found[3].tzinfo == UTC


def test_every_column_reads_as_through_sqlalchemy(database: Database) -> None:
    load.load(database, 20)
    with database.read() as db:
        for table in Base.metadata.sorted_tables:
            # What is a fraction cannot be read so, which is told.
            columns = [column for column in table.c if not isinstance(column.type, Float)]
            query = select(*columns).order_by(*table.primary_key)
            found, rows = Direct(query).all(db.connection()), [tuple(row) for row in db.execute(query)]
            assert found == rows, table.name
            assert [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in rows]


@pytest.mark.parametrize("by_values", [False, True])
def test_a_statement_is_planned_once_or_by_its_values(on_postgresql: Database, by_values: bool) -> None:
    of_day = Direct(
        select(search_expiry.c.category).where(search_expiry.c.expires_on == bindparam("day")), by_values=by_values
    )
    kept = text(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%search_expiry%' AND generic_plans > 0"
    )
    with on_postgresql.read() as db:
        for _run in range(12):
            of_day.all(db.connection(), day=DAY)
        assert db.scalar(kept) == (not by_values)


def test_a_row_that_is_there_stays_and_is_not_told(database: Database) -> None:
    owner = new_id()
    with database.write() as db:
        connection = db.connection()
        assert len(TELL.all(connection, **row(owner))) == 1
        assert TELL.all(connection, **row(owner)) == []
        COME.each(connection, [row(owner), row(new_id())])
        COME.each(connection, [])
        assert len(OF_DAY.all(connection, day=DAY)) == 2


def test_a_value_that_is_missing_is_an_error(database: Database) -> None:
    with database.read() as db, pytest.raises(KeyError):
        OF_DAY.all(db.connection())


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 600])
def test_rows_of_many_keys(database: Database, count: int) -> None:
    owners = [new_id() for _ in range(count)]
    with database.write() as db:
        COME.each(db.connection(), [row(owner) for owner in [*owners, new_id()]])
        found = OF_PEOPLE.all(db.connection(), owners)
    assert sorted(owner for (owner,) in found) == sorted(owners)


def test_what_is_sent_together_is_read_after(database: Database) -> None:
    owner = new_id()
    with database.write() as db:
        connection = db.connection()
        with together(connection):
            first, second = TELL.send(connection, **row(owner)), TELL.send(connection, **row(owner))
            seen = OF_DAY.send(connection, day=DAY)
        assert (len(first.rows()), len(second.rows())) == (1, 0)
        assert seen.rows() == [(owner, DAY, "skills")]


def test_a_row_that_is_refused_is_refused_as_everywhere_and_nothing_of_it_stays(database: Database) -> None:
    def one_by_one() -> None:
        with database.write() as db:
            COME.each(db.connection(), [row(new_id())])
            TELL.all(db.connection(), dossier_id=new_id(), expires_on=DAY)

    def at_once() -> None:
        with database.write() as db, together(db.connection()):
            COME.each(db.connection(), [row(new_id())])
            TELL.send(db.connection(), dossier_id=new_id(), expires_on=DAY)

    for write in (one_by_one, at_once):
        with pytest.raises(IntegrityError):
            write()
    with database.read() as db:
        assert OF_DAY.all(db.connection(), day=DAY) == []


def test_who_wants_to_hear_every_statement_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(direct, "HEARERS", [lambda statement, _values: heard.append(statement)])
    with database.write() as db:
        OF_DAY.all(db.connection(), day=DAY)
        COME.each(db.connection(), [row(new_id())])
    assert [statement.split()[0] for statement in heard] == ["SELECT", "INSERT"]


def test_a_file_that_cannot_be_written_is_told_and_its_connection_is_not_used_again(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with database.write() as db:
        search_expiry.create(db.connection())

    def write() -> None:
        with database.write() as db:
            db.execute(text("PRAGMA query_only = 1"))
            COME.each(db.connection(), [row(new_id())])

    with pytest.raises(OperationalError) as raised:
        write()
    assert "不可写入" in told(raised.value)
    with database.write() as db:
        COME.each(db.connection(), [row(new_id())])


def test_a_line_that_is_cut_is_told_and_not_used_again(postgres_database: tuple[str, str]) -> None:
    database, other = Database(postgres_database[0]), Database(postgres_database[0])
    with database.read() as db:
        pid = db.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with other.engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
        with pytest.raises(OperationalError) as raised:
            OF_DAY.all(db.connection(), day=DAY)
    assert raised.value.connection_invalidated
    assert "连接中断" in told(raised.value)
    with database.read() as db:
        OF_DAY.all(db.connection(), day=DAY)
    database.close()
    other.close()


def test_rows_that_nobody_reads_do_not_outlast_their_transaction(database: Database) -> None:
    left: list[Sent] = []
    with database.write() as db:
        COME.each(db.connection(), [row(new_id()), row(new_id())])
    for open_one in (database.read, database.write):
        with open_one() as db:
            left.append(OF_DAY.send(db.connection(), day=DAY))
    with closing(Database(database.engine.url.render_as_string(hide_password=False))) as other, other.write() as db:
        COME.each(db.connection(), [row(new_id())])
    with database.read() as db:
        assert len(OF_DAY.all(db.connection(), day=DAY)) == 3
    with database.write() as db:
        COME.each(db.connection(), [row(new_id())])
    with database.read() as db:
        assert len(OF_DAY.all(db.connection(), day=DAY)) == 4
