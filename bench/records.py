"""One person's records: saving one durably, and reading the whole file, on SQLite and on PostgreSQL."""

import statistics
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event, text

from app.access.rights import Actor, Role
from app.dossiers import service as dossiers
from app.records import service as records
from bench.bare_sql import Ask, bare, bare_values, inserting
from bench.home import on_postgresql, prepared
from bench.rows import Row, in_turns
from data.engine import Database
from data.models import Base, categories, category
from data.models.base import new_id, utc_now

RUNS = 150
MOST_SAVE = {"sqlite": 2.0, "postgresql": 3.0}
MOST_FILE = 3.0
TYPED = {
    "employer": "云江宏达建筑工程有限公司", "started_on": date(2020, 3, 1), "ended_on": None, "title": "G000",
    "position": "技术员", "major": "建筑工程",
}  # fmt: skip


def run() -> list[Row]:
    """Both works on both databases."""
    at = prepared()
    rows = _measured(at.database, "SQLite")
    at.database.close()
    with on_postgresql() as database:
        rows += _measured(database, "PostgreSQL")
    return rows


def _measured(database: Database, name: str) -> list[Row]:
    return [
        _save(database, _people(database, "ASC"), name),
        # Files of their own: those of the others grow whenever this is measured.
        _whole_file(database, _people(database, "DESC"), name),
    ]


def _people(database: Database, order: str) -> list[uuid.UUID]:
    with database.read() as db:
        return [row[0] for row in db.execute(text(f"SELECT id FROM dossier ORDER BY id {order} LIMIT 1000"))]  # noqa: S608


def _save(database: Database, people: list[Any], name: str) -> Row:
    """A form's values to a kept record, beside one INSERT of the same row and its commit on a connection of its own."""
    turns = iter(range(1_000_000))
    of_work = category("work")

    def ours() -> None:
        owner = _uuid(people[next(turns) % len(people)])
        with database.write() as db:
            records.create(db, Actor(Role.PRACTITIONER, owner), owner, of_work, new_id(), TYPED)

    with bare(database) as ask:
        insert = _bare_insert(database, ask, people)
        times = in_turns(ours, insert, RUNS, warm=10)
        note = ""
        if database.engine.dialect.name == "sqlite":
            note = f"{_pages(database, ours)} pages to the disk, bare {_pages(database, insert)}"
    partner = "bare INSERT and commit, fsync"
    return times.row(f"save a record, {name}", partner, most=MOST_SAVE[database.engine.dialect.name], note=note)


def _pages(database: Database, work: Callable[[], object]) -> int:
    """How many pages a commit writes into SQLite's log, in the middle of some."""
    log = Path(f"{database.engine.url.database}-wal")
    with database.engine.connect() as connection:
        page: int = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    grown = []
    for _run in range(15):
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # a checkpoint is no part of a transaction
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        work()
        grown.append(log.stat().st_size // page)
    return round(statistics.median(grown))


def _bare_insert(database: Database, ask: Ask, people: list[Any]) -> Callable[[], object]:
    table = Base.metadata.tables["work"]
    statement = inserting(table.name, [column.name for column in table.columns])
    turns = iter(range(1_000_000))

    def row() -> list[Any]:
        now, owner = utc_now(), _uuid(people[next(turns) % len(people)])
        values = TYPED | {"version": 1, "review_state": "draft", "created_at": now, "updated_at": now}
        values |= {"id": new_id(), "dossier_id": owner}
        return bare_values(database, [values.get(column.name) for column in table.columns])

    return lambda: ask(statement, row())


def _whole_file(database: Database, people: list[Any], name: str) -> Row:
    """Identity and the records of all categories, as the file's page reads them."""
    turns = iter(range(1_000_000))
    actor = Actor(Role.ADMINISTRATOR, new_id())
    queries = [text("SELECT * FROM dossier WHERE id = :owner")]
    queries += [text(f"SELECT * FROM {each.model.__tablename__} WHERE dossier_id = :owner") for each in categories()]  # noqa: S608

    def ours() -> None:
        owner = _uuid(people[next(turns) % len(people)])
        with database.read() as db:
            dossiers.view(db, actor, owner)
            records.of_file(db, actor, owner)

    def by_hand() -> None:
        owner = people[next(turns) % len(people)]
        with database.read() as db:
            for query in queries:
                db.execute(query, {"owner": owner}).all()

    asked = _statements(database, ours)
    times = in_turns(ours, by_hand, RUNS)
    note = f"{asked} statements whatever the file holds"
    return times.row(f"a person's whole file, {name}", "bare SQL, same pool", most=MOST_FILE, note=note)


def _statements(database: Database, work: Callable[[], None]) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    work()
    event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


def _uuid(stored: Any) -> uuid.UUID:
    return stored if isinstance(stored, uuid.UUID) else uuid.UUID(stored)
