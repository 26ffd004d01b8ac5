"""Undo of a whole import; what somebody changed since stays."""

from datetime import date

from app.access.rights import Actor
from app.records import service as records
from data.engine import Database
from data.models import Dossier, category
from tests.people import NUMBER, WORK
from tests.transfer.conftest import Send, counts, look, workbook
from tests.transfer.importing import GOOD, HEAD, OTHERS, projects, undo


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
