"""One save: all of it or nothing, whoever saves beside it, and whatever else its transaction holds."""

import threading
import time
import uuid
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from app import preferences
from app.access.rights import Action, Actor, Role
from app.audit import trail
from app.audit.chain import Check
from app.dossiers import service as dossiers
from app.dossiers import tally
from app.dossiers.reindex import TABLES, reindex
from app.errors import FieldErrors, UserError
from app.records import service as records
from data import direct
from data.engine import Database
from data.lines import Line
from data.models import AuditEntry, AuditHead, Dossier, Work, category, search_entry, tally_row
from tests.people import ADMINISTRATOR, CLERK, EDUCATION, OTHER, WORK
from tests.records.filing import add_education, add_work

WORKING = category("work")
EARLY = {**WORK, "started_on": date(1990, 3, 6)}
"""A day before the person was born."""


def left(database: Database) -> dict[str, object]:
    """How many rows there are of everything that a save writes, and what the dashboard counts."""
    counted = (Work, AuditEntry, *TABLES, tally_row)
    with database.read() as db:
        rows = {str(table): db.scalar(select(func.count()).select_from(table)) for table in counted}
        return {**rows, "counts": tally.counts(db, "holds", "choice", "records")}


def companies(database: Database, dossier_id: uuid.UUID) -> list[str]:
    """Those that stand in the file's row of the index."""
    query = select(search_entry.c.companies).where(search_entry.c.dossier_id == dossier_id)
    with database.read() as db:
        return str(db.scalar(query)).split("\n")


def save(database: Database, owner: Actor, typed: dict[str, object], record_id: uuid.UUID | None = None) -> uuid.UUID:
    with database.write() as db:
        return records.create(db, owner, owner.dossier_id, WORKING, record_id or uuid.uuid4(), typed)


def test_a_day_before_the_date_of_birth_leaves_nothing_behind(database: Database, owner: Actor) -> None:
    before = left(database)
    with pytest.raises(FieldErrors) as refused:
        save(database, owner, EARLY)
    assert "早于出生日期" in refused.value.fields["started_on"]
    assert left(database) == before


def test_who_goes_on_after_a_refusal_keeps_the_rest_alone(database: Database, owner: Actor) -> None:
    before = left(database)
    for first in (None, {**WORK, "employer": "甲公司"}):
        with database.write() as db:
            if first:
                records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), first)
            with pytest.raises(FieldErrors):
                records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), {**EARLY, "employer": "乙公司"})
        if not first:
            assert left(database) == before
    assert companies(database, owner.dossier_id) == ["甲公司"]
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Work)) == 1
        assert not list(Check(db))


def test_what_was_noted_before_a_refusal_stays_on_record(database: Database, owner: Actor) -> None:
    with database.write() as db:
        trail.note(db, owner, Action.DOSSIER_VIEW, "dossier", owner.dossier_id, dossier_id=owner.dossier_id)
        with pytest.raises(FieldErrors):
            records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), EARLY)
    with database.read() as db:
        assert db.scalars(select(AuditEntry.action).order_by(AuditEntry.number.desc()).limit(1)).one() == "dossier.view"
        assert not list(Check(db))


def test_what_is_wrong_is_told_at_once(database: Database, owner: Actor) -> None:
    with pytest.raises(FieldErrors) as refused:
        save(database, owner, {**EARLY, "employer": ""})
    assert set(refused.value.fields) == {"employer", "started_on"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize("fresh_seconds", [0.0, 60.0])
def test_a_save_waits_for_its_writes_together_whether_or_not_the_switches_are_read_anew(
    database: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch, fresh_seconds: float
) -> None:
    monkeypatch.setattr(preferences, "FRESH_SECONDS", fresh_seconds)
    save(database, owner, WORK)
    told: list[str] = []
    end_flow = Line.end_flow

    def ended(line: Line) -> None:
        told.append("all answers")
        end_flow(line)

    monkeypatch.setattr(Line, "end_flow", ended)
    monkeypatch.setattr(direct, "HEARERS", [lambda text, _values: told.append(text.split()[0])])
    save(database, owner, WORK)
    assert told.index("all answers") == len(told) - 1
    assert told.count("INSERT") >= 4


def test_a_form_sent_twice_is_counted_and_noted_once(database: Database, owner: Actor) -> None:
    record_id = save(database, owner, WORK)
    once = left(database)
    save(database, owner, {**WORK, "employer": "另一家公司"}, record_id)
    assert left(database) == once
    assert companies(database, owner.dossier_id) == [WORK["employer"]]


def test_the_id_of_another_persons_record_is_refused_and_leaves_nothing(database: Database, owner: Actor) -> None:
    with database.write() as db:
        other = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card").dossier
    record_id = save(database, owner, WORK)
    before = left(database)
    with pytest.raises(UserError, match="gone"):
        save(database, Actor(Role.PRACTITIONER, other.id), {**WORK, "employer": "另一家公司"}, record_id)
    assert left(database) == before


def test_several_in_one_transaction_are_as_one_by_one(database: Database, owner: Actor) -> None:
    add_work(database, owner, employer="甲公司")
    add_education(database, owner)
    with database.write() as db:
        for employer in ("乙公司", "丙公司"):
            records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), {**WORK, "employer": employer})
        records.create(db, owner, owner.dossier_id, category("education"), uuid.uuid4(), EDUCATION)
    assert companies(database, owner.dossier_id) == sorted(("甲公司", "乙公司", "丙公司"))
    counted = left(database)["counts"]
    with database.write() as db:
        reindex(db, ADMINISTRATOR)
    with database.read() as db:
        assert tally.counts(db, "holds", "choice", "records") == counted
        assert not list(Check(db))


def test_two_windows_of_one_person_lose_none_of_each_others_companies(database: Database, owner: Actor) -> None:
    add_work(database, owner, employer="甲公司")
    with database.write() as db:
        records.create(db, owner, owner.dossier_id, WORKING, uuid.uuid4(), {**WORK, "employer": "乙公司"})
        beside = threading.Thread(target=add_work, args=(database, owner), kwargs={"employer": "丙公司"})
        beside.start()
        time.sleep(0.3)  # it waits for the transaction here by then
    beside.join()
    assert companies(database, owner.dossier_id) == sorted(("甲公司", "乙公司", "丙公司"))


def test_many_at_once_make_one_chain_and_right_counts(database: Database, owner: Actor) -> None:
    def work(number: int) -> None:
        for turn in range(5):
            add_work(database, owner, employer=f"{number}{turn}公司")

    others = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for each in others:
        each.start()
    for each in others:
        each.join()
    with database.read() as db:
        assert not list(Check(db))
        assert tally.counts(db, "holds", "records") == {"holds": {"work": 1}, "records": {"work": 30}}
        subjects = Counter(db.scalars(select(AuditEntry.subject)))
    assert subjects["work"] == 30
    assert len(companies(database, owner.dossier_id)) == 30


def test_a_save_does_not_heal_a_head_that_was_removed(database: Database, owner: Actor) -> None:
    with database.write() as db:
        db.execute(delete(AuditHead))
    record_id = save(database, owner, WORK)
    with database.read() as db:
        assert any(problem.kind == "head" for problem in Check(db))
        newest = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(2)).all()
    assert [(row.action, row.subject_id) for row in newest] == [("record.edit", record_id), ("audit.broken", None)]


def test_a_file_that_is_not_there_is_refused(database: Database, dossier: Dossier) -> None:
    nobody = Actor(Role.PRACTITIONER, uuid.uuid4())
    before = left(database)
    with pytest.raises(UserError, match="gone"):
        save(database, nobody, WORK)
    assert left(database) == before
    save(database, Actor(Role.PRACTITIONER, dossier.id), WORK)


def test_a_file_that_the_index_does_not_have_yet_is_checked_and_saved_all_the_same(
    database: Database, owner: Actor
) -> None:
    with database.write() as db:
        db.execute(delete(search_entry))
    with pytest.raises(FieldErrors):
        save(database, owner, EARLY)
    save(database, owner, WORK)
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(Work)) == 1
