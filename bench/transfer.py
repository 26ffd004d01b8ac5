"""Tables in and out, against the bare tools side by side: an import against executemany, exports against a cursor.

Figures are of this machine and depend on its disk; the ratios are what is measured.
"""

import csv
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter
from sqlalchemy import select

from app.access.rights import SYSTEM
from app.jobs import catalogue as _kinds  # noqa: F401  registers the kinds of jobs
from app.jobs import files, queue, worker
from app.transfer import exports, imports
from app.transfer.preparing import BATCH_ROWS
from bench.bare_sql import bare_many, bare_values, inserting
from bench.home import copied, copied_on_postgresql, size
from bench.kept_server import outside_a_transaction
from bench.population import person_number
from bench.rows import Row, Times, timed
from data.bulk import bulk_insert
from data.engine import Database
from data.models import Base, Dossier, Project
from data.models.base import new_id, utc_now
from data.models.record import APPROVED

IMPORTED, EXPORTED, WORKBOOK = 100_000, 1_000_000, 100_000
MOST_IMPORT, MOST_EXPORT = 4.0, 2.0
HEADINGS = ("公民证件号码", "报建编号", "项目名称", "合同类型", "担任职务", "专业名称")
COLUMNS = ("filing_number", "name", "contract_type", "role", "major")
READ_AHEAD = 5_000


def run() -> list[Row]:
    """An import beside executemany, exports beside a cursor: the same rows for both, in copies of both databases."""
    with copied() as database:
        rows = _measured(database, "SQLite")
    with copied_on_postgresql() as database:
        return [*rows, *_measured(database, "PostgreSQL")]


def _measured(database: Database, kind: str) -> list[Row]:
    exported = EXPORTED if size() >= EXPORTED else WORKBOOK
    with tempfile.TemporaryDirectory(prefix="congye-bench-") as folder:
        table = Path(folder) / "projects.csv"
        _write_table(table)
        rows = [_import(database, table), _export(database, "csv", exported), _export(database, "xlsx", WORKBOOK)]
    return [replace(row, work=f"{row.work}, {kind}") for row in rows]


def _write_table(path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.writer(file)
        written.writerow(HEADINGS)
        for number in range(IMPORTED):
            person = person_number(number % size())
            written.writerow((person, f"导{number:07}", f"云江第{number}号工程", "施工总承包", "项目经理", "建筑工程"))


def _owners(database: Database) -> list[uuid.UUID]:
    """The files that rows are given to, in turns."""
    with database.read() as db:
        return list(db.scalars(select(Dossier.id).order_by(Dossier.id).limit(IMPORTED)))


def _import(database: Database, path: Path) -> Row:
    owners = _owners(database)
    bare = timed(lambda: _bare_import(database, path, owners))
    with path.open("rb") as content, database.write() as db:
        sent = imports.upload(db, SYSTEM, "projects", path.name, content)
        check = imports.check(db, SYSTEM, sent.id, sent.columns, update_known=False)
    checking = timed(lambda: worker.run_now(database, check))
    with database.write() as db:
        imports.start(db, SYSTEM, sent.id)
    before = _memory()
    ours = timed(lambda: worker.run_now(database, sent.id))
    with database.read() as db:
        found = imports.get(db, SYSTEM, sent.id).run
    if found.added != IMPORTED:
        raise RuntimeError(f"{found.added} rows arrived, {found.wrong} were wrong")
    note = f"the check before it {checking / 1000:.1f} s, {_grown(before)}"
    times = Times([ours], [bare])
    return times.row(f"import {IMPORTED:,} rows, fully checked", "bare executemany", most=MOST_IMPORT, note=note)


def _bare_import(database: Database, path: Path, owners: Sequence[uuid.UUID]) -> None:
    """The same rows into the same table, unchecked, in transactions of the same size."""
    values = {"version": 1, "review_state": APPROVED, "created_at": utc_now(), "updated_at": utc_now()}
    alike = bare_values(database, list(values.values()))
    kept = bare_values(database, owners)
    statement = inserting("projects", ("id", "dossier_id", *COLUMNS, *values))
    with path.open(newline="", encoding="utf-8") as file, bare_many(database) as put:
        rows = csv.reader(file)
        next(rows)
        numbered = enumerate(rows)
        while batch := list(islice(numbered, BATCH_ROWS)):
            keys = bare_values(database, [new_id() for _row in batch])
            put(
                statement,
                [
                    (key, kept[number % len(kept)], "裸" + row[1], *row[2:], *alike)
                    for key, (number, row) in zip(keys, batch, strict=True)
                ],
            )


def _export(database: Database, kind: str, rows: int) -> Row:
    _fill_up(database, rows)
    wish = exports.Wish("projects", kind, COLUMNS, {})
    with database.write() as db:
        job_id = exports.start(db, SYSTEM, wish)
    bare = timed(lambda: (_bare_csv if kind == "csv" else _bare_xlsx)(database))
    before = _memory()
    ours = timed(lambda: worker.run_now(database, job_id))
    with database.read() as db:
        made = queue.follow(db, SYSTEM, job_id)
        length = files.size_of(db, job_id, exports.RESULT) or 0
    partner = "bare cursor to csv" if kind == "csv" else "bare XlsxWriter"
    note = f"{length / 1e6:.0f} MB, {_grown(before)}"
    return Times([ours], [bare]).row(f"export {made.done:,} rows, {kind}", partner, most=MOST_EXPORT, note=note)


def _fill_up(database: Database, rows: int) -> None:
    """So many projects in all, no more and no less."""
    table, owners = Base.metadata.tables["projects"], _owners(database)
    with database.write() as db:
        db.execute(table.delete())
        now = utc_now()
        bulk_insert(
            db,
            table,
            (
                {
                    "id": new_id(),
                    "dossier_id": owners[number % len(owners)],
                    "filing_number": f"导{number:07}",
                    "name": f"云江第{number}号工程",
                    "contract_type": "general",
                    "role": "project_manager",
                    "major": "建筑工程",
                    "created_at": now,
                    "updated_at": now,
                }
                for number in range(rows)
            ),
        )
    if database.engine.dialect.name == "postgresql":
        outside_a_transaction(database, "VACUUM ANALYZE projects")


def _cursor(database: Database) -> Iterator[tuple[Any, ...]]:
    query = f"SELECT {', '.join(COLUMNS)} FROM {Project.__tablename__} ORDER BY id"  # noqa: S608  our names
    with database.engine.connect() as connection:
        driver: Any = connection.connection
        if database.engine.dialect.name == "sqlite":
            yield from driver.cursor().execute(query)
            return
        with driver.cursor(name="bare") as cursor:  # the server's: one of the driver's own reads all rows at once
            cursor.itersize = READ_AHEAD
            yield from cursor.execute(query)


def _bare_csv(database: Database) -> None:
    with tempfile.TemporaryFile("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(_cursor(database))


def _bare_xlsx(database: Database) -> None:
    with tempfile.TemporaryFile() as file, xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(_cursor(database)):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)


def _memory() -> float:
    """Memory that this process has now, in MB; its peak is counted anew from here (Linux)."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _status("VmRSS")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _grown(before: float) -> str:
    return f"memory grew by {_status('VmHWM') - before:.0f} MB"
