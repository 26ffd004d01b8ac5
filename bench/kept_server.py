"""The same people in PostgreSQL: a server's folder for each number of them, copied from SQLite's file as `python -m app move`
copies an installation, and kept between runs. Where the copying was cut off, it begins anew."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.database import index_if_missing
from data import migrate
from data.copying import copy_rows, differing, tally
from data.engine import Database
from tests.postgres import Cluster

OF_AN_OFFICE = {"shared_buffers": "2GB", "jit": "on"}
"""PostgreSQL has a part of the memory, as its manual recommends; the rest is as it comes, and it waits for the disk."""
HURRY = {
    "shared_buffers": "1GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_recycle": "off",  # the log that hurrying needed is given back
}
TELL_ROWS = 1_000_000


def make(folder: Path, source: Database) -> None:
    """Copy all rows of `source` into a new server's `folder`: finished and proven, or not there."""
    making = folder.with_name(f"{folder.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    with _running(Cluster(making, settings=HURRY)) as target:
        _copy(source, target)
        for statement in ("VACUUM (FREEZE, ANALYZE)", "CHECKPOINT"):
            outside_a_transaction(target, statement)
    os.sync()  # nothing waited for the disk until now
    making.rename(folder)


@contextmanager
def served(folder: Path) -> Iterator[Database]:
    """The database of a folder, from a server that waits for the disk."""
    with _running(Cluster(folder, durable=True, settings=OF_AN_OFFICE)) as database:
        if not migrate.is_current(database.engine):
            migrate.upgrade(database.engine)
            index_if_missing(database)
            outside_a_transaction(database, "VACUUM (ANALYZE)")
        yield database


def outside_a_transaction(database: Database, statement: str) -> None:
    """Run what PostgreSQL runs in no transaction."""
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def _running(cluster: Cluster) -> Iterator[Database]:
    cluster.start()
    try:
        with closing(Database(cluster.url)) as database:
            yield database
    finally:
        cluster.shut_down()


def _copy(source: Database, target: Database) -> None:
    migrate.upgrade(target.engine)
    writing = target.engine.execution_options(congye_write=True)
    # Reading one moment, others may go on writing into the source.
    with source.engine.connect() as here, writing.begin() as there:
        sent = copy_rows(here, there, _tell)
        if wrong := differing(sent, tally(there)):
            raise RuntimeError(f"not all rows arrived: {', '.join(wrong)}")


def _tell(table: str, rows: int) -> None:
    if rows % TELL_ROWS == 0:
        print(f"  {time.strftime('%H:%M:%S')}  {rows:,} rows of {table}", flush=True)
