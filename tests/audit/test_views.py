"""Looks of staff at people's data are on record, once for a person and a log-in within minutes."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.rights import Action, Actor
from app.audit import views
from data.engine import Database
from data.models import AuditEntry, Dossier
from tests.people import CLERK, REVIEWER


def looks(database: Database) -> list[AuditEntry]:
    with database.read() as db:
        query = select(AuditEntry).where(AuditEntry.action == Action.DOSSIER_VIEW.value).order_by(AuditEntry.number)
        return list(db.scalars(query))


def test_a_look_is_on_record_with_who_whose_and_what_was_shown_in_full(database: Database, dossier: Dossier) -> None:
    views.note(database, CLERK, Action.DOSSIER_VIEW, dossier.id, "number")
    (look,) = looks(database)
    assert (look.actor_id, look.dossier_id, look.after) == (CLERK.subject_id, dossier.id, {"shown": ["number"]})


def test_the_same_look_again_is_one_look(database: Database, dossier: Dossier) -> None:
    for _time in range(3):
        views.note(database, CLERK, Action.DOSSIER_VIEW, dossier.id)
    assert len(looks(database)) == 1


def test_another_person_another_log_in_and_another_field_are_looks_of_their_own(
    database: Database, dossier: Dossier
) -> None:
    views.note(database, CLERK, Action.DOSSIER_VIEW, dossier.id)
    views.note(database, REVIEWER, Action.DOSSIER_VIEW, dossier.id)
    views.note(database, replace(CLERK, session_id=uuid.uuid4()), Action.DOSSIER_VIEW, dossier.id)
    views.note(database, CLERK, Action.DOSSIER_VIEW, dossier.id, "mobile")
    assert len(looks(database)) == 4


def test_a_look_after_ten_minutes_is_another_look(
    database: Database, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    views.note(database, CLERK, Action.DOSSIER_VIEW, dossier.id)
    monkeypatch.setattr(views, "ONE_LOOK", timedelta(0))
    views.note(database, CLERK, Action.DOSSIER_VIEW, dossier.id)
    assert len(looks(database)) == 2


def test_a_persons_own_look_is_nobodys_business(database: Database, owner: Actor, dossier: Dossier) -> None:
    views.note(database, owner, Action.DOSSIER_VIEW, dossier.id)
    assert looks(database) == []
