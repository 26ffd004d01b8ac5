"""Many records at once leave the same behind as one by one: rows, audit, what the search finds, counts."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select

from app.access.rights import SYSTEM, Action, Actor, requires
from app.dossiers import tally
from app.dossiers.reindex import TABLES, reindex
from app.records import adding
from app.records import service as records
from data.engine import Database
from data.models import AuditEntry, Dossier, Work, category
from tests.people import ADMINISTRATOR, WORK

HISTORY: list[dict[str, Any]] = [
    {**WORK, "employer": employer, "started_on": date(2010 + number, 1, 1), "ended_on": ended}
    for number, (employer, ended) in enumerate((("甲公司", None), ("乙公司", None), ("丙公司", date(2020, 1, 1))))
]
KEYS = ("id", "created_at", "updated_at")


@requires(Action.RECORD_IMPORT)
def add(db: Any, actor: Actor, dossier_id: uuid.UUID) -> None:
    """As an import does it."""
    rows = [{**row, "dossier_id": dossier_id} for row in HISTORY]
    adding.add_standing(db, category("work"), adding.standing(category("work"), rows))


def left(database: Database) -> dict[str, list[Any]]:
    """What stands in the tables, without keys and moments."""
    with database.read() as db:
        columns = [each for each in Work.__table__.columns if each.name not in KEYS]
        entries = select(AuditEntry.action, AuditEntry.dossier_id, AuditEntry.before, AuditEntry.after)
        added = entries.where(AuditEntry.subject == "work", AuditEntry.before.is_(None)).order_by(AuditEntry.number)
        return {
            "rows": list(map(tuple, db.execute(select(*columns).order_by(Work.started_on)))),
            "audit": list(map(tuple, db.execute(added)))[-len(HISTORY) :],
            "index": [{tuple(row) for row in db.execute(table.select())} for table in TABLES],
            "counts": [tally.counts(db, "state", "holds", "choice", "born", "records")],
        }


def test_many_records_leave_what_single_ones_leave(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        for row in HISTORY:
            records.import_row(db, ADMINISTRATOR, dossier.id, category("work"), row)
    singly = left(database)
    with database.write() as db:
        for record in records.listing(db, ADMINISTRATOR, dossier.id, category("work")):
            db.info["acting"] = (SYSTEM, Action.RECORD_IMPORT)
            db.delete(record)
    with database.write() as db:
        add(db, ADMINISTRATOR, dossier.id)
    together = left(database)
    assert together == singly
    with database.write() as db:
        reindex(db, ADMINISTRATOR)
    assert left(database)["index"] == together["index"]
