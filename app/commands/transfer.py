"""import, export: tables in and out, through the same services as the pages."""

import sys
import uuid
from pathlib import Path

from app.access.rights import SYSTEM
from app.commands import DATABASE_ERROR, OK, USER_ERROR, Given, Parsers
from app.database import database
from app.jobs import files, queue, worker
from app.transfer import exports, imports
from app.transfer.targets import target, targets
from data import migrate
from data.models import Job

KEYS = [each.key for each in targets()]


def add(commands: Parsers) -> None:
    """Add the parsers."""
    taken = commands.add_parser("import", help="take a table of people or records in")
    taken.add_argument("target", choices=KEYS)
    taken.add_argument("file", type=Path, help=".xlsx or .csv; its headings name the columns")
    taken.add_argument("--update", action="store_true", help="rows that are known already change what is there")
    taken.add_argument("--check", action="store_true", help="only check; nothing is written")
    taken.add_argument("--marked", type=Path, help="where the table with its problems marked is written")
    taken.set_defaults(run=_import)
    given = commands.add_parser("export", help="write people or records as a table")
    given.add_argument("target", choices=KEYS)
    given.add_argument("file", type=Path, help=".xlsx or .csv")
    given.add_argument("--columns", help="keys of columns, separated by commas; all where none are named")
    given.add_argument("--search", default="", help="only of people that the search box finds by this text")
    given.add_argument("--full", action="store_true", help="personal numbers unmasked")
    given.set_defaults(run=_export)


def _import(given: Given) -> int:
    from app.jobs import catalogue  # noqa: F401, PLC0415  registers the kinds of jobs; other commands need none

    if not _is_current():
        return DATABASE_ERROR
    with given.file.open("rb") as content, database().write() as db:
        run = imports.upload(db, SYSTEM, given.target, given.file.name, content)
        check_id = imports.check(db, SYSTEM, run.id, run.columns, update_known=given.update)
    checked = _finish(check_id)
    if checked.state == "done" and not given.check:
        with database().write() as db:
            imports.start(db, SYSTEM, run.id)
        checked = _finish(run.id)
    with database().read() as db:
        found = imports.get(db, SYSTEM, run.id).run
    names = ("added", "changed", "unchanged", "skipped", "wrong")
    print(f"import {run.id}: " + ", ".join(f"{getattr(found, name)} {name}" for name in names))
    if given.marked and found.wrong and not given.check:
        _write(run.id, given.marked)
    return USER_ERROR if found.wrong or checked.state != "done" else OK


def _export(given: Given) -> int:
    from app.jobs import catalogue  # noqa: F401, PLC0415

    if not _is_current():
        return DATABASE_ERROR
    columns = given.columns.split(",") if given.columns else [each.key for each in target(given.target).columns]
    kind = given.file.suffix.lower().removeprefix(".")
    wish = exports.Wish(given.target, kind, tuple(columns), {"q": given.search}, full=given.full)
    with database().write() as db:
        job_id = exports.start(db, SYSTEM, wish)
    made = _finish(job_id)
    if made.state != "done":
        return USER_ERROR
    _write(job_id, given.file)
    print(f"{made.result['rows'] if made.result else 0} rows")
    return OK


def _finish(job_id: uuid.UUID) -> Job:
    """Run a job here; where a server was quicker it is that server's to finish."""
    worker.run_now(database(), job_id)
    with database().read() as db:
        found = queue.follow(db, SYSTEM, job_id)
    while found.state in queue.UNFINISHED:
        worker.pause()
        with database().read() as db:
            found = queue.follow(db, SYSTEM, job_id)
    if found.state != "done":
        print(f"{found.state}: {found.message}", file=sys.stderr)
    return found


def _write(job_id: uuid.UUID, path: Path) -> None:
    with path.open("wb") as output:
        for piece in files.pieces(database(), job_id, imports.RESULT):
            output.write(piece)


def _is_current() -> bool:
    if migrate.is_current(database().engine):
        return True
    print("The schema is not current: run python -m app migrate", file=sys.stderr)
    return False
