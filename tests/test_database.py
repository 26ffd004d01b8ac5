"""What opening the database brings with it."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, update

from app.access.rights import SYSTEM
from app.database import index_if_missing, key_path, open_database
from app.dossiers.reindex import reindex
from app.settings import Settings
from data import migrate
from data.engine import Database
from data.keys import load_keyring
from data.models import Dossier, search_entry, tally_row
from data.vault import install_vault, installed


def test_files_without_an_index_get_one(database: Database, dossier: Dossier, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "app.database")
    for lost in (search_entry, tally_row):
        with database.write() as db:
            db.execute(delete(lost))
        caplog.clear()
        index_if_missing(database)
        assert caplog.messages == ["the search index is built anew", "the search index holds 1 files"]
        with database.read() as db:
            assert db.scalar(select(search_entry.c.dossier_id)) == dossier.id
            assert db.scalar(select(func.count()).select_from(tally_row))


def test_of_servers_that_start_at_once_one_builds_the_index_and_the_others_take_it(
    database: Database, dossier: Dossier
) -> None:
    with database.write() as db:
        db.execute(delete(search_entry))
    with ThreadPoolExecutor(1) as pool:
        with database.write() as db:
            reindex(db, SYSTEM)
            db.execute(update(search_entry).values(companies="kept"))
            other = pool.submit(index_if_missing, database)
            time.sleep(0.3)  # it waits for the transaction here by then
        other.result(10)
    with database.read() as db:
        assert db.scalar(select(search_entry.c.companies)) == "kept"


def test_whoever_hears_of_changes_is_there_before_the_first_session(tmp_path: Path) -> None:
    for first in ("read", "write"):
        came: list[str] = []
        database = Database(f"sqlite:///{tmp_path / first}.db", lambda came=came: came.append("here"))  # type: ignore[misc]
        migrate.upgrade(database.engine)
        assert not came
        with getattr(database, first)():
            assert came == ["here"]
        database.close()


def test_of_two_first_sessions_at_once_one_at_a_time_makes_sure_of_that(tmp_path: Path) -> None:
    here: list[int] = []
    most: list[int] = []

    def watch() -> None:
        here.append(1)
        time.sleep(0.05)
        most.append(len(here))
        here.pop()

    with closing(Database(f"sqlite:///{tmp_path / 'x.db'}", watch)) as database, ThreadPoolExecutor(2) as pool:

        def enter(kind: str) -> None:
            with getattr(database, kind)():
                pass

        list(pool.map(enter, ("read", "write")))
    assert most == [1, 1]


def test_all_who_start_at_once_in_a_new_home_have_the_same_keys(tmp_path: Path) -> None:
    many, before = 8, installed()
    together = Barrier(many)

    def begin(config: Settings) -> bytes:
        together.wait(10)
        open_database(config).close()
        return load_keyring(key_path(config.home)).index

    try:
        with ThreadPoolExecutor(many) as pool:
            for number in range(20):
                config = Settings(home=tmp_path / str(number), database_url="")
                assert len(set(pool.map(begin, [config] * many))) == 1
                assert [file.name for file in key_path(config.home).parent.iterdir()] == ["keyring.json"]
    finally:
        install_vault(*before)
