"""Two files of one person become one: nothing is lost, nothing points at the emptied one but the trail."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.rights import SYSTEM, Actor, Role
from app.attachments import service as attachments
from app.audit.chain import Check
from app.dossiers import erasure, history, merging, past, search, tally
from app.dossiers import service as dossiers
from app.dossiers.reindex import reindex
from app.dossiers.service import today
from app.dossiers.wanted import Wanted
from app.errors import FieldErrors, UserError
from app.notices import choices
from app.records import life, trash
from app.records import service as records
from app.signatures import service as signatures
from app.signatures.service import Examined
from data.engine import Database
from data.models import (
    AuditEntry,
    Dossier,
    MobileUse,
    ReviewItem,
    search_entry,
    search_expiry,
    search_name,
    search_posting,
)
from tests.dossiers.test_erasure import places_of
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, OTHER, WORK
from tests.records.filing import (
    WORKING,
    add_education,
    add_work,
    approve,
    attach,
    certificate,
    hand_in,
    seen,
    stored,
)


@pytest.fixture
def second(database: Database) -> Actor:
    """The same person's second file, with a mobile of its own, and something of each kind in it."""
    with database.write() as db:
        opened = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="13800000002", source="manual")
    return Actor(Role.PRACTITIONER, opened.dossier.id)


def merge(database: Database, kept: Actor, other: Actor) -> None:
    with database.write() as db:
        merging.merge(db, ADMINISTRATOR, kept.dossier_id, other.dossier_id, "同一人")


def indexed(db: Session) -> list[set[tuple[object, ...]]]:
    """The whole index, and what the dashboard counts."""
    tables = (search_posting, search_name, search_entry, search_expiry)
    counts = tally.counts(db, "state", "holds", "choice", "born", "records")
    found: list[set[tuple[object, ...]]] = [{tuple(row) for row in db.execute(select(table))} for table in tables]
    return [*found, {(name, value, count) for name, values in counts.items() for value, count in values.items()}]


def test_all_of_the_other_file_moves_and_only_the_trail_stays(database: Database, owner: Actor, second: Actor) -> None:
    approved, waiting = add_education(database, second), add_work(database, second)
    attach(database, second, approved, certificate(1))
    hand_in(database, second)
    approval = approve(database, approved, "education")
    removed = add_work(database, second, started_on=date(2012, 1, 1))
    with database.write() as db:
        records.delete(db, second, second.dossier_id, WORKING, removed)
        signatures.print_sheet(db, second, second.dossier_id)
        choices.choose(db, second, second.dossier_id, about_review=True)
    merge(database, owner, second)
    with database.read() as db:
        other = db.get_one(Dossier, second.dossier_id)
        # The trash keeps who deleted something.
        left = {"audit_entry", "dossier", "search_entry", "search_name", "search_posting", "trash_item"}
        assert places_of(db, other) == left
        assert (other.state, other.merged_into, other.mobile) == ("closed", owner.dossier_id, None)
        assert db.scalars(select(ReviewItem.record_id)).all() == [waiting]
        assert choices.about_review(db, owner, owner.dossier_id)
        assert len(trash.of_file(db, owner, owner.dossier_id)) == 1
        assert attachments.of_record(db, owner, owner.dossier_id, approved)
        assert stored(database, approved, "education").approval_id == approval.id
        assert seen(database, approved, "education") == approval.digest
        assert len(db.scalars(select(MobileUse.id).where(MobileUse.dossier_id == owner.dossier_id)).all()) == 2
        assert list(Check(db)) == []


def test_the_index_and_the_counts_are_as_if_built_anew(database: Database, owner: Actor, second: Actor) -> None:
    add_education(database, owner)
    add_work(database, second)
    add_education(database, second, certificate_number="1-2-3")
    merge(database, owner, second)
    with database.write() as db:
        kept_up = indexed(db)
        reindex(db, SYSTEM)
        assert kept_up == indexed(db)
        found = search.page(db, ADMINISTRATOR, Wanted(text="1-2-3")).rows
        assert [row.id for row in found] == [owner.dossier_id]


def test_of_doubles_the_better_one_stays_and_the_other_lies_in_the_trash(
    database: Database, owner: Actor, second: Actor
) -> None:
    mine, its = add_work(database, owner), add_work(database, second, position="总监")
    hand_in(database, second)
    approve(database, its)
    with database.read() as db:
        compared = merging.compare(db, ADMINISTRATOR, owner.dossier_id, second.dossier_id)
    assert [(of.key, first, other) for of, first, other in compared.counts if first] == [("work", 1, 1)]
    (double,) = compared.doubles
    assert (double.stays.record.id, double.goes.record.id) == (its, mine)
    assert [(each.key, stays, goes) for each, stays, goes in double.differences] == [
        ("position", "总监", WORK["position"])
    ]
    merge(database, owner, second)
    with database.read() as db:
        assert [row.id for row in records.listing(db, owner, owner.dossier_id, WORKING)] == [its]
        (item,) = trash.of_file(db, owner, owner.dossier_id)
        assert item.subject_id == mine


def test_it_is_told_before_what_will_become_of_both_files(database: Database, owner: Actor, second: Actor) -> None:
    mine = add_education(database, owner)
    add_education(database, second)
    add_work(database, second)
    attach(database, owner, mine, certificate(1))
    hand_in(database, second)
    with database.write() as db:
        signatures.keep(db, second, second.dossier_id, Examined(None, certificate(2), None, (), has_box=True))
        dossiers.open_file(db, CLERK, IDENTITY, photo=certificate(3), mobile="", source="card")
    with database.read() as db:
        compared = merging.compare(db, ADMINISTRATOR, second.dossier_id, owner.dossier_id)
    assert (compared.kept.id, compared.other.id) == (second.dossier_id, owner.dossier_id)
    assert (compared.kept.photo, compared.other.photo) == (None, certificate(3))
    assert compared.waiting == (2, 0)
    assert [signed is not None for signed in compared.signed] == [True, False]
    assert [(each.stays.attached, each.goes.attached) for each in compared.doubles] == [(True, False)]


def test_the_past_of_both_files_stays_readable(database: Database, owner: Actor, second: Actor) -> None:
    with database.write() as db:
        records.import_row(db, SYSTEM, second.dossier_id, WORKING, WORK)
        dossiers.open_file(db, CLERK, {**OTHER, "address": "新址"}, photo=None, mobile="", source="manual")
    merge(database, owner, second)
    with database.read() as db:
        now = past.as_of(db, ADMINISTRATOR, owner.dossier_id, today())
        assert [life.content_of(WORKING, row)["employer"] for row in now.records["work"]] == [WORK["employer"]]
        assert past.as_of(db, ADMINISTRATOR, second.dossier_id, today()).records["work"] == []
        changed = [key for each in history.changes(db, CLERK, owner.dossier_id) for key, _old, _new in each.fields]
        assert "address" in changed, "what the other file's identity was before"
        told = select(AuditEntry.after).where(AuditEntry.action == "dossier.merge", AuditEntry.subject == "dossier")
        assert {"merged_from": str(second.dossier_id), "reason": "同一人"} in db.scalars(told).all()


def test_the_mobile_goes_along_where_there_is_none(database: Database, owner: Actor) -> None:
    with database.write() as db:
        bare = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="manual").dossier
    merge(database, Actor(Role.PRACTITIONER, bare.id), owner)
    with database.read() as db:
        kept = db.get_one(Dossier, bare.id)
        assert (kept.mobile, kept.self_service) == ("+8613800000001", "window")


def test_what_cannot_be_merged_is_refused(database: Database, owner: Actor, second: Actor) -> None:
    def refused(first: uuid.UUID, other: uuid.UUID, code: str) -> None:
        with pytest.raises(UserError, match=code), database.read() as db:
            merging.compare(db, ADMINISTRATOR, first, other)

    refused(owner.dossier_id, owner.dossier_id, "same_file")
    refused(owner.dossier_id, uuid.uuid4(), "gone")
    with pytest.raises(FieldErrors), database.write() as db:
        merging.merge(db, ADMINISTRATOR, owner.dossier_id, second.dossier_id, " ")
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, second.dossier_id, "暂停")
    refused(second.dossier_id, owner.dossier_id, "closed")
    merge(database, owner, second)
    refused(owner.dossier_id, second.dossier_id, "merged")
    with pytest.raises(UserError, match="merged"), database.write() as db:
        dossiers.reopen_file(db, ADMINISTRATOR, second.dossier_id, "误并")
    with pytest.raises(UserError, match="merged"), database.write() as db:
        dossiers.change_mobile(db, CLERK, second.dossier_id, "13800000003")
    with pytest.raises(FieldErrors) as told, database.write() as db:
        dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card")
    assert told.value.fields == {"number": dossiers.was_merged()}


def test_erasing_a_person_erases_what_was_merged(database: Database, owner: Actor, second: Actor) -> None:
    merge(database, owner, second)
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, owner.dossier_id, "本人申请")
        erasure.erase(db, ADMINISTRATOR, owner.dossier_id, "本人申请")
        assert db.scalar(select(Dossier.id)) is None
