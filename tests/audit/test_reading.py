"""The audit as administrators read it."""

import uuid

import pytest
from sqlalchemy import inspect, update

from app.access import accounts
from app.access.rights import Action, Actor, Role
from app.audit import reading, trail
from app.audit.reading import Change, Wanted
from app.audit.words import HIDDEN, action_name
from app.dossiers import service as dossiers
from app.errors import Forbidden
from data.engine import Database
from data.models import Base, Dossier, StaffAccount
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, MOBILE, NUMBER, OTHER


def lines(database: Database, wanted: Wanted | None = None, before: int | None = None) -> list[reading.Line]:
    with database.read() as db:
        return reading.page(db, ADMINISTRATOR, wanted or Wanted(), before)


def test_a_line_tells_who_did_what_to_whom_in_the_words_of_the_form(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        db.add(
            clerk := StaffAccount(
                id=CLERK.subject_id, username="c", display_name="李窗口", role="clerk", password_hash=""
            )
        )
        db.info["acting"] = (ADMINISTRATOR, Action.STAFF_MANAGE)
        db.flush()
        assert clerk.id
    with database.write() as db:
        dossiers.open_file(
            db, CLERK, {**IDENTITY, "authority": "别的公安局", "sex": "1"}, photo=None, mobile="", source="card"
        )
    line = lines(database)[0]
    assert (line.who, line.whose, action_name(line.entry.action)) == ("李窗口", "张三丰", "建档或更新")
    assert line.changes == (Change("签发机关", "某市公安局某分局", "别的公安局"),)
    assert line.entry.dossier_id == dossier.id


@pytest.mark.usefixtures("dossier")
def test_codes_days_and_open_ends_are_shown_as_people_read_them(database: Database) -> None:
    changes = {change.name: change.after for line in lines(database) for change in line.changes}
    assert changes["性别"] == "男"
    assert changes["出生日期"] == "1990-03-07"
    assert changes["证件类型"] == "身份证"


def test_what_was_shown_or_printed_in_full_is_named_in_words(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        look = {"shown": ["number", "address", "mobile"], "on": "2026-11-02"}
        trail.note(db, CLERK, Action.DOSSIER_PRINT, "dossier", dossier.id, dossier_id=dossier.id, after=look)
    told = (Change("哪一天的档案", "", "2026-11-02"), Change("完整显示", "", "证件号码、家庭住址、手机号"))
    assert lines(database)[0].changes == told


@pytest.mark.usefixtures("dossier")
def test_numbers_mobiles_and_addresses_are_masked(database: Database) -> None:
    changes = {change.name: change.after for line in lines(database) for change in line.changes}
    assert changes["公民证件号码"] == f"{NUMBER[:3]}***********{NUMBER[-4:]}"
    assert MOBILE not in str(changes)
    assert IDENTITY["address"] not in str(changes)


def test_filters_and_pages_keep_the_order(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        for _n in range(120):
            trail.note(db, CLERK, Action.DOSSIER_VIEW, "dossier", dossier.id, dossier_id=dossier.id)
        trail.note(db, ADMINISTRATOR, Action.DOSSIER_VIEW, "dossier", uuid.uuid4())
    wanted = Wanted(CLERK.subject_id, dossier.id, Action.DOSSIER_VIEW.value)
    numbers: list[int] = []
    before = None
    while page := lines(database, wanted, before):
        numbers += [line.entry.number for line in page]
        before = numbers[-1]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 120


@pytest.mark.parametrize("text", [NUMBER, f" {NUMBER.lower()} ", MOBILE, "张三丰"])
def test_a_person_is_found_by_number_mobile_or_name(database: Database, dossier: Dossier, text: str) -> None:
    with database.write() as db:
        dossiers.open_file(db, CLERK, OTHER, photo=None, mobile="", source="card")
    with database.read() as db:
        assert reading.people(db, ADMINISTRATOR, text) == [dossier.id]
        assert reading.people(db, ADMINISTRATOR, "没有的人") == []


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.PRACTITIONER])
def test_the_audit_is_for_administrators(database: Database, role: Role) -> None:
    with database.read() as db, pytest.raises(Forbidden):
        reading.page(db, Actor(role, uuid.uuid4()), Wanted())


def test_every_field_that_an_account_records_has_a_name(database: Database) -> None:
    with database.write() as db:
        accounts.invite(db, ADMINISTRATOR, "wang", "王", Role.CLERK)
        db.flush()
        db.execute(update(StaffAccount).values(state="active"))
    assert all(not change.name.isascii() for line in lines(database) for change in line.changes)


def test_a_category_is_called_as_its_page_is(database: Database, dossier: Dossier) -> None:
    with database.write() as db:
        trail.note(db, CLERK, Action.IMPORT_RUN, "import_run", dossier.id, after={"target": "projects"})
    assert lines(database)[0].changes == (Change("对象", "", "工程业绩"),)


def test_every_column_that_is_on_record_has_a_name() -> None:
    kept = {
        (mapper.class_.__tablename__, key)
        for mapper in Base.registry.mappers
        if mapper.class_.audited
        for key in inspect(mapper.class_).attrs.keys()  # noqa: SIM118  a collection, not a dictionary
        if key not in trail.UNKEPT | HIDDEN
    }
    assert {key for table, key in kept if reading.name_of(table, key) == key} == set()
