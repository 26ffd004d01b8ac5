"""Importing people: files are opened, known ones keep what their card said, a mobile is one person's."""

from collections.abc import Sequence

from sqlalchemy import select

from app.access.rights import SYSTEM
from app.transfer import imports
from data.engine import Database
from data.models import Dossier, MobileUse
from tests.people import IDENTITY, NUMBER, OTHER, id_number
from tests.transfer.conftest import Send, counts, workbook
from tests.transfer.importing import GOOD, HEAD, undo


def test_people_open_files_and_known_ones_keep_what_their_card_said(
    database: Database, dossier: Dossier, send: Send
) -> None:
    head = ("姓名", "身份证号", "手机号码", "住址")
    new = ("李四娘", OTHER["number"], "13900000002", "某路 2 号")
    sent = send("people", workbook([head, new, (IDENTITY["name"], NUMBER, "", "别处")]), update=True)
    assert counts(sent) == {"added": 1, "wrong": 1}
    with database.read() as db:
        opened = db.scalars(select(Dossier).where(Dossier.import_id == sent.run.id)).one()
        (problem,) = imports.problems(db, SYSTEM, sent.run.id, 0)
    assert (opened.name, opened.number, opened.sex, opened.birth_date) == (
        "李四娘",
        OTHER["number"],
        "2",
        OTHER["birth_date"],
    )
    assert (opened.source, opened.self_service, opened.mobile) == ("import", "window", "+8613900000002")
    with database.read() as db:
        bound = select(MobileUse.mobile_index).where(MobileUse.dossier_id == opened.id)
        assert db.scalars(bound).all() == [opened.mobile_index], "as when it is entered at the window"
    assert problem.found["problems"] == {"3": "该人员已读卡建档，身份信息以证件为准，不能由导入更改"}
    assert counts(send("people", workbook([head, new]), update=True)) == {"unchanged": 1}


def test_a_mobile_is_one_persons(database: Database, dossier: Dossier, send: Send) -> None:
    head = ("姓名", "身份证号", "手机号码")
    rows = [
        ("李四娘", OTHER["number"], "13800000001"),
        ("王五", id_number(sequence="011"), "13900000009"),
        ("赵六", id_number(sequence="013"), "13900000009"),
    ]
    sent = send("people", workbook([head, *rows]))
    assert counts(sent) == {"added": 1, "wrong": 2}
    with database.read() as db:
        found = [each.found["problems"]["2"] for each in imports.problems(db, SYSTEM, sent.run.id, 0)]
    assert found == ["该手机号已登记在另一人的档案上", "该手机号与第 3 行另一人的相同"]
    assert undo(database, sent)["removed"] == 1
    with database.read() as db:
        assert db.scalars(select(MobileUse.dossier_id)).all() == [dossier.id]


def test_undo_of_people_keeps_files_that_are_in_use(database: Database, send: Send) -> None:
    numbers: Sequence[str] = [id_number(sequence=sequence) for sequence in ("001", "003")]
    sent = send("people", workbook([("姓名", "身份证号"), ("张三丰", numbers[0]), ("王五", numbers[1])]))
    send("projects", workbook([HEAD, (numbers[0], *GOOD[1:])]))
    assert undo(database, sent) == {"removed": 1, "restored": 0, "kept": 1, "told": ["张三丰"]}
