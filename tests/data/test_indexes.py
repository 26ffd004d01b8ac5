"""The tables that grow with every save have no index that no query reads: each costs every save a page of the log."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import Action
from app.audit import reading, trail, views
from app.audit.chain import Check
from app.audit.reading import Wanted
from app.dossiers import chronicle, history, past
from data.engine import Database
from data.models import AuditEntry, Base, Dossier, categories
from tests.people import ADMINISTRATOR, CLERK
from tests.plans import plan_of, plans, statements

NAMED = re.compile(r"\b(?:ix|uq)_audit_entry_\w+|sqlite_autoindex_audit_entry_2")


def readings(database: Database, dossier_id: uuid.UUID) -> dict[str, Callable[[Session], object]]:
    """Everything that reads the trail."""
    wanted = {
        "all": Wanted(),
        "by actor": Wanted(actor_id=CLERK.subject_id),
        "by file": Wanted(dossier_id=dossier_id),
        "by action": Wanted(action="dossier.view"),
    }

    def page(each: Wanted, before: int | None) -> Callable[[Session], object]:
        return lambda db: reading.page(db, ADMINISTRATOR, each, before)

    pages = {f"{name}, {before}": page(each, before) for name, each in wanted.items() for before in (None, 10)}
    return {
        **pages,
        "the check": lambda db: list(Check(db)),
        "a look": lambda _db: views.note(database, CLERK, Action.DOSSIER_VIEW, dossier_id),
        "newest of a file": lambda db: trail.history(db, ADMINISTRATOR, dossier_id),
        "events": lambda db: chronicle.events(db, ADMINISTRATOR, dossier_id),
        "timeline": lambda db: chronicle.timeline(db, ADMINISTRATOR, dossier_id, "work"),
        "identity": lambda db: history.changes(db, ADMINISTRATOR, dossier_id),
        "past": lambda db: past.as_of(db, ADMINISTRATOR, dossier_id, datetime.now(UTC).astimezone().date()),
    }


def used(database: Database, read: Callable[[Session], object]) -> set[str]:
    """The indexes of the trail that a reading is answered by; a uniqueness has the same name on both databases."""
    with statements(database) as seen, database.read() as db:
        read(db)
    asked = [each for each in seen if re.search(r"^SELECT\b.*\bFROM audit_entry\b", each[0], re.DOTALL)]
    assert asked
    found: set[str] = set()
    for statement, parameters in asked:
        plan = "\n".join(plans(database, statement, parameters))
        names = set(NAMED.findall(plan))
        assert names, plan
        assert "TEMP B-TREE" not in plan
        found |= names
    return {"uq_audit_entry_number" if name.startswith("sqlite") else name for name in found}


def test_every_reading_of_the_trail_is_served_by_an_index_and_every_index_serves_one(
    database: Database, dossier: Dossier
) -> None:
    by_reading = {name: used(database, read) for name, read in readings(database, dossier.id).items()}
    there = {str(index.name) for index in Base.metadata.tables[AuditEntry.__tablename__].indexes}
    assert set.union(*by_reading.values()) == there | {"uq_audit_entry_number"}


@pytest.mark.parametrize("model", [Dossier, *(each.model for each in categories())])
def test_the_rows_of_an_import_are_found_by_their_index(database: Database, model: type[Dossier]) -> None:
    with database.read() as db:
        query = select(model.id).where(model.import_id == uuid.uuid4()).order_by(model.id).limit(500)
        assert f"ix_{model.__tablename__}_import_id_id" in plan_of(db, query)
