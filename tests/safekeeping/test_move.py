"""An installation moves between SQLite and PostgreSQL, and every row and byte arrives."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from app.access import staff
from app.access.rights import SYSTEM, Role
from app.audit.chain import Check
from app.dossiers import service as dossiers
from app.errors import Forbidden, UserError
from app.records import service as records
from app.safekeeping.move import move
from data import migrate
from data.copying import tally
from data.engine import Database
from data.models import AuditEntry, Dossier, LimitState, SavedView, StaffAccount, Work, category
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


def test_every_kind_of_value_arrives_as_it_was(database: Database, target: Database) -> None:
    told = "a\t\\N\n\r\\. “王𠀀” \x7f"
    with database.write() as db:
        account = staff.create(db, SYSTEM, "clerk", "窗口", Role.CLERK, "a long and quiet pass phrase")
        db.add(
            SavedView(
                owner_id=account.id, name=told, address="", shared=True, created_at=datetime(2026, 1, 2, tzinfo=UTC)
            )
        )
        db.add(LimitState(subject_index=bytes(range(32)), hits=[0.1, 2], locked_until=1 / 3, locks=-1, forget_at=1e300))
    move(database, target, SYSTEM)
    with database.read() as here, target.read() as there:
        for model in (SavedView, LimitState, StaffAccount):
            rows = [vars(db.scalars(select(model)).one()).copy() for db in (here, there)]
            for row in rows:
                del row["_sa_instance_state"]
            assert rows[0] == rows[1]
        assert there.scalars(select(SavedView.name)).one() == told
    assert migrate.differences(target.engine) == []  # every index is there again


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
