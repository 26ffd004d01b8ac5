"""The databases that the benchmarks share: so many people with their records and their index, kept between runs."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.audit import trail
from app.database import index_if_missing
from app.dossiers import index
from app.memory import collect_rarely
from bench import kept_server
from bench.making import make
from bench.results import HOME
from data import migrate
from data.engine import Database
from data.keys import load_keyring, new_keyring, save_keyring
from data.vault import install_vault

SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True)
class Prepared:
    """A filled database; `path` is SQLite's file."""

    people: int
    database: Database
    path: Path


def size() -> int:
    """How many people there are: BENCH_SIZE, or the smallest."""
    return int(os.environ.get("BENCH_SIZE", SIZES[0]))


def install(keys: Path = HOME / "keyring.json") -> None:
    """Keys of the benchmarks, audit and index, as a server has them."""
    if not keys.exists():
        save_keyring(new_keyring(), keys)
    install_vault(load_keyring(keys))
    collect_rarely()
    trail.install()
    index.install()


def prepared(people: int | None = None) -> Prepared:
    """The database of so many people; made where there is none yet."""
    install()
    people = people or size()
    path = (HOME / f"people-{people}.db").resolve()
    if not path.exists():
        make(path, people, install)
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database.engine)
    index_if_missing(database)
    return Prepared(people, database, path)


@contextmanager
def on_postgresql(people: int | None = None) -> Iterator[Database]:
    """The same people on a PostgreSQL server that waits for the disk; copied where they are not there yet."""
    with kept_server.served(_folder(people)) as database:
        yield database


@contextmanager
def copied(people: int | None = None) -> Iterator[Database]:
    """A copy of the database to be thrown away, for works that leave much behind."""
    at = prepared(people)
    at.database.close()
    with _scratch() as folder:
        _copy(at.path, folder)
        with closing(Database(f"sqlite:///{folder / at.path.name}")) as database:
            yield database


@contextmanager
def copied_on_postgresql(people: int | None = None) -> Iterator[Database]:
    """The same of PostgreSQL's."""
    kept = _folder(people)
    with _scratch() as folder:
        _copy(kept, folder)
        with kept_server.served(folder / kept.name) as database:
            yield database


def _folder(people: int | None) -> Path:
    at = prepared(people)
    folder = (HOME / f"postgres-{at.people}").resolve()
    with closing(at.database) as source:
        if not folder.exists():
            kept_server.make(folder, source)
    return folder


@contextmanager
def _scratch() -> Iterator[Path]:
    """Beside what is kept: there is room for a million people, and where the file system can, a copy takes none."""
    with tempfile.TemporaryDirectory(prefix="copy-", dir=HOME.resolve()) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's server is another user
        yield folder


def _copy(kept: Path, into: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", str(kept), str(into)], check=True)  # noqa: S603, S607  our own
