"""The people of the benchmarks: a making that was killed goes on where it was, and PostgreSQL gets all of them or none."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.access.rights import SYSTEM
from app.audit.chain import Check
from app.dossiers import search
from app.dossiers.wanted import Wanted
from app.serving import ROOT
from bench import kept_server, past, population
from bench.home import install
from bench.making import make
from bench.population import person_number
from data import migrate
from data.copying import tally
from data.engine import Database
from data.keys import save_keyring
from data.models import AuditEntry, Base, Dossier
from data.vault import vault

PEOPLE, AT_ONCE = 600, 10
BY_ITSELF = """
import sys
from functools import partial
from pathlib import Path
from bench.home import install
from bench.making import make
file, keys = map(Path, sys.argv[1:3])
install(keys)
make(file, int(sys.argv[3]), partial(install, keys), int(sys.argv[4]))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose making was killed in the middle, with both its processes, and then went on."""
    folder = tmp_path_factory.mktemp("people")
    file, keys = folder / "people.db", folder / "keyring.json"
    save_keyring(vault().keyring, keys)
    _kill_in_the_middle(file, keys)
    assert not file.exists()
    assert 0 < _count(file.with_suffix(".making"), Dossier) < PEOPLE
    make(file, PEOPLE, partial(install, keys), AT_ONCE)
    assert sorted(each.name for each in folder.iterdir()) == ["keyring.json", "people.db"]
    return file


@pytest.fixture
def room() -> Iterator[Path]:
    """Where PostgreSQL's user may go too."""
    with tempfile.TemporaryDirectory(prefix="congye-made-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _kill_in_the_middle(file: Path, keys: Path) -> None:
    command = [sys.executable, "-c", BY_ITSELF, str(file), str(keys), str(PEOPLE), str(AT_ONCE)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True) as making:
        assert making.stdout
        seen = next(line for line in making.stdout if line.endswith(b"people\n"))
        os.killpg(making.pid, signal.SIGKILL)
    assert seen


def _count(file: Path, model: type[Base]) -> int:
    with closing(Database(f"sqlite:///{file}")) as database, database.read() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def _prove(database: Database) -> None:
    """Everybody is there once with all records, the index finds them, and the audit's chain is whole."""
    (rows,) = population.batches(PEOPLE)
    with database.read() as db:
        for model in population.MODELS:
            ids = db.scalars(select(model.id).order_by(model.id)).all()
            assert ids == sorted(row["id"] for row in rows[model])
        assert db.scalar(select(func.count()).select_from(AuditEntry)) == past.count(rows)
        assert list(Check(db)) == []
        for at in (0, PEOPLE // 2, PEOPLE - 1):
            (found,) = search.page(db, SYSTEM, Wanted(person_number(at))).rows
            assert found.name == rows[Dossier][at]["name"]
    assert migrate.differences(database.engine) == []


def test_a_killed_making_goes_on_where_it_was(made: Path) -> None:
    with closing(Database(f"sqlite:///{made}")) as database:
        _prove(database)


def test_postgresql_has_the_same_people_and_waits_for_the_disk(made: Path, room: Path) -> None:
    cut_off = room / "postgres.making"
    (cut_off / "data").mkdir(parents=True)
    with closing(Database(f"sqlite:///{made}")) as source:
        kept_server.make(room / "postgres", source)
        with source.engine.connect() as connection:
            sent = tally(connection)
    assert [each.name for each in room.iterdir()] == ["postgres"]
    for _again in range(2):
        with kept_server.served(room / "postgres") as database:
            with database.engine.connect() as connection:
                assert tally(connection) == sent
                assert connection.scalar(text("SHOW fsync")) == "on"
                assert connection.scalar(text("SHOW synchronous_commit")) == "on"
            _prove(database)
