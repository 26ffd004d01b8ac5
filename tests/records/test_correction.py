"""Staff correct a person's record: with a reason, seen by the person, bound to what it says then."""

import uuid

import pytest
from sqlalchemy import select

from app.access.rights import Actor
from app.errors import FieldErrors, Forbidden, UserError
from app.records import correction, review
from app.records import service as records
from app.records.queue import Filter, count
from app.records.standing import standings, told
from data.engine import Database
from data.models import AuditEntry, Decision, category
from tests.people import ADMINISTRATOR, CLERK, REVIEWER, WORK
from tests.records.filing import WORKING, add_work, approve, give_back, hand_in, stored


def correct(
    database: Database, owner: Actor, record_id: uuid.UUID, reason: str = "单位来函更名", **values: object
) -> None:
    version = stored(database, record_id).version
    with database.write() as db:
        correction.correct(
            db, REVIEWER, owner.dossier_id, WORKING, record_id, version, {**WORK, **values}, reason=reason
        )


def words(database: Database, owner: Actor, record_id: uuid.UUID) -> str:
    """What the person is told about the record."""
    with database.read() as db:
        record = records.get(db, owner, owner.dossier_id, WORKING, record_id)
        return told(standings(db, owner, owner.dossier_id, WORKING, [record])[record_id])


def test_the_person_sees_that_a_record_was_corrected_and_why(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    correct(database, owner, record_id, employer="更名后的公司")
    record = stored(database, record_id)
    assert getattr(record, "employer") == "更名后的公司"  # noqa: B009
    assert (record.review_state, record.reviewer_id) == ("approved", REVIEWER.subject_id)
    assert words(database, owner, record_id) == "已审核\n管理部门已更正，原因：单位来函更名"


def test_who_corrected_what_and_why_is_on_record(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    correct(database, owner, record_id, position="项目经理")
    with database.read() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "record.correct")).one()
    assert (entry.actor_id, entry.subject_id, entry.dossier_id) == (REVIEWER.subject_id, record_id, owner.dossier_id)
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["position"], entry.after["position"]) == ("施工员", "项目经理")
    assert entry.after["review_reason"] == "单位来函更名"


def test_reason_and_fields_that_are_wrong_are_told_at_once(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    with pytest.raises(FieldErrors) as caught:
        correct(database, owner, record_id, reason=" ", employer="")
    assert set(caught.value.fields) == {"reason", "employer"}
    with pytest.raises(FieldErrors):
        correct(database, owner, record_id, reason="长" * 201, employer="另一公司")
    with pytest.raises(UserError) as unchanged:
        correct(database, owner, record_id)
    assert unchanged.value.code == "unchanged"
    assert stored(database, record_id).review_state == "draft"


def test_a_corrected_record_waits_no_longer(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    correct(database, owner, record_id, position="项目经理")
    with database.read() as db:
        assert count(db, REVIEWER, Filter()) == 0


def test_what_was_returned_and_then_corrected_tells_the_correction_only(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    give_back(database, record_id, "看不清")
    correct(database, owner, record_id, position="项目经理")
    assert "看不清" not in words(database, owner, record_id)


def test_a_change_by_the_person_afterwards_is_a_draft_beside_what_was_corrected(
    database: Database, owner: Actor
) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    approve(database, record_id)
    correct(database, owner, record_id, position="项目经理")
    version = stored(database, record_id).version
    with database.write() as db:
        records.update(db, owner, owner.dossier_id, WORKING, record_id, version, {**WORK, "position": "总工程师"})
    assert words(database, owner, record_id) == "草稿，未提交\n原审核通过的内容继续有效"
    with database.read() as db:
        approval = db.get_one(Decision, stored(database, record_id).approval_id)
    assert approval.fields["position"] == "项目经理"


def test_a_change_of_the_person_meanwhile_is_not_written_over(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    seen = stored(database, record_id).version
    with database.write() as db:
        records.update(db, owner, owner.dossier_id, WORKING, record_id, seen, {**WORK, "position": "总工程师"})
    values = {**WORK, "employer": "更名后的公司"}
    with pytest.raises(UserError) as caught, database.write() as db:
        correction.correct(db, REVIEWER, owner.dossier_id, WORKING, record_id, seen, values, reason="更名")
    assert caught.value.code == "changed_meanwhile"


def test_a_correction_is_not_taken_back_like_an_approval(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    correct(database, owner, record_id, position="项目经理")
    with database.write() as db:
        decision = db.scalars(select(Decision).where(Decision.record_id == record_id)).one()
        with pytest.raises(UserError) as caught:
            review.undo(db, REVIEWER, decision.id)
    assert caught.value.code == "too_late"


def test_nobody_corrects_without_the_right_or_what_is_imported(database: Database, owner: Actor) -> None:
    record_id = add_work(database, owner)
    for actor in (CLERK, owner):
        with pytest.raises(Forbidden), database.write() as db:
            correction.correct(db, actor, owner.dossier_id, WORKING, record_id, 1, WORK, reason="更正")
    with pytest.raises(Forbidden), database.write() as db:
        correction.correct(db, ADMINISTRATOR, owner.dossier_id, category("integrity"), record_id, 1, {}, reason="更正")
