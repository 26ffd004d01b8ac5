"""Keeping records: add, change, delete, and what is refused."""

import threading
import time
import uuid
from datetime import date, timedelta

import pytest

from app.access.rights import Actor, Role
from app.audit import trail
from app.dossiers import service as dossiers
from app.dossiers.service import today
from app.errors import FieldErrors, Forbidden, UserError
from app.records import service as records
from data.engine import Database
from data.models import Dossier, categories, category
from tests.people import ADMINISTRATOR, CLERK, EDUCATION, MOBILE, OTHER, WORK

WORKING = category("work")


def add(database: Database, actor: Actor, typed: dict[str, object], record_id: uuid.UUID | None = None) -> uuid.UUID:
    with database.write() as db:
        return records.create(db, actor, actor.dossier_id, WORKING, record_id or uuid.uuid4(), typed)


def listed(database: Database, actor: Actor, dossier_id: uuid.UUID) -> list[object]:
    with database.read() as db:
        return list(records.listing(db, actor, dossier_id, WORKING))


def test_a_saved_record_is_listed_as_it_was_typed(database: Database, owner: Actor) -> None:
    add(database, owner, WORK)
    (row,) = listed(database, owner, owner.dossier_id)
    assert {key: getattr(row, key) for key in WORK} == WORK


def test_a_record_shows_who_added_it_and_what_in_the_trail(database: Database, owner: Actor) -> None:
    record_id = add(database, owner, WORK)
    with database.read() as db:
        newest = trail.history(db, owner, owner.dossier_id)[0]
    assert (newest.subject, newest.subject_id, newest.actor_id) == ("work", record_id, owner.subject_id)
    assert newest.action == "record.edit"
    assert newest.after is not None
    assert newest.after["employer"] == WORK["employer"]


def test_a_form_sent_twice_makes_one_record(database: Database, owner: Actor) -> None:
    record_id = uuid.uuid4()
    assert add(database, owner, WORK, record_id) == add(database, owner, WORK, record_id)
    assert len(listed(database, owner, owner.dossier_id)) == 1


def test_a_change_is_kept_with_its_before_and_after(database: Database, owner: Actor) -> None:
    record_id = add(database, owner, WORK)
    with database.write() as db:
        changed = records.update(db, owner, owner.dossier_id, WORKING, record_id, 1, {**WORK, "position": "项目经理"})
    assert (changed.position, changed.version) == ("项目经理", 2)  # type: ignore[attr-defined]
    with database.read() as db:
        newest = trail.history(db, owner, owner.dossier_id)[0]
    assert (newest.before, newest.after) == ({"position": "施工员"}, {"position": "项目经理"})


def test_saving_an_older_version_is_refused_and_leaves_the_newer(database: Database, owner: Actor) -> None:
    record_id = add(database, owner, WORK)
    with database.write() as db:
        records.update(db, owner, owner.dossier_id, WORKING, record_id, 1, {**WORK, "position": "先保存"})
    with pytest.raises(UserError, match="changed_meanwhile"), database.write() as db:
        records.update(db, owner, owner.dossier_id, WORKING, record_id, 1, {**WORK, "position": "后保存"})
    (row,) = listed(database, owner, owner.dossier_id)
    assert row.position == "先保存"  # type: ignore[attr-defined]


def test_of_two_windows_that_delete_a_record_at_once_the_later_is_told(database: Database, owner: Actor) -> None:
    record_id = add(database, owner, WORK)
    told: list[str] = []

    def delete() -> None:
        try:
            with database.write() as db:
                records.delete(db, owner, owner.dossier_id, WORKING, record_id)
        except UserError as error:
            told.append(error.code)

    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, WORKING, record_id)
        beside = threading.Thread(target=delete)
        beside.start()
        time.sleep(0.3)  # it waits for the transaction here by then
    beside.join()
    assert told == ["gone"]


def test_a_deleted_record_is_gone_and_on_record(database: Database, owner: Actor) -> None:
    record_id = add(database, owner, WORK)
    with database.write() as db:
        records.delete(db, owner, owner.dossier_id, WORKING, record_id)
    assert listed(database, owner, owner.dossier_id) == []
    with database.read() as db:
        newest = trail.history(db, owner, owner.dossier_id)[0]
    assert newest.before is not None
    assert newest.before["employer"] == WORK["employer"]


def test_a_refused_record_leaves_nothing_behind(database: Database, owner: Actor) -> None:
    with pytest.raises(FieldErrors):
        add(database, owner, {**WORK, "employer": ""})
    assert listed(database, owner, owner.dossier_id) == []


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"employer": " "}, "employer", "请填写工作单位"),
        ({"employer": "长" * 101}, "employer", "工作单位最多 100 个字，现有 101 个字，请删减"),
        ({"employer": "公司😀"}, "employer", "工作单位中有不能保存的字符「😀」（U+1F600），请删除"),
        ({"title": ""}, "title", "请选择职称"),
        ({"title": "没有的"}, "title", "职称没有「没有的」这一项，请从列表中选择"),
        ({"ended_on": ""}, "ended_on", "请填写结束时间，或勾选「至今」"),
        ({"ended_on": date(2014, 3, 3)}, "ended_on", "起止时间的结束（2014-03-03）早于开始（2014-03-04），请核对"),
        ({"started_on": date(1990, 3, 6)}, "started_on", "起止时间（1990-03-06）早于出生日期（1990-03-07），请核对"),
        ({"started_on": None}, "started_on", "请填写起止时间"),
    ],
)
def test_each_wrong_field_says_what_is_wrong_with_its_figure(
    database: Database, owner: Actor, change: dict[str, object], field: str, message: str
) -> None:
    with pytest.raises(FieldErrors) as refused:
        add(database, owner, {**WORK, **change})
    assert refused.value.fields == {field: message}


def test_nothing_is_issued_in_the_future(database: Database, owner: Actor) -> None:
    tomorrow = today() + timedelta(days=1)
    with pytest.raises(FieldErrors) as refused, database.write() as db:
        records.create(
            db, owner, owner.dossier_id, category("education"), uuid.uuid4(), {**EDUCATION, "issued_on": tomorrow}
        )
    assert refused.value.fields == {"issued_on": f"发证日期（{tomorrow}）晚于今天（{today()}），请核对"}


def test_read_only_categories_refuse_the_practitioner(database: Database, owner: Actor) -> None:
    for read_only in (each for each in categories() if not each.editable):
        with pytest.raises(Forbidden), database.write() as db:
            records.create(db, owner, owner.dossier_id, read_only, uuid.uuid4(), {})


def test_nobody_sees_or_changes_another_persons_records(database: Database, owner: Actor) -> None:
    record_id = add(database, owner, WORK)
    with database.write() as db:
        other = dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card").dossier
    stranger = Actor(Role.PRACTITIONER, other.id)
    with pytest.raises(Forbidden), database.read() as db:
        records.listing(db, stranger, owner.dossier_id, WORKING)
    with pytest.raises(UserError, match="gone"), database.write() as db:
        records.delete(db, stranger, stranger.dossier_id, WORKING, record_id)
    with pytest.raises(UserError, match="gone"), database.write() as db:
        records.update(db, stranger, stranger.dossier_id, WORKING, record_id, 1, WORK)
    assert len(listed(database, owner, owner.dossier_id)) == 1


def test_imported_rows_stand_in_read_only_categories(database: Database, dossier: Dossier, owner: Actor) -> None:
    row = {"filing_number": "0001", "name": "某大厦", "contract_type": "", "role": "", "major": ""}
    with database.write() as db:
        records.import_row(db, ADMINISTRATOR, dossier.id, category("projects"), row)
    with database.read() as db:
        (found,) = records.listing(db, owner, dossier.id, category("projects"))
    assert found.name == "某大厦"  # type: ignore[attr-defined]
    assert MOBILE not in repr(found)
