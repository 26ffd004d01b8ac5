"""A person's data are erased for good on demand; the trail keeps its chain and tells only that it was done."""

from typing import get_args

import pytest
from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from app.access import sessions
from app.access.rights import SYSTEM, Actor, Role
from app.audit.chain import Check
from app.dossiers import erasure, tally
from app.dossiers import service as dossiers
from app.dossiers.reindex import reindex
from app.dossiers.terms import Dimension
from app.errors import Forbidden, UserError
from app.records import service as records
from data.engine import Database
from data.models import AuditEntry, Base, Dossier, UserSession, category
from data.models.base import new_id
from tests.people import ADMINISTRATOR, CLERK, EDUCATION, OTHER, REVIEWER, WORK


@pytest.fixture
def filled(database: Database, dossier: Dossier, owner: Actor) -> Database:
    with database.write() as db:
        ticket = sessions.issue_ticket(db, "a visit", Role.PRACTITIONER, dossier.id)
        assert sessions.redeem(db, "a visit", ticket)
        records.import_row(db, SYSTEM, dossier.id, category("work"), WORK)
        removed = records.create(db, owner, dossier.id, category("education"), new_id(), EDUCATION)
        records.delete(db, owner, dossier.id, category("education"), removed)
        dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="13800000002", source="manual")
    return database


def erase(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, dossier.id, "本人申请")
    with database.write() as db:
        erasure.erase(db, ADMINISTRATOR, dossier.id, "本人申请")


def places_of(db: Session, dossier: Dossier) -> set[str]:
    """Tables in which any column still holds the id of the file."""

    def holds(table: Table, column: Column[object]) -> bool:
        return bool(db.scalar(select(func.count()).select_from(table).where(column == dossier.id)))

    return {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if "uuid" in type(column.type).__name__.lower() and holds(table, column)
    }


def test_nothing_is_left_of_the_person_but_emptied_rows_of_the_trail(filled: Database, dossier: Dossier) -> None:
    with filled.read() as db:
        assert {"dossier", "work", "trash_item", "search_posting", "search_name", "audit_entry"} <= places_of(
            db, dossier
        )
    erase(filled, dossier)
    with filled.read() as db:
        assert places_of(db, dossier) == {"audit_entry"}
        assert db.scalar(select(UserSession.id).where(UserSession.subject_id == dossier.id)) is None
        entries = db.scalars(select(AuditEntry).where(AuditEntry.dossier_id == dossier.id).order_by(AuditEntry.number))
        *emptied, last = entries
        assert all(entry.before is None and entry.after is None for entry in emptied)
        assert (last.action, last.after) == ("dossier.erase", {"reason": "本人申请"})


def test_the_chain_still_holds_and_others_are_untouched(filled: Database, dossier: Dossier) -> None:
    erase(filled, dossier)
    with filled.read() as db:
        assert list(Check(db)) == []
        assert [each.name for each in db.scalars(select(Dossier))] == [OTHER["name"]]


def test_the_dashboard_counts_the_person_no_more(filled: Database, dossier: Dossier) -> None:
    def counts() -> dict[Dimension, dict[str, int]]:
        with filled.read() as db:
            return tally.counts(db, *get_args(Dimension))

    before = counts()
    erase(filled, dossier)
    after = counts()
    with filled.write() as db:
        reindex(db, ADMINISTRATOR)
    assert after == counts() != before


def test_the_same_person_can_come_again(filled: Database, dossier: Dossier) -> None:
    erase(filled, dossier)
    with filled.write() as db:
        again = dossiers.open_file(
            db,
            CLERK,
            {**OTHER, "number": dossier.number, "birth_date": dossier.birth_date, "sex": dossier.sex},
            photo=None,
            mobile="13800000001",
            source="card",
        )
        assert again.created


def test_an_open_file_and_a_missing_reason_are_refused(filled: Database, dossier: Dossier) -> None:
    with filled.write() as db:
        with pytest.raises(UserError, match="still_open"):
            erasure.erase(db, ADMINISTRATOR, dossier.id, "本人申请")
        for reason in ("  ", "长" * 201):
            with pytest.raises(UserError, match="reason"):
                erasure.erase(db, ADMINISTRATOR, dossier.id, reason)
        with pytest.raises(UserError, match="gone"):
            erasure.erase(db, ADMINISTRATOR, new_id(), "本人申请")


@pytest.mark.parametrize("actor", [CLERK, REVIEWER])
def test_only_the_administrator_erases(filled: Database, dossier: Dossier, actor: Actor) -> None:
    with filled.write() as db, pytest.raises(Forbidden):
        erasure.erase(db, actor, dossier.id, "本人申请")
