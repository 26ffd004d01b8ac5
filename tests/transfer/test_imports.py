"""Importing tables: what is new, known, wrong; the marked workbook; sending twice; undo."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, update

from app.access.rights import SYSTEM, Actor, Role
from app.audit import trail
from app.dossiers import service as dossiers
from app.jobs import files, worker
from app.records import adding
from app.records import service as records
from app.transfer import import_jobs, imports, preparing
from data.clock import database_now
from data.engine import Database
from data.models import AuditEntry, Dossier, ImportProblem, Job, MobileUse, category
from data.models.base import new_id
from tests.people import ADMINISTRATOR, CLERK, IDENTITY, NUMBER, OTHER, WORK, id_number
from tests.transfer.conftest import Send, counts, csv_text, look, workbook

HEAD = ("公民证件号码", "姓名", "报建编号", "项目名称", "合同类型", "担任职务", "专业名称")
GOOD = (NUMBER, "张三丰", "0102SH0001", "某大厦", "施工总承包", "项目经理", "建筑工程")
OTHERS = (NUMBER, "张三丰", "0102SH0002", "某桥", "", "", "")


def projects(database: Database, dossier: Dossier) -> list[Any]:
    with database.read() as db:
        return list(records.listing(db, SYSTEM, dossier.id, category("projects")))


def result_of(database: Database, sent: imports.Import) -> bytes:
    return b"".join(files.pieces(database, sent.run.id, imports.RESULT))


@pytest.mark.parametrize(
    "content",
    [
        workbook([HEAD, GOOD, OTHERS]),
        csv_text([HEAD, GOOD, OTHERS]).encode(),
        csv_text([HEAD, GOOD, OTHERS]).encode("utf-8-sig"),
        csv_text([HEAD, GOOD, OTHERS], ";").encode("gb18030"),
        csv_text([HEAD, GOOD, OTHERS], "\t").encode("utf-16"),
    ],
    ids=["xlsx", "utf-8", "bom", "gb18030", "utf-16"],
)
def test_a_table_of_any_kind_arrives_whole(database: Database, dossier: Dossier, send: Send, content: bytes) -> None:
    sent = send("projects", content)
    assert (sent.job.state, counts(sent)) == ("done", {"added": 2})
    first, second = projects(database, dossier)
    assert (first.filing_number, first.name, first.contract_type, first.role) == (
        "0102SH0001",
        "某大厦",
        "general",
        "project_manager",
    )
    assert (second.name, first.import_id) == ("某桥", sent.run.id)


@pytest.mark.parametrize("step", [(preparing.Preparing, "_compare"), (adding, "standing")])
def test_others_write_while_rows_are_made_ready(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch, step: tuple[ModuleType, str]
) -> None:
    original, written = getattr(*step), []

    def beside_somebody_who_saves(*arguments: Any) -> Any:
        with database.write() as db:
            owner = Actor(Role.PRACTITIONER, dossier.id)
            written.append(records.create(db, owner, dossier.id, category("work"), new_id(), WORK))
        return original(*arguments)

    monkeypatch.setattr(*step, beside_somebody_who_saves)
    sent = send("projects", workbook([HEAD, GOOD, OTHERS]))
    assert written
    assert (sent.job.state, counts(sent)) == ("done", {"added": 2})


def test_a_file_that_is_closed_while_its_rows_are_made_ready_gets_none(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = adding.standing

    def while_somebody_closes_it(*arguments: Any) -> Any:
        monkeypatch.undo()
        with database.write() as db:
            dossiers.close_file(db, ADMINISTRATOR, dossier.id, "重复建档")
        return original(*arguments)

    monkeypatch.setattr(adding, "standing", while_somebody_closes_it)
    sent = send("projects", workbook([HEAD, GOOD, OTHERS, GOOD]))
    assert (sent.job.state, counts(sent)) == ("done", {"wrong": 3})
    assert projects(database, dossier) == []
    with database.read() as db:
        assert "档案已关闭" in str(db.scalars(select(ImportProblem.found)).first())


def test_checking_writes_nothing(database: Database, dossier: Dossier, send: Send) -> None:
    sent = send("projects", workbook([HEAD, GOOD]), run=False)
    assert counts(sent) == {"added": 1}
    assert projects(database, dossier) == []


def test_sending_a_table_twice_changes_nothing(database: Database, dossier: Dossier, send: Send) -> None:
    for updates, expected in ((False, {"added": 2}), (True, {"unchanged": 2}), (False, {"unchanged": 2})):
        assert counts(send("projects", workbook([HEAD, GOOD, OTHERS]), update=updates)) == expected
    assert [row.version for row in projects(database, dossier)] == [1, 1]


def test_known_rows_are_skipped_or_updated_as_chosen(database: Database, dossier: Dossier, send: Send) -> None:
    send("projects", workbook([HEAD, GOOD]))
    other = (*GOOD[:3], "新名字", *GOOD[4:6], "")
    assert counts(send("projects", workbook([HEAD, other]))) == {"skipped": 1}
    assert projects(database, dossier)[0].name == "某大厦"
    assert counts(send("projects", workbook([HEAD, other]), update=True)) == {"changed": 1}
    (row,) = projects(database, dossier)
    assert (row.name, row.major) == ("新名字", "建筑工程"), "an empty cell erases nothing"


def test_every_wrong_cell_comes_back_coloured_and_commented_in_the_offices_workbook(
    database: Database, dossier: Dossier, send: Send
) -> None:
    bad = [
        (*GOOD[:2], "", *GOOD[3:]),
        (id_number(sequence="007"), "王五", *GOOD[2:]),
        (NUMBER, "别人", *GOOD[2:]),
        (*GOOD[:4], "没有的合同", *GOOD[5:]),
    ]
    sent = send("projects", workbook([["二〇二六年业绩"], HEAD, *bad, GOOD]))
    assert counts(sent) == {"added": 1, "wrong": 4}
    sheet = openpyxl.load_workbook(io.BytesIO(result_of(database, sent))).active
    marked = {cell.coordinate: cell.comment.text for row in sheet for cell in row if cell.comment}
    assert marked == {
        "C3": "请填写报建编号",
        "A4": "没有这个证件号的档案，请先读卡建档或导入人员",
        "B5": "姓名与档案不一致，请核对证件号码和姓名",
        "E6": "合同类型没有「没有的合同」这一项，请从列表中选择",
    }
    assert all(sheet[place].fill.start_color.rgb.endswith("FFC7CE") for place in marked)
    assert sheet["A1"].value == "二〇二六年业绩"
    assert sheet["H3"].value == "报建编号：请填写报建编号"
    with database.read() as db:
        first = imports.problems(db, SYSTEM, sent.run.id, 0)[0]
    assert first.found["problems"] == {"2": "请填写报建编号"}


def test_the_marked_workbook_mended_and_sent_again_brings_the_rest(
    database: Database, dossier: Dossier, send: Send
) -> None:
    sent = send("projects", csv_text([HEAD, GOOD, (*OTHERS[:3], "", *OTHERS[4:])]).encode("gb18030"))
    assert counts(sent) == {"added": 1, "wrong": 1}
    book = openpyxl.load_workbook(io.BytesIO(result_of(database, sent)))
    book.active["D3"] = "某桥"
    mended = io.BytesIO()
    book.save(mended)
    assert counts(send("projects", mended.getvalue())) == {"added": 1, "unchanged": 1}


def test_rows_that_contradict_each_other_are_told(database: Database, dossier: Dossier, send: Send) -> None:
    contradicting = (*GOOD[:3], "另一个名字", *GOOD[4:])
    sent = send("projects", workbook([HEAD, GOOD, contradicting, GOOD]), update=True)
    assert counts(sent) == {"added": 1, "wrong": 1, "unchanged": 1}
    with database.read() as db:
        (problem,) = imports.problems(db, SYSTEM, sent.run.id, 0)
    assert problem.found["problems"]["2"] == "与第 2 行是同一条，但内容不同，请只留一行"


def test_columns_are_chosen_by_hand_where_names_do_not_tell(database: Database, dossier: Dossier, send: Send) -> None:
    content = workbook([("甲", "乙", "丙"), (NUMBER, "0001", "某楼")])
    assert counts(send("projects", content, {"person.number": 0, "filing_number": 1, "name": 2})) == {"added": 1}


def test_an_id_number_that_excel_has_rounded_is_told(database: Database, dossier: Dossier, send: Send) -> None:
    sent = send("projects", workbook([HEAD, (float(NUMBER[:17] + "0"), *GOOD[1:])]))
    with database.read() as db:
        (problem,) = imports.problems(db, SYSTEM, sent.run.id, 0)
    assert problem.found["problems"]["0"].startswith("数字超过 15 位")


def test_practitioners_categories_are_imported_by_their_declaration(
    database: Database, dossier: Dossier, send: Send
) -> None:
    head = ("证件号", "工作单位", "开始时间", "结束时间", "职称", "职务", "从事工作专业")
    rows = [head, (NUMBER, "某公司", date(2014, 3, 4), "至今", "助理工程师", "施工员", "建筑工程")]
    assert counts(send("work", workbook(rows))) == {"added": 1}


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


def undo(database: Database, sent: imports.Import) -> dict[str, Any]:
    with database.write() as db:
        undo_id = imports.undo(db, SYSTEM, sent.run.id)
    worker.run_now(database, undo_id)
    found = look(database, sent.run.id).undo
    assert found is not None
    assert found.state == "done", found.message
    assert found.result is not None
    return found.result


def test_undo_takes_a_whole_import_back(database: Database, dossier: Dossier, send: Send) -> None:
    send("projects", workbook([HEAD, GOOD]))
    second = send("projects", workbook([HEAD, (*GOOD[:3], "新名字", *GOOD[4:]), OTHERS]), update=True)
    assert counts(second) == {"added": 1, "changed": 1}
    assert undo(database, second) == {"removed": 1, "restored": 1, "kept": 0, "told": []}
    assert [(row.filing_number, row.name) for row in projects(database, dossier)] == [("0102SH0001", "某大厦")]


def test_undo_leaves_what_somebody_changed_since_and_tells_it(
    database: Database, dossier: Dossier, owner: Actor, send: Send
) -> None:
    head = ("证件号", "工作单位", "开始时间", "结束时间", "职称", "职务", "从事工作专业")
    rows = [(NUMBER, f"第{n}公司", date(2014, 3, n), "至今", "助理工程师", "施工员", "建筑工程") for n in (1, 2)]
    sent = send("work", workbook([head, *rows]))
    with database.write() as db:
        first = records.listing(db, owner, dossier.id, category("work"))[0]
        records.update(db, owner, dossier.id, category("work"), first.id, 1, {**WORK, "position": "项目经理"})
    assert undo(database, sent)["kept"] == 1
    found = look(database, sent.run.id).undo
    assert found is not None
    assert found.result is not None
    assert found.result["told"][0].startswith("张三丰")
    with database.read() as db:
        assert len(records.listing(db, owner, dossier.id, category("work"))) == 1


def test_undo_of_people_keeps_files_that_are_in_use(database: Database, send: Send) -> None:
    numbers: Sequence[str] = [id_number(sequence=sequence) for sequence in ("001", "003")]
    sent = send("people", workbook([("姓名", "身份证号"), ("张三丰", numbers[0]), ("王五", numbers[1])]))
    send("projects", workbook([HEAD, (numbers[0], *GOOD[1:])]))
    assert undo(database, sent) == {"removed": 1, "restored": 0, "kept": 1, "told": ["张三丰"]}


def test_an_import_stands_in_the_audit_with_who_did_it(database: Database, dossier: Dossier, send: Send) -> None:
    send("projects", workbook([HEAD, GOOD]))
    with database.read() as db:
        entry = trail.history(db, SYSTEM, dossier.id)[0]
        actions = set(db.scalars(select(AuditEntry.action)))
    assert (entry.subject, entry.action, entry.actor_role) == ("projects", "import.run", "system")
    assert entry.after is not None
    assert entry.after["name"] == "某大厦"
    assert "import.run" in actions


def test_a_killed_servers_import_goes_on_without_a_row_twice(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.jobs import queue
    from app.jobs.running import ShuttingDown

    monkeypatch.setattr(preparing, "BATCH_ROWS", 2)
    rows = [(NUMBER, "张三丰", f"{number:04}", "某楼", "", "", "") for number in range(7)]
    sent = send("projects", workbook([HEAD, *rows]), run=False)
    with database.write() as db:
        imports.start(db, SYSTEM, sent.run.id)
    first = queue.claim(database, sent.run.id)
    assert first is not None
    original, batches = first.checkpoint, []

    def dies_at_the_third(*arguments: Any, **named: Any) -> None:
        batches.append(1)
        if len(batches) == 3:
            raise ShuttingDown
        original(*arguments, **named)

    monkeypatch.setattr(first, "checkpoint", dies_at_the_third)
    import threading

    worker.run(first, threading.Event())
    assert len(projects(database, dossier)) == 4
    worker.run_now(database, sent.run.id)
    found = look(database, sent.run.id)
    assert (found.job.state, counts(found), found.job.done) == ("done", {"added": 7}, 7)
    with database.read() as db:
        assert db.scalar(select(func.count()).select_from(category("projects").model)) == 7


def test_rows_that_were_wrong_are_forgotten_with_the_file(database: Database, dossier: Dossier, send: Send) -> None:
    sent = send("projects", workbook([HEAD, (*GOOD[:2], "", *GOOD[3:])]))
    import_jobs.remove_old_problems(database)
    with database.write() as db:
        assert len(imports.problems(db, SYSTEM, sent.run.id, 0)) == 1
        db.execute(update(Job).values(ended_at=database_now(db) - files.KEPT - timedelta(hours=1)))
    import_jobs.remove_old_problems(database)
    files.remove_old(database)
    with database.read() as db:
        assert imports.problems(db, SYSTEM, sent.run.id, 0) == []
        assert files.size_of(db, sent.run.id, imports.UPLOAD) is None


def test_clerks_cannot_import(database: Database) -> None:
    with pytest.raises(Exception, match="forbidden"), database.write() as db:
        imports.upload(db, CLERK, "projects", "x.csv", io.BytesIO(b"a,b"))
