"""What all tests share: an installation of their own, and each database with the newest schema."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from app.access.rights import Actor, Role
from app.audit import trail
from app.database import key_path
from app.dossiers import index
from app.dossiers import service as dossiers
from app.settings import settings
from data import migrate
from data.engine import Database
from data.keys import new_keyring, save_keyring
from data.models import Dossier
from data.vault import install_vault
from tests.people import CLERK, IDENTITY

pytest_plugins = ["tests.postgres", "tests.devices.daemon"]


@pytest.fixture(scope="session", autouse=True)
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keys and a home folder for this run; settings of the machine's environment play no part."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONGYE_HOME", str(home))
        patch.setenv("CONGYE_DEMO", "1")
        patch.delenv("CONGYE_DATABASE_URL", raising=False)
        settings.cache_clear()
        keys = new_keyring()
        save_keyring(keys, key_path(home))  # a server that a test runs in this process has the same
        install_vault(keys)
        trail.install()
        index.install()
        yield home


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Sets a setting for one test."""

    def set_one(name: str, value: str) -> None:
        monkeypatch.setenv(f"CONGYE_{name.upper()}", value)
        settings.cache_clear()

    yield set_one
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, copied for each test."""
    path = tmp_path_factory.mktemp("template") / "congye.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str) -> tuple[str, str]:
    """The address of a database with the newest schema, and what empties it again: a new one takes half a second."""
    from tests.postgres import create_database

    address = create_database(postgres_url, f"tests_{uuid.uuid4().hex[:12]}")
    database = Database(address)
    migrate.upgrade(database.engine)
    tables = [f'public."{name}"' for name in inspect(database.engine).get_table_names()]
    statements = ["SET LOCAL session_replication_role = replica"]  # rows go in any order
    with database.engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA at_first"))
        for table in tables:
            kept = table.replace("public", "at_first")
            connection.execute(text(f"CREATE TABLE {kept} AS TABLE {table}"))
            statements += [f"DELETE FROM {table}", f"INSERT INTO {table} TABLE {kept}"]  # noqa: S608  our own names
    database.close()
    return address, "; ".join(statements)


@pytest.fixture
def on_postgresql(postgres_database: tuple[str, str]) -> Iterator[Database]:
    """An empty database on PostgreSQL."""
    address, empty = postgres_database
    opened = Database(address)
    with opened.engine.begin() as connection:
        connection.execute(text(empty))
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "congye.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        opened = Database(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    yield request.getfixturevalue("on_postgresql")


@pytest.fixture
def dossier(database: Database) -> Dossier:
    """The file of the test's person, opened at the window with a mobile."""
    with database.write() as db:
        return dossiers.open_file(db, CLERK, IDENTITY, photo=None, mobile="13800000001", source="card").dossier


@pytest.fixture
def owner(dossier: Dossier) -> Actor:
    """That person, logged in."""
    return Actor(Role.PRACTITIONER, dossier.id)
