"""Notices by SMS: who is told what and when, never twice, and never at the cost of a decision."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import preferences
from app.access.rights import SYSTEM, Action, Actor
from app.access.sms import Message, Receipt
from app.dossiers import service as dossiers
from app.dossiers.service import today
from app.locale import in_language
from app.notices import choices, expiry, schedule, sending
from app.records import review
from app.records import service as records
from data.engine import Database
from data.models import AuditEntry, Notice, SmsMessage, category
from tests.people import ADMINISTRATOR, CLERK, MOBILE, OTHER, REVIEWER
from tests.records.filing import add_work, approve, give_back, hand_in, stored

ROWS: dict[str, dict[str, Any]] = {
    "skills": {
        "name": "建筑电工", "level": "3", "trade": "01", "certificate_number": "N-1", "issued_on": "2020-01-01",
        "valid_from": "2020-01-01", "issuer": "某中心",
    },
    "registrations": {
        "category": "architect_1", "certificate_number": "R-1", "company": "某公司", "registered_on": "2020-01-01",
        "state": "valid",
    },
}  # fmt: skip
ENDS = {"skills": "valid_to", "registrations": "valid_until"}


class Line:
    """A gateway that keeps what it is given, and answers as the test wants."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.answer = Receipt("accepted", "", "")

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        return self.answer


@pytest.fixture
def line(database: Database) -> Line:
    """A gateway, with all notices switched on."""
    with database.write() as db:
        preferences.change(db, ADMINISTRATOR, {"expiry_notices": True, "review_notices": True})
    return Line()


def add(database: Database, dossier_id: uuid.UUID, key: str, in_days: int, **values: object) -> uuid.UUID:
    """A record that expires in so many days."""
    row = {**ROWS[key], ENDS[key]: today() + timedelta(days=in_days), **values}
    with database.write() as db:
        return records.import_row(db, SYSTEM, dossier_id, category(key), row).id


def note(database: Database) -> int:
    with database.write() as db:
        return expiry.note_some(db, SYSTEM, preferences.current(db).expiry_notice_days)


def let_time_pass(database: Database) -> None:
    with database.write() as db:
        db.execute(update(Notice).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))


def choose(database: Database, owner: Actor) -> None:
    with database.write() as db:
        choices.choose(db, owner, owner.dossier_id, about_review=True)


def test_each_record_is_told_of_once_at_its_nearest_horizon(database: Database, owner: Actor, line: Line) -> None:
    for key, days in (("skills", 25), ("skills", 61), ("skills", -1), ("registrations", 7)):
        add(database, owner.dossier_id, key, days)
    assert note(database) == 2
    assert note(database) == 0
    with database.read() as db:
        noted = {tuple(row) for row in db.execute(select(Notice.category, Notice.days))}
    assert noted == {("registrations", 7), ("skills", 30)}
    assert sending.send_waiting(database, line) == 2
    assert sending.send_waiting(database, line) == 0
    assert {message.purpose for message in line.sent} == {"notice"}
    assert {message.mobile for message in line.sent} == {f"+86{MOBILE}"}
    end = today() + timedelta(days=25)
    assert f"【从业档案】您的技能培训证书：建筑电工将于 {end} 到期，请及时办理延续，并更新个人档案。" in {
        message.text for message in line.sent
    }
    with database.read() as db:
        sent = select(AuditEntry.dossier_id).where(AuditEntry.action == "notice.send")
        assert db.scalars(sent).all() == [owner.dossier_id] * 2


def test_nobody_is_told_who_is_not_to_be(database: Database, owner: Actor, line: Line) -> None:
    add(database, owner.dossier_id, "registrations", 20, state="cancelled")
    with database.write() as db:
        without = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card").dossier
    add(database, without.id, "skills", 20)
    assert note(database) == 0
    renewed = add(database, owner.dossier_id, "skills", 20)
    assert note(database) == 1
    with database.write() as db:
        record = db.get_one(category("skills").model, renewed)
        db.info["acting"] = (SYSTEM, Action.RECORD_IMPORT)
        record.valid_to = today() + timedelta(days=900)
    assert sending.send_waiting(database, line) == 0, "renewed between the look and the sending"


def test_the_preview_counts_people_and_masks_numbers(database: Database, owner: Actor, line: Line) -> None:
    add(database, owner.dossier_id, "skills", 20)
    add(database, owner.dossier_id, "registrations", 20)
    with database.read() as db:
        found = expiry.preview(db, ADMINISTRATOR)
    assert (found.people, found.notices) == (1, 2)
    assert {each.mobile for each in found.first} == {"138****0001"}
    assert note(database) == 2, "a preview changes nothing"


def test_the_scheduled_look_heeds_the_switch_and_the_hour(
    database: Database, owner: Actor, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, owner.dossier_id, "skills", 20)
    hour = datetime.now(UTC).astimezone().hour
    noted = []
    for start, switched_on in ((hour + 1, True), (0, False), (0, True)):
        monkeypatch.setattr(schedule, "FROM_HOUR", start)
        monkeypatch.setattr(schedule, "TO_HOUR", 24)
        with database.write() as db:
            preferences.change(db, ADMINISTRATOR, {"expiry_notices": switched_on})
        schedule.note_what_expires(database)
        with database.read() as db:
            noted.append(len(db.scalars(select(Notice.id)).all()))
    assert noted == [0, 0, 1]


def test_a_refused_notice_is_tried_again_and_given_up_at_last(database: Database, owner: Actor, line: Line) -> None:
    add(database, owner.dossier_id, "skills", 20)
    note(database)
    line.answer = Receipt("refused", "", "balance")
    for _try in range(sending.MOST_TRIES):
        assert sending.send_waiting(database, line) == 0
        let_time_pass(database)
    assert sending.send_waiting(database, line) == 0
    with database.read() as db:
        assert db.scalars(select(Notice.state)).all() == ["failed"]
        assert db.scalars(select(SmsMessage.status)).all() == ["refused"] * sending.MOST_TRIES


def test_a_person_who_asked_is_told_what_was_decided(database: Database, owner: Actor, line: Line) -> None:
    with in_language("en"), database.write() as db:
        choices.remember_language(db, owner.dossier_id)
    choose(database, owner)
    first, second = add_work(database, owner), add_work(database, owner, started_on="2010-01-01")
    hand_in(database, owner)
    approve(database, first)
    give_back(database, second, "看不清")
    assert sending.send_waiting(database, line) == 0, "a reviewer may still take it back"
    let_time_pass(database)
    assert sending.send_waiting(database, line) == 2
    approved, returned = sorted((message.text for message in line.sent), key=len)
    assert "approved" in approved
    assert "看不清" in returned


def test_a_decision_is_not_told_without_asking_nor_after_it_was_taken_back(
    database: Database, owner: Actor, line: Line
) -> None:
    record_id = add_work(database, owner)
    hand_in(database, owner)
    decision = approve(database, record_id)
    with database.write() as db:
        assert db.scalar(select(Notice.id)) is None
        review.undo(db, REVIEWER, decision.id)
    choose(database, owner)
    decision = approve(database, record_id)
    with database.write() as db:
        review.undo(db, REVIEWER, decision.id)
    let_time_pass(database)
    assert sending.send_waiting(database, line) == 0
    assert line.sent == []


def test_a_decision_stands_when_its_sms_fails(database: Database, owner: Actor, line: Line) -> None:
    choose(database, owner)
    record_id = add_work(database, owner)
    hand_in(database, owner)
    approve(database, record_id)
    let_time_pass(database)
    line.answer = Receipt("refused", "", "balance")
    assert sending.send_waiting(database, line) == 0
    assert stored(database, record_id).review_state == "approved"
