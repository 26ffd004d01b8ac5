"""The database that the benchmarks share: so many people with their records and their index, kept between runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.audit import trail
from app.dossiers import index
from app.dossiers.reindex import index_if_missing
from app.memory import collect_rarely
from bench.making import make
from bench.population import fill
from bench.results import HOME
from data import migrate
from data.engine import Database
from data.keys import load_keyring, new_keyring, save_keyring
from data.vault import install_vault
from tests.postgres import Cluster

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


def install() -> None:
    """Keys of the benchmarks, audit and index, as a server has them."""
    keys = HOME / "keyring.json"
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
    with database.write() as db:
        index_if_missing(db)
    return Prepared(people, database, path)


@contextmanager
def on_postgresql(people: int) -> Iterator[Database]:
    """So many people on a PostgreSQL server of its own that waits for the disk."""
    install()
    with tempfile.TemporaryDirectory(prefix="congye-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder), durable=True)
        cluster.start()
        try:
            with closing(Database(cluster.url)) as database:
                migrate.upgrade(database.engine)
                with database.write() as db:
                    fill(db, people)
                with database.write() as db:
                    index_if_missing(db)
                yield database
        finally:
            cluster.stop()
