"""What all tests share: an installation of their own, and each database with the newest schema."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.access.rights import Actor, Role
from app.audit import trail
from app.dossiers import index
from app.dossiers import service as dossiers
from app.settings import settings
from data import migrate
from data.engine import Database
from data.keys import new_keyring
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
        install_vault(new_keyring())
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
def postgres_template(postgres_url: str) -> str:
    """The name of a PostgreSQL database with the newest schema, the template of each test's own."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    _administer(postgres_url, f'CREATE DATABASE "{name}"')
    database = Database(_with_name(postgres_url, name))
    migrate.upgrade(database.engine)
    database.close()
    return name


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
    base: str = request.getfixturevalue("postgres_url")
    template: str = request.getfixturevalue("postgres_template")
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(base, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    opened = Database(_with_name(base, name))
    yield opened
    opened.close()
    _administer(base, f'DROP DATABASE "{name}"')


@pytest.fixture
def dossier(database: Database) -> Dossier:
    """The file of the test's person, opened at the window with a mobile."""
    with database.write() as db:
        return dossiers.open_file(db, CLERK, IDENTITY, photo=None, mobile="13800000001", source="card").dossier


@pytest.fixture
def owner(dossier: Dossier) -> Actor:
    """That person, logged in."""
    return Actor(Role.PRACTITIONER, dossier.id)


def _administer(base: str, statement: str) -> None:
    engine = create_engine(_with_name(base, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _with_name(base: str, name: str) -> str:
    from sqlalchemy import make_url

    return make_url(base).set(database=name).render_as_string(hide_password=False)
