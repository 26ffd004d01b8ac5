"""Importing tables of records: whatever the kind of file, what is new or known, and who may."""

import io
from datetime import date

import pytest
from sqlalchemy import select

from app.access.rights import SYSTEM
from app.audit import trail
from app.transfer import imports
from data.engine import Database
from data.models import AuditEntry, Dossier
from tests.people import CLERK, NUMBER
from tests.transfer.conftest import Send, counts, csv_text, workbook
from tests.transfer.importing import GOOD, HEAD, OTHERS, projects


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


def test_columns_are_chosen_by_hand_where_names_do_not_tell(database: Database, dossier: Dossier, send: Send) -> None:
    content = workbook([("甲", "乙", "丙"), (NUMBER, "0001", "某楼")])
    assert counts(send("projects", content, {"person.number": 0, "filing_number": 1, "name": 2})) == {"added": 1}


def test_practitioners_categories_are_imported_by_their_declaration(
    database: Database, dossier: Dossier, send: Send
) -> None:
    head = ("证件号", "工作单位", "开始时间", "结束时间", "职称", "职务", "从事工作专业")
    rows = [head, (NUMBER, "某公司", date(2014, 3, 4), "至今", "助理工程师", "施工员", "建筑工程")]
    assert counts(send("work", workbook(rows))) == {"added": 1}


def test_an_import_stands_in_the_audit_with_who_did_it(database: Database, dossier: Dossier, send: Send) -> None:
    send("projects", workbook([HEAD, GOOD]))
    with database.read() as db:
        entry = trail.history(db, SYSTEM, dossier.id)[0]
        actions = set(db.scalars(select(AuditEntry.action)))
    assert (entry.subject, entry.action, entry.actor_role) == ("projects", "import.run", "system")
    assert entry.after is not None
    assert entry.after["name"] == "某大厦"
    assert "import.run" in actions


def test_clerks_cannot_import(database: Database) -> None:
    with pytest.raises(Exception, match="forbidden"), database.write() as db:
        imports.upload(db, CLERK, "projects", "x.csv", io.BytesIO(b"a,b"))
