"""Exporting lists: masked unless the right says otherwise, harmless in a spreadsheet, and importable again."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from app.access.rights import SYSTEM, Actor
from app.errors import Forbidden
from app.jobs import files, queue, worker
from app.records import service as records
from app.transfer import exports, reading
from app.transfer.cells import neutralise, restore
from app.transfer.exports import Wish
from app.transfer.targets import target
from data.engine import Database
from data.models import AuditEntry, Dossier, category
from tests.people import CLERK, IDENTITY, MOBILE, NUMBER, OTHER, REVIEWER
from tests.transfer.conftest import Send, counts, workbook

HEAD = ("公民证件号码", "报建编号", "项目名称", "合同类型")
RISKY = ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "'=1", "＝1")


def exported(database: Database, key: str, kind: str = "csv", actor: Actor = SYSTEM, **named: Any) -> bytes:
    columns = named.pop("columns", tuple(column.key for column in target(key).columns))
    with database.write() as db:
        job_id = exports.start(db, actor, Wish(key, kind, columns, named.pop("wanted", {}), **named))
    worker.run_now(database, job_id)
    with database.read() as db:
        found = queue.follow(db, SYSTEM, job_id)
    assert found.state == "done", found.message
    return b"".join(files.pieces(database, job_id, exports.RESULT))


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def risky(send: Send, dossier: Dossier) -> None:
    rows = [(NUMBER, f"{n:04}", "'" + name if name[0] in "=+-@＝" else name, "") for n, name in enumerate(RISKY)]
    assert counts(send("projects", workbook([HEAD, *rows]))) == {"added": len(RISKY)}


def test_numbers_are_masked_unless_the_right_says_otherwise(database: Database, dossier: Dossier) -> None:
    masked = exported(database, "people").decode()
    assert NUMBER not in masked
    assert MOBILE not in masked
    assert IDENTITY["address"] not in masked
    assert f"{NUMBER[:3]}***********{NUMBER[-4:]}" in masked
    full = exported(database, "people", full=True).decode()
    assert NUMBER in full
    assert MOBILE in full


def test_full_numbers_and_exports_are_not_everybodys(database: Database) -> None:
    with pytest.raises(Forbidden), database.write() as db:
        exports.start(db, REVIEWER, Wish("people", "csv", ("name",), {}, full=True))
    with pytest.raises(Forbidden), database.write() as db:
        exports.start(db, CLERK, Wish("people", "csv", ("name",), {}))


@pytest.mark.usefixtures("risky")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_nothing_in_a_cell_is_a_formula(database: Database, kind: str) -> None:
    content = exported(database, "projects", kind, columns=("name",))
    if kind == "csv":
        cells = [row[0] for row in rows_of(content)[1:]]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
        assert all(sheet.cell(row, 1).data_type == "s" for row in range(2, sheet.max_row + 1))
    assert len(cells) == len(RISKY)
    assert all(cell.startswith("'") for cell in cells)


@pytest.mark.usefixtures("risky")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_exported_table_imported_again_changes_nothing(database: Database, send: Send, kind: str) -> None:
    content = exported(database, "projects", kind, full=True)
    assert counts(send("projects", content, update=True)) == {"unchanged": len(RISKY)}


@pytest.mark.parametrize("text", [*RISKY, "''=1", "普通", "", "\t=1", "a=b", "'"])
def test_what_is_made_harmless_comes_back_as_it_was(text: str) -> None:
    assert restore(neutralise(text)) == text
    assert not neutralise(text).startswith(("=", "+", "-", "@", "\t"))


def test_a_filtered_list_is_exported_in_the_chosen_columns(database: Database, dossier: Dossier, send: Send) -> None:
    send("people", workbook([("姓名", "身份证号"), ("李四娘", OTHER["number"])]))
    found = rows_of(exported(database, "people", columns=("name", "sex"), wanted={"q": "张三丰"}))
    assert found == [["姓名", "性别"], ["张三丰", "男"]]


def test_records_of_filtered_people_are_exported_over_many_batches(
    database: Database, dossier: Dossier, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 3)
    rows = [(NUMBER, f"{n:04}", "某楼", "施工总承包") for n in range(8)]
    send("projects", workbook([HEAD, *rows]))
    for wanted in ({}, {"q": "张三丰"}):
        found = rows_of(
            exported(database, "projects", columns=("filing_number", "contract_type", "person.name"), wanted=wanted)
        )
        assert found[1:] == [[f"{n:04}", "施工总承包", "张三丰"] for n in range(8)]


def test_an_export_stands_in_the_audit_with_its_columns_and_rows(database: Database, dossier: Dossier) -> None:
    exported(database, "people", columns=("name",))
    with database.read() as db:
        query = select(AuditEntry).where(AuditEntry.action == "export.run").order_by(AuditEntry.number)
        begun, ended = db.scalars(query)
    assert begun.after is not None
    assert begun.after["columns"] == ["name"]
    assert ended.after == {"rows": 1}


def test_one_person_is_exported_as_json(database: Database, dossier: Dossier, send: Send) -> None:
    send("projects", workbook([HEAD, (NUMBER, "0001", "某楼", "施工总承包")]))
    with database.write() as db:
        found = json.loads(exports.person_json(db, SYSTEM, dossier.id))
    assert (found["number"], found["birth_date"]) == (NUMBER, "1990-03-07")
    assert [project["name"] for project in found["projects"]] == ["某楼"]
    with database.read() as db:
        assert len(records.listing(db, SYSTEM, dossier.id, category("projects"))) == 1
