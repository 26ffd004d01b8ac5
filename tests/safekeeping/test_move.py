"""An installation moves between SQLite and PostgreSQL, and every row and byte arrives."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access.rights import SYSTEM
from app.audit.chain import Check
from app.dossiers import service as dossiers
from app.errors import Forbidden, UserError
from app.records import service as records
from app.safekeeping.move import move
from data.copying import tally
from data.engine import Database
from data.models import AuditEntry, Dossier, Work, category
from tests.people import ADMINISTRATOR, CLERK, OTHER, WORK
from tests.postgres import create_database


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that does not even have a schema."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path / 'target.db'}"
    else:
        address = create_database(request.getfixturevalue("postgres_url"), f"target_{uuid.uuid4().hex[:12]}")
    opened = Database(address)
    yield opened
    opened.close()


def test_every_row_and_byte_arrives(database: Database, target: Database, dossier: Dossier) -> None:
    with database.write() as db:
        records.import_row(db, SYSTEM, dossier.id, category("work"), WORK)
    told: list[tuple[str, int]] = []
    arrived = move(database, target, SYSTEM, lambda table, rows: told.append((table, rows)))
    with database.engine.connect() as connection:
        assert tally(connection) == arrived
    with target.read() as db:
        assert list(Check(db)) == []
    assert ("dossier", 1) in told
    with target.read() as db:
        assert dossiers.view(db, CLERK, dossier.id).mobile == "+8613800000001"
        assert db.scalars(select(Work.employer)).all() == [WORK["employer"]]
        entry = db.scalars(select(AuditEntry).where(AuditEntry.dossier_id == dossier.id)).first()
        assert entry is not None
        assert entry.after


def test_work_goes_on_in_the_new_place(database: Database, target: Database, dossier: Dossier) -> None:
    move(database, target, SYSTEM)
    with target.write() as db:
        opened = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="manual")
        assert opened.created
        assert opened.dossier.id != dossier.id


@pytest.mark.usefixtures("dossier")
def test_a_target_with_rows_is_refused(database: Database, target: Database) -> None:
    move(database, target, SYSTEM)
    with pytest.raises(UserError, match="not_empty"):
        move(database, target, SYSTEM)


def test_only_the_command_line_moves_an_installation(database: Database, target: Database) -> None:
    with pytest.raises(Forbidden):
        move(database, target, ADMINISTRATOR)
