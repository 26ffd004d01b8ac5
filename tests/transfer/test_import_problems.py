"""Wrong rows of an import: told in their cells, in the office's own workbook, and forgotten with the file."""

import io
from datetime import timedelta

import openpyxl
from sqlalchemy import update

from app.access.rights import SYSTEM
from app.jobs import files
from app.transfer import import_jobs, imports
from data.clock import database_now
from data.engine import Database
from data.models import Dossier, Job
from tests.people import NUMBER, id_number
from tests.transfer.conftest import Send, counts, csv_text, workbook
from tests.transfer.importing import GOOD, HEAD, OTHERS, result_of


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


def test_an_id_number_that_excel_has_rounded_is_told(database: Database, dossier: Dossier, send: Send) -> None:
    sent = send("projects", workbook([HEAD, (float(NUMBER[:17] + "0"), *GOOD[1:])]))
    with database.read() as db:
        (problem,) = imports.problems(db, SYSTEM, sent.run.id, 0)
    assert problem.found["problems"]["0"].startswith("数字超过 15 位")


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
