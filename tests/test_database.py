"""What opening the database brings with it."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from sqlalchemy import delete, func, select

from app.database import index_if_missing
from data import migrate
from data.engine import Database
from data.models import Dossier, search_entry, tally_row


def test_files_without_an_index_get_one(database: Database, dossier: Dossier) -> None:
    for lost in (search_entry, tally_row):
        with database.write() as db:
            db.execute(delete(lost))
        index_if_missing(database)
        with database.read() as db:
            assert db.scalar(select(search_entry.c.dossier_id)) == dossier.id
            assert db.scalar(select(func.count()).select_from(tally_row))


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
