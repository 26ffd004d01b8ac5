"""Making the file of so many people, in steps that are each finished for good: what was killed goes on where it was.

People with their records and the search index go into one file. What the audit knows of them goes into another, written
by a process of its own, and is taken in at the end. Indexes are made when the rows are there.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Index, event, func, select
from sqlalchemy.orm import Session

from app.database import index_if_missing
from bench import past, population
from data import migrate
from data.engine import Database
from data.models import AuditEntry, AuditHead, Base, Dossier

Prepare = Callable[[], None]


def make(path: Path, people: int, prepare: Prepare, at_once: int = population.BATCH) -> None:
    """Write the file at `path`, so many people at once; `prepare` gives the second process its keys."""
    making, audit = path.with_suffix(".making"), path.with_suffix(".audit")
    with ProcessPoolExecutor(1, get_context("spawn"), prepare) as beside:
        recorded = beside.submit(_write_audit, audit, people, at_once)
        _write_people(making, people, at_once)
        recorded.result()
    _take_in(making, audit)
    _prove(making)
    audit.unlink()
    making.rename(path)


def _write_people(file: Path, people: int, at_once: int) -> None:
    indexes = _indexes(*(model.__tablename__ for model in population.MODELS))
    with closing(_opened(file)) as database:
        with database.read() as db:
            done = db.scalar(select(func.count()).select_from(Dossier)) or 0
        if done < people:
            _drop(database, indexes)
        end = 0
        for rows in population.batches(people, at_once):
            end += len(rows[Dossier])
            if end <= done:
                continue
            with database.write() as db:
                population.write(db, rows)
            _tell(f"{end:,} people")
        _create(database, indexes)
        index_if_missing(database)
        _tell("search index")


def _write_audit(file: Path, people: int, at_once: int) -> None:
    indexes = _indexes(AuditEntry.__tablename__)
    with closing(_opened(file)) as database:
        with database.read() as db:
            done = _recorded(db)
        if done == 0:
            _drop(database, indexes)
        end = 0
        for rows in population.batches(people, at_once):
            begin, end = end, end + past.count(rows)
            if end <= done:
                continue
            with database.write() as db:
                if _recorded(db) != begin:
                    raise RuntimeError(f"{file}: another process writes into it")
                past.put_on_record(db, rows)
            _tell(f"{end:,} audit rows")
        _create(database, indexes)


def _recorded(db: Session) -> int:
    return db.scalar(select(AuditHead.number)) or 0


def _take_in(making: Path, audit: Path) -> None:
    """Both files have the same tables and indexes, so that SQLite copies them as they lie."""
    with closing(_opened(making)) as database, database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # no file can be attached inside a transaction
        connection.exec_driver_sql("ATTACH ? AS other", (str(audit),))
        connection.exec_driver_sql("BEGIN")
        if connection.scalar(select(AuditEntry.id).limit(1)) is None:
            connection.exec_driver_sql("INSERT INTO audit_entry SELECT * FROM other.audit_entry")
        connection.exec_driver_sql("REPLACE INTO audit_head SELECT * FROM other.audit_head")
        connection.commit()
    _tell("audit taken in")


def _prove(file: Path) -> None:
    """Nothing waited for the disk until now, and nothing is kept that SQLite finds fault with."""
    with closing(_opened(file)) as database, database.read() as db:
        found = db.connection().exec_driver_sql("PRAGMA quick_check").scalars().all()
    if found != ["ok"]:
        raise RuntimeError(f"{file}: {found[:3]}")
    with file.open("rb+") as content:
        os.fsync(content.fileno())


def _opened(file: Path) -> Database:
    database = Database(f"sqlite:///{file}")
    event.listen(database.engine, "connect", _hurry)
    migrate.upgrade(database.engine)
    return database


def _hurry(connection: Any, _record: object) -> None:
    """A file in the making may be lost when the power fails, not when its process is killed: it keeps its journal."""
    for pragma in ("journal_mode=DELETE", "synchronous=OFF", "cache_size=-2000000"):
        connection.execute(f"PRAGMA {pragma}")


def _indexes(*tables: str) -> list[Index]:
    found = [index for name in tables for index in Base.metadata.tables[name].indexes]
    return sorted(found, key=lambda index: str(index.name))


def _drop(database: Database, indexes: list[Index]) -> None:
    with database.write() as db:
        for index in indexes:
            index.drop(db.connection(), checkfirst=True)


def _create(database: Database, indexes: list[Index]) -> None:
    for index in indexes:
        with database.write() as db:
            index.create(db.connection(), checkfirst=True)
    _tell(f"{len(indexes)} indexes")


def _tell(done: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')}  {done}", flush=True)
