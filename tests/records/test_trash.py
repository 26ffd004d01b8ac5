"""The trash: what was deleted comes back whole within its days, and is gone after them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.access.rights import SYSTEM, Actor
from app.attachments import service as attachments
from app.errors import UserError
from app.records import life, trash
from app.records import service as records
from data.engine import Database
from data.models import Attachment, ReviewItem, TrashItem, category
from tests.people import ADMINISTRATOR
from tests.records.filing import SCHOOLING, add_education, add_work, approve, attach, certificate, hand_in, seen, stored


def deleted(database: Database, owner: Actor) -> trash.Item:
    with database.read() as db:
        (item,) = trash.of_file(db, owner, owner.dossier_id)
        return item


def test_a_record_comes_back_with_its_attachment_and_its_approval(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    attach(database, owner, record_id, certificate(1))
    hand_in(database, owner)
    approval = approve(database, record_id, "education")
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, SCHOOLING, record_id)
    item = deleted(database, owner)
    assert (item.kind, item.label) == ("record", "学历证书：某某大学")
    with database.write() as db:
        trash.restore(db, owner, owner.dossier_id, item.id)
    assert seen(database, record_id, "education") == approval.digest
    back = stored(database, record_id, "education")
    assert (back.review_state, back.approval_id) == ("approved", approval.id)
    with database.read() as db:
        assert trash.of_file(db, owner, owner.dossier_id) == []
        attachment = attachments.of_record(db, owner, owner.dossier_id, record_id)
    assert attachment is not None
    assert attachment.title == "扫描件"


def test_a_record_that_waited_waits_again(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    hand_in(database, owner)
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, SCHOOLING, record_id)
        assert db.scalar(select(ReviewItem.id)) is None
    item = deleted(database, owner)
    with database.write() as db:
        trash.restore(db, ADMINISTRATOR, owner.dossier_id, item.id)
        assert db.scalar(select(ReviewItem.record_id)) == record_id


def test_an_attachment_comes_back_alone_unless_its_place_is_taken(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    attach(database, owner, record_id, certificate(1))
    with database.write() as db:
        attachments.remove(db, owner, owner.dossier_id, record_id)
    item = deleted(database, owner)
    attach(database, owner, record_id, certificate(2))
    with pytest.raises(UserError, match="only_one"), database.write() as db:
        trash.restore(db, owner, owner.dossier_id, item.id)
    with database.write() as db:
        attachments.remove(db, owner, owner.dossier_id, record_id)
        trash.restore(db, owner, owner.dossier_id, item.id)
    with database.read() as db:
        assert db.scalar(select(Attachment.record_id)) == record_id
        assert life.sha256_of(db, [record_id])


def test_an_attachment_without_its_record_says_what_to_do(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    attach(database, owner, record_id, certificate(1))
    with database.write() as db:
        attachments.remove(db, owner, owner.dossier_id, record_id)
    item = deleted(database, owner)
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, SCHOOLING, record_id)
    with pytest.raises(UserError, match="record_gone"), database.write() as db:
        trash.restore(db, owner, owner.dossier_id, item.id)


def test_after_thirty_days_it_is_gone_for_good(database: Database, owner: Actor) -> None:
    for _turn in range(2):
        record_id = add_education(database, owner)
        with database.write() as db:
            records.delete(db, owner, owner.dossier_id, SCHOOLING, record_id)
    with database.write() as db:
        older, newer = db.scalars(select(TrashItem).order_by(TrashItem.id))
        at = older.deleted_at - timedelta(days=trash.KEPT_DAYS, minutes=1)
        db.execute(update(TrashItem).where(TrashItem.id == older.id).values(deleted_at=at))
    with database.read() as db:
        assert [each.item.id for each in trash.everywhere(db, ADMINISTRATOR)] == [newer.id], (
            "nobody waits for the sweep"
        )
    with database.write() as db:
        assert trash.clear(db, SYSTEM) == 1
    with database.read() as db:
        assert [item.id for item in trash.of_file(db, ADMINISTRATOR, owner.dossier_id)] == [newer.id]


def test_staff_see_what_was_deleted_from_any_file_a_page_at_a_time(
    database: Database, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash, "PAGE_SIZE", 2)
    for year in (2010, 2011, 2012):
        record_id = add_work(database, owner, started_on=date(year, 1, 1))
        with database.write() as db:
            records.delete(db, owner, owner.dossier_id, category("work"), record_id)
    schooling = add_education(database, owner)
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, SCHOOLING, schooling)
    with database.read() as db:
        first = trash.everywhere(db, ADMINISTRATOR, "work")
        second = trash.everywhere(db, ADMINISTRATOR, "work", first[-1].item.id)
        assert [each.item.category for each in trash.everywhere(db, ADMINISTRATOR)] == ["education", "work"]
    assert (len(first), len(second)) == (2, 1)
    assert {(each.person, each.staff) for each in first} == {("张三丰", "")}
    assert len({each.item.id for each in first + second}) == 3


def test_what_lies_in_the_trash_cannot_be_read_in_the_database(database: Database, owner: Actor) -> None:
    record_id = add_education(database, owner)
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, category("education"), record_id)
    with database.engine.connect() as connection:
        (raw,) = connection.exec_driver_sql("SELECT rows FROM trash_item").one()
    assert "某某大学".encode() not in bytes(raw)
