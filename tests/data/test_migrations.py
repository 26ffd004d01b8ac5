"""The schema goes up and down on both databases, and is what the models say."""

from collections.abc import Callable

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app import cli
from app.access.rights import SYSTEM
from app.commands import DATABASE_ERROR
from app.database import bring_up_to_date
from app.dossiers import search
from app.dossiers.wanted import Wanted
from data import migrate
from data.engine import Database
from data.models import Base, Dossier


def test_the_models_and_the_migrations_agree(database: Database) -> None:
    assert migrate.is_current(database.engine)
    assert migrate.differences(database.engine) == []


def test_the_newest_revision_is_the_one_that_alembic_finds() -> None:
    assert ScriptDirectory(str(migrate.MIGRATIONS)).get_heads() == [migrate.newest()]


def test_down_leaves_nothing_and_up_brings_all_back(database: Database) -> None:
    migrate.downgrade(database.engine)
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    assert not migrate.is_current(database.engine)
    migrate.upgrade(database.engine)
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    assert migrate.is_current(database.engine)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_of_a_later_version_is_left_as_it_is(
    database: Database, configure: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    with database.write() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.NewerSchemaError, match="9999"):
        migrate.upgrade(database.engine)
    configure("database_url", database.engine.url.render_as_string())
    assert cli.main(["migrate"]) == DATABASE_ERROR
    assert "a later one" in capsys.readouterr().err


def test_an_older_index_is_built_anew_for_the_lists(database: Database, dossier: Dossier) -> None:
    with database.read() as db:
        before = search.page(db, SYSTEM, Wanted())
    migrate.downgrade(database.engine, "0020")
    bring_up_to_date(database)
    with database.read() as db:
        after = search.page(db, SYSTEM, Wanted())
    assert after == before
    assert (after.rows[0].name, after.rows[0].number) == (dossier.name, dossier.number)


def test_sqlite_keeps_what_it_commits(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW server_encoding").scalar_one() == "UTF8"
        return
    with database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_asking_again_compiles_nothing_anew(database: Database) -> None:
    """`/api/ready` asks every few seconds: what is remembered of it must not push out the queries of the pages."""
    assert migrate.is_current(database.engine)
    compiled = database.engine._compiled_cache
    assert compiled is not None
    remembered = len(compiled)
    for _time in range(5):
        assert migrate.is_current(database.engine)
    assert len(compiled) == remembered
