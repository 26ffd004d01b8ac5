"""A backup is brought back while a server works on the same database: it sees what was or what is, and nothing in between."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import func, select

from app.access.rights import SYSTEM
from app.audit.chain import Check
from app.dossiers import service as dossiers
from app.safekeeping import backup
from app.safekeeping.restore import restore
from app.settings import settings
from data.engine import Database
from data.models import Dossier, search_entry
from tests.people import CLERK, OTHER, id_number

LATER = 12


@pytest.fixture
def server(database: Database) -> Iterator[Database]:
    """The same database, opened by somebody else."""
    with closing(Database(database.engine.url.render_as_string(hide_password=False))) as opened:
        yield opened


def seen(server: Database) -> tuple[int, int]:
    """How many files one statement finds, and how many the index has."""
    counts = (select(func.count()).select_from(of).scalar_subquery() for of in (Dossier, search_entry))
    query = select(*counts)
    with server.read() as db:
        files, indexed = db.execute(query).one()
    return int(files), int(indexed)


def test_a_server_that_works_sees_all_of_it_at_once_and_writes_on_afterwards(
    database: Database, server: Database, dossier: Dossier, tmp_path_factory: pytest.TempPathFactory
) -> None:
    config = settings().model_copy(update={"backup_folder": tmp_path_factory.mktemp("backups")})
    kept = backup.make(database, SYSTEM, config)
    for number in range(LATER):
        identity = {**OTHER, "number": id_number("19850712", f"{number:02}2")}
        with server.write() as db:
            dossiers.open_file(db, CLERK, identity, photo=None, mobile="", source="manual")
    assert seen(server) == (LATER + 1, LATER + 1)
    done = threading.Event()
    found: set[tuple[int, int]] = set()

    def work() -> None:
        while not done.is_set():
            found.add(seen(server))

    busy = threading.Thread(target=work)
    busy.start()
    restore(database, SYSTEM, kept, replace=True)
    done.set()
    busy.join()
    assert found <= {(LATER + 1, LATER + 1), (1, 1)}
    assert seen(server) == (1, 1)
    with server.write() as db:
        dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="manual")
    with server.read() as db:
        assert not list(Check(db))
        assert db.scalar(select(func.count()).select_from(Dossier)) == 2
