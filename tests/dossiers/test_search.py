"""One box finds a person by whatever is known; filters combine; pages follow one another on both databases."""

import uuid
from datetime import date, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest

from app.access.rights import Action
from app.dossiers import parts, search
from app.dossiers import service as dossiers
from app.dossiers.reindex import TABLES, reindex
from app.dossiers.service import today
from app.dossiers.wanted import Cursor, Wanted, from_address
from data.engine import Database
from data.models import category
from tests.dossiers.finding import SKILL, added, names, opened
from tests.people import ADMINISTRATOR, IDENTITY, REVIEWER, WORK, id_number


def age_today() -> int:
    born: date = IDENTITY["birth_date"]
    return today().year - born.year - ((today().month, today().day) < (born.month, born.day))


@pytest.fixture
def people(database: Database) -> dict[str, uuid.UUID]:
    written = ["张三丰", "李四", "单雄信", "欧阳文博", "阿依古丽·买买提", "MUSTERMANN MAX", "吕布"]
    return {
        name: opened(database, name, 101 + at, mobile=f"138000000{at:02}" if at < 2 else "")
        for at, name in enumerate(written)
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张", "张三丰"),
        ("三丰", "张三丰"),
        ("张三丰", "张三丰"),
        ("四", "李四"),
        ("单", "单雄信"),
        ("雄", "单雄信"),
        ("阿", "阿依古丽·买买提"),
        ("李四", "李四"),
        ("zsf", "张三丰"),
        ("zhangsanfeng", "张三丰"),
        ("zhang san f", "张三丰"),
        ("zhangsan", "张三丰"),
        ("sanfeng", "张三丰"),
        ("ZHA", "张三丰"),
        ("sxx", "单雄信"),
        ("shanxiong", "单雄信"),
        ("dan", "单雄信"),
        ("ouyang", "欧阳文博"),
        ("oywb", "欧阳文博"),
        ("wenbo", "欧阳文博"),
        ("lvbu", "吕布"),
        ("lübu", "吕布"),
        ("古丽买买", "阿依古丽·买买提"),
        ("依古丽·买", "阿依古丽·买买提"),
        ("mustermann", "MUSTERMANN MAX"),
        ("stermannm", "MUSTERMANN MAX"),
        ("13800000001", "李四"),
        ("0001", "李四"),
    ],
)
def test_a_name_or_a_part_of_it_in_any_writing_finds_the_person(
    database: Database, people: dict[str, uuid.UUID], text: str, found: str
) -> None:
    assert names(database, text) == names(database, text, order="name") == [found]


def test_what_is_remembered_of_terms_changes_nothing_that_is_found(
    database: Database, people: dict[str, uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[tuple[str, Any]] = [
        (text, order)
        for text in ("丰三", "三丰", "丰", "王", "李", "wsf", "ls", "fengs", "另一家", "某建设", "1234")
        for order in ("newest", "name", "expiry")
    ]

    def found() -> list[list[str]]:
        return [names(database, text, order=order) for text, order in searches]

    before = found()
    assert found() == before
    for at, name in enumerate(("王三丰", "李四", "丰三", "李王")):
        added(database, opened(database, name, 203 + at), "skills", SKILL)
    added(database, people["吕布"], "work", WORK)
    added(database, people["李四"], "work", {**WORK, "employer": "另一家公司"})
    after = found()
    assert found() == after != before
    monkeypatch.setattr(parts.Sizes, "known", WeakKeyDictionary())
    assert found() == after


@pytest.mark.parametrize("text", ["张四", "三张", "zz", "fengsan", "99999999999", "丰三", "某公司", "%", "_", "'"])
def test_what_nobody_has_finds_nobody(database: Database, people: dict[str, uuid.UUID], text: str) -> None:
    assert names(database, text) == []


def test_a_document_number_and_its_last_digits_find_the_person(
    database: Database, people: dict[str, uuid.UUID]
) -> None:
    number = id_number(sequence="103")
    assert names(database, number) == ["单雄信"]
    assert "单雄信" in names(database, number[-4:])
    assert names(database, number[-6:].lower()) == ["单雄信"]


def test_no_part_of_a_number_stands_in_the_index(database: Database, people: dict[str, uuid.UUID]) -> None:
    number = id_number(sequence="103")
    index = stored(database)
    assert sum(map(len, index)) > len(people)
    for rows in index:
        assert not any(number[-4:] in each for row in rows for each in row if isinstance(each, str))
        assert not any(number[-4:].encode() in each for row in rows for each in row if isinstance(each, bytes))


def stored(database: Database) -> list[list[tuple[object, ...]]]:
    """The rows of the index as a thief of the database has them."""
    with database.read() as db:
        statements = [f"SELECT * FROM {table.name}" for table in TABLES if table.name != "search_expiry"]  # noqa: S608
        return [[tuple(row) for row in db.connection().exec_driver_sql(each)] for each in statements]


def test_companies_and_certificates_find_who_has_them(database: Database, people: dict[str, uuid.UUID]) -> None:
    added(database, people["李四"], "work", WORK)
    former = {**WORK, "employer": "从前的公司", "ended_on": date(2016, 1, 1)}
    added(database, people["李四"], "work", former)
    added(database, people["张三丰"], "skills", SKILL)
    assert names(database, "建设工程") == ["李四"]
    assert names(database, company="某建设") == ["李四"]
    assert names(database, "从前的") == []
    assert names(database, "yjjn20200112345") == ["张三丰"]


def test_filters_hold_together(database: Database, people: dict[str, uuid.UUID]) -> None:
    for name in ("张三丰", "李四", "吕布"):
        added(database, people[name], "skills", {**SKILL, "level": "3" if name == "李四" else "4"})
    added(database, people["吕布"], "work", WORK)
    assert names(database, holds=("skills",)) == ["吕布", "李四", "张三丰"]
    assert names(database, holds=("skills", "work")) == ["吕布"]
    assert names(database, choices=(("skills", "level", "4"),)) == ["吕布", "张三丰"]
    assert names(database, "张", choices=(("skills", "level", "4"), ("skills", "trade", "01"))) == ["张三丰"]
    assert names(database, "张", choices=(("skills", "level", "3"),)) == []
    assert names(database, "zsf", state="login", holds=("skills",)) == ["张三丰"]
    assert names(database, state="login") == ["李四", "张三丰"]
    age = age_today()
    assert len(names(database, age_from=age, age_to=age)) == len(people)
    assert names(database, age_from=age + 1) == names(database, age_to=age - 1) == []


def test_what_expires_is_found_and_sorted_by_its_day(database: Database, people: dict[str, uuid.UUID]) -> None:
    for name, days in (("张三丰", 20), ("李四", 80), ("吕布", 5), ("单雄信", -3)):
        added(database, people[name], "skills", {**SKILL, "valid_to": today() + timedelta(days)})
    added(database, people["张三丰"], "skills", {**SKILL, "valid_to": today() + timedelta(40)})
    assert names(database, expires=30) == ["吕布", "张三丰"]
    assert names(database, order="expiry", expires=30) == ["吕布", "张三丰"]
    assert names(database, order="expiry") == ["吕布", "张三丰", "李四"]
    assert names(database, order="expiry", state="login") == ["张三丰", "李四"]


def test_the_index_follows_every_change(database: Database, people: dict[str, uuid.UUID]) -> None:
    record_id = added(database, people["李四"], "work", WORK)
    other_id = added(database, people["李四"], "work", {**WORK, "employer": "另一家公司"})
    with database.write() as db:
        db.info["acting"] = (ADMINISTRATOR, Action.RECORD_IMPORT)
        record = db.get_one(category("work").model, record_id)
        record.employer = "改名后的企业"
        db.flush()
        db.delete(db.get_one(category("work").model, other_id))
    assert names(database, "改名后") == ["李四"]
    assert names(database, "某建设") == names(database, "另一家") == []
    assert names(database, holds=("work",)) == ["李四"]
    with database.read() as db:
        (row,) = search.page(db, REVIEWER, Wanted("李四")).rows
    assert row.companies == ("改名后的企业",)
    opened(database, "李思源", 102)
    assert names(database, "李四") == []
    assert names(database, "lsy") == names(database, "0001") == ["李思源"]
    with database.write() as db:
        dossiers.close_file(db, ADMINISTRATOR, people["李四"], "本人申请")
    assert names(database, state="closed") == ["李思源"]
    assert "李思源" not in names(database, state="login")


def test_names_are_sorted_by_their_pinyin(database: Database, people: dict[str, uuid.UUID]) -> None:
    assert names(database, order="name") == [
        "阿依古丽·买买提", "李四", "吕布", "MUSTERMANN MAX", "欧阳文博", "单雄信", "张三丰",
    ]  # fmt: skip


def test_a_search_goes_into_an_address_and_comes_back() -> None:
    wanted = Wanted(
        "张", ("work", "skills"), (("skills", "level", "4"),), "建设", "login", 60, 30, 39, "name",
        Cursor("zhang 张", uuid.uuid4(), back=True),
    )  # fmt: skip
    again = from_address(wanted.to_address())
    assert (again, again.cursor) == (wanted, wanted.cursor)
    assert from_address({"order": "x", "skills.level": "none", "holds": "a,work", "after": "!", "expires": "no"}) == (
        Wanted(holds=("work",))
    )


def test_an_index_built_anew_is_the_one_that_was_kept(database: Database, people: dict[str, uuid.UUID]) -> None:
    skills = {}
    for owner in people.values():
        added(database, owner, "work", WORK)
        skills[owner] = added(database, owner, "skills", SKILL)
    twice, once, *_others = people.values()
    added(database, twice, "skills", SKILL)
    with database.write() as db:  # two files lose a record at once: one has another like it
        db.info["acting"] = (ADMINISTRATOR, Action.RECORD_IMPORT)
        for owner in (twice, once):
            db.delete(db.get_one(category("skills").model, skills[owner]))
    assert set(names(database, holds=("skills",))) == {*people} - {"李四"}
    kept = everything(database)
    with database.write() as db:
        assert reindex(db, ADMINISTRATOR) == len(people)
    assert everything(database) == kept
    assert names(database, "zsf", company="某建设") == ["张三丰"]


def everything(database: Database) -> list[set[tuple[object, ...]]]:
    with database.read() as db:
        return [{tuple(row) for row in db.execute(table.select())} for table in TABLES]
