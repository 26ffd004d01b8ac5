"""The life of a record: draft, submitted, approved or returned, corrected, and what binds an approval."""

import uuid

import pytest

from app import preferences
from app.access.rights import Actor, Role
from app.attachments import service as attachments
from app.errors import FieldErrors, UserError
from app.records import life, review
from app.records import service as records
from data.engine import Database
from data.models import Decision, Dossier, ReviewItem, category
from tests.people import ADMINISTRATOR, REVIEWER, WORK
from tests.records.filing import (
    SECOND_REVIEWER,
    WORKING,
    add_education,
    add_work,
    approve,
    attach,
    certificate,
    give_back,
    hand_in,
    seen,
    stored,
)


def waiting(database: Database) -> set[uuid.UUID]:
    with database.read() as db:
        return {item.record_id for item in db.query(ReviewItem)}


def change(database: Database, owner: Actor, record_id: uuid.UUID, **values: object) -> None:
    version = stored(database, record_id).version
    with database.write() as db:
        records.update(db, owner, owner.dossier_id, WORKING, record_id, version, {**WORK, **values})


def test_what_is_saved_is_a_draft_and_all_drafts_are_handed_in_at_once(database: Database, owner: Actor) -> None:
    first, second = add_work(database, owner), add_education(database, owner)
    assert stored(database, first).review_state == "draft"
    assert waiting(database) == set()
    assert hand_in(database, owner) == 2
    assert waiting(database) == {first, second}
    assert stored(database, second, "education").review_state == "submitted"
    assert hand_in(database, owner) == 0


def test_a_record_handed_in_twice_waits_once(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    for _turn in range(2):
        with database.write() as db:
            review.submit(db, owner, owner.dossier_id, WORKING, record_id)
    assert waiting(database) == {record_id}


def test_an_approval_stands_with_who_and_when(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    decision = approve(database, record_id)
    record = stored(database, record_id)
    assert (record.review_state, record.reviewer_id, record.approval_id) == (
        "approved",
        REVIEWER.subject_id,
        decision.id,
    )
    assert decision.fields["employer"] == WORK["employer"]
    assert waiting(database) == set()


def test_a_return_needs_a_reason_and_gives_it_to_the_person(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    with pytest.raises(FieldErrors):
        give_back(database, record_id, "  ")
    give_back(database, record_id, "单位名称与印章不符")
    record = stored(database, record_id)
    assert (record.review_state, record.review_reason) == ("returned", "单位名称与印章不符")
    change(database, owner, record_id, employer="改正后的公司")
    corrected = stored(database, record_id)
    assert (corrected.review_state, corrected.review_reason) == ("draft", "单位名称与印章不符")


def test_an_edit_goes_back_to_review_while_the_approved_version_stands(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    first = approve(database, record_id)
    change(database, owner, record_id, position="总监")
    record = stored(database, record_id)
    assert (record.review_state, record.approval_id) == ("draft", first.id)
    hand_in(database, owner)
    give_back(database, record_id)
    assert stored(database, record_id).approval_id == first.id
    change(database, owner, record_id, position="项目总监")
    hand_in(database, owner)
    second = approve(database, record_id)
    assert (second.former_approval_id, stored(database, record_id).approval_id) == (first.id, second.id)


def test_a_save_without_a_change_leaves_the_approval(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    approve(database, record_id)
    change(database, owner, record_id)
    assert stored(database, record_id).review_state == "approved"


def test_a_change_of_what_waits_takes_it_out_of_the_queue(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    change(database, owner, record_id, position="总监")
    assert waiting(database) == set()
    assert stored(database, record_id).review_state == "draft"


def test_what_changed_under_the_reviewers_eyes_is_not_approved(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    digest = seen(database, record_id)
    change(database, owner, record_id, position="总监")
    with pytest.raises(UserError, match="not_waiting"), database.write() as db:
        review.approve(db, REVIEWER, record_id, digest)
    hand_in(database, owner)
    with pytest.raises(UserError, match="changed"), database.write() as db:
        review.approve(db, REVIEWER, record_id, digest)


def test_another_attachment_is_another_content(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    attach(database, owner, record_id, certificate(1))
    hand_in(database, owner)
    approval = approve(database, record_id, "education")
    with database.write() as db:
        attachments.remove(db, owner, owner.dossier_id, record_id)
    assert stored(database, record_id, "education").review_state == "draft"
    attach(database, owner, record_id, certificate(2))
    with database.read() as db:
        kept = life.approved_attachment(db, db.get_one(Decision, approval.id))
    assert kept is not None
    assert kept[0] == "扫描件"
    assert kept[1][:3] == b"\xff\xd8\xff"


def test_nobody_decides_what_another_reviewer_has_open(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    with database.write() as db:
        item = db.query(ReviewItem).one()
        item.claimed_by, item.claimed_until = REVIEWER.subject_id, item.submitted_at.replace(year=2100)
    with pytest.raises(UserError, match="claimed"):
        approve(database, record_id, by=SECOND_REVIEWER)
    approve(database, record_id)


def test_a_decision_is_taken_back_into_its_old_place(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    handed_in_at = stored(database, record_id).submitted_at
    decision = approve(database, record_id)
    with database.write() as db:
        review.undo(db, REVIEWER, decision.id)
    record = stored(database, record_id)
    assert (record.review_state, record.approval_id, record.submitted_at) == ("submitted", None, handed_in_at)
    assert waiting(database) == {record_id}
    with pytest.raises(UserError, match="too_late"), database.write() as db:
        review.undo(db, REVIEWER, decision.id)


def test_only_ones_own_decision_and_only_before_a_change_is_taken_back(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    decision = approve(database, record_id)
    with pytest.raises(UserError, match="too_late"), database.write() as db:
        review.undo(db, SECOND_REVIEWER, decision.id)
    change(database, owner, record_id, position="总监")
    with pytest.raises(UserError, match="too_late"), database.write() as db:
        review.undo(db, REVIEWER, decision.id)


def test_a_category_without_review_stands_at_once(database: Database, owner: Actor) -> None:
    with database.write() as db:
        preferences.change(db, ADMINISTRATOR, {"review_needed": ["education"]})
    record_id = add_work(database, owner)
    assert stored(database, record_id).review_state == "approved"
    change(database, owner, record_id, position="总监")
    assert stored(database, record_id).review_state == "approved"


def test_what_is_imported_is_approved_by_the_import(database: Database, dossier: Dossier) -> None:
    row = {"filing_number": "0001", "name": "某大厦", "contract_type": "", "role": "", "major": ""}
    with database.write() as db:
        imported = records.import_row(db, ADMINISTRATOR, dossier.id, category("projects"), row)
    assert (imported.review_state, imported.reviewer_id) == ("approved", None)


def test_a_stranger_hands_nothing_in(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    stranger = Actor(Role.PRACTITIONER, uuid.uuid4())
    with pytest.raises(UserError, match="gone"), database.write() as db:
        review.submit(db, stranger, stranger.dossier_id, WORKING, record_id)
