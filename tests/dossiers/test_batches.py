"""Batches of cards: outcomes, doubles, failures, whose they are, and the receipt."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from app.access.rights import Actor, Role
from app.dossiers import batches
from app.dossiers.receipt import Receipt, as_pdf, as_xlsx
from app.errors import FieldErrors, Forbidden
from app.signatures.fonts import font_chain
from data.engine import Database
from data.models import IntakeBatch
from data.models.base import new_id
from tests.people import CLERK, IDENTITY, NUMBER, OTHER, id_number

COMPANY = "云江第一建筑工程有限公司"


@pytest.fixture
def batch(database: Database) -> IntakeBatch:
    with database.write() as db:
        return batches.start(db, CLERK, COMPANY)


def take(database: Database, batch: IntakeBatch, identity: dict[str, Any]) -> str:
    with database.write() as db:
        return batches.take_in(db, CLERK, batch.id, identity, photo=None)[0]


def test_every_outcome_is_told_counted_and_listed(database: Database, batch: IntakeBatch) -> None:
    with database.write() as db:
        former = batches.start(db, CLERK, "")
    assert take(database, former, OTHER) == "created"
    with database.write() as db:
        batches.close(db, CLERK, former.id)

    assert take(database, batch, IDENTITY) == "created"
    assert take(database, batch, OTHER) == "unchanged"
    assert take(database, batch, {**OTHER, "address": "新住址"}) == "double"
    with database.write() as db:
        batches.note_failure(db, CLERK, batch.id, "card_removed")
        batches.note_skipped(db, CLERK, batch.id, None)
    with pytest.raises(FieldErrors) as refused:
        take(database, batch, {**IDENTITY, "sex": "2", "valid_to": ""})
    with database.write() as db:
        batches.note_failure(db, CLERK, batch.id, batches.refused(refused.value))

    with database.read() as db:
        counts = batches.counts(db, CLERK, batch.id)
        lines = batches.lines(db, CLERK, batch.id)
    assert counts == {"created": 1, "unchanged": 1, "double": 1, "failed": 2, "skipped": 1}
    assert [line.text for line in lines] == [
        "失败：有效期止需要核对",
        "已跳过",
        "失败：读卡过程中证件被移开",
        "本批重复",
        "无变化",
        "新建档",
    ]
    assert (lines[-1].name, lines[-1].number) == ("张三丰", f"190***********{NUMBER[-4:]}")


def test_a_changed_person_is_updated(database: Database, batch: IntakeBatch) -> None:
    with database.write() as db:
        earlier = batches.start(db, CLERK, "")
    take(database, earlier, IDENTITY)
    assert take(database, batch, {**IDENTITY, "address": "新住址"}) == "updated"


def test_a_skipped_card_may_come_again(database: Database, batch: IntakeBatch) -> None:
    take(database, batch, OTHER)
    with database.write() as db:
        opened = batches.take_in(db, CLERK, batch.id, IDENTITY, photo=None)[1]
        other = batches.start(db, CLERK, "")
        batches.note_skipped(db, CLERK, other.id, opened.dossier.id)
    assert take(database, other, IDENTITY) == "unchanged"


def test_a_batch_is_still_open_after_a_reload_until_it_is_closed(database: Database, batch: IntakeBatch) -> None:
    with database.write() as db:
        found = batches.open_batch(db, CLERK)
        assert found is not None
        assert (found.id, found.company) == (batch.id, COMPANY)
        batches.close(db, CLERK, batch.id)
    with database.read() as db:
        assert batches.open_batch(db, CLERK) is None
        assert [each.id for each in batches.recent(db, CLERK)] == [batch.id]


def test_another_clerk_neither_sees_nor_fills_it(database: Database, batch: IntakeBatch) -> None:
    other = Actor(Role.CLERK, new_id())
    with database.write() as db:
        assert batches.open_batch(db, other) is None
        for call in (
            lambda: batches.lines(db, other, batch.id),
            lambda: batches.counts(db, other, batch.id),
            lambda: batches.close(db, other, batch.id),
            lambda: batches.batch(db, other, batch.id),
            lambda: batches.take_in(db, other, batch.id, IDENTITY, photo=None),
            lambda: batches.note_failure(db, other, batch.id, "timeout"),
        ):
            with pytest.raises(Forbidden):
                call()


def test_a_companys_name_that_is_too_long_is_told(database: Database) -> None:
    with database.write() as db, pytest.raises(FieldErrors) as refused:
        batches.start(db, CLERK, "长" * 101)
    assert refused.value.fields == {"company": "单位名称最多 100 个字，现有 101 个字，请删减"}


@pytest.fixture
def receipt(database: Database, batch: IntakeBatch) -> Receipt:
    for at in range(60):
        born = date(1960 + at % 40, 1, 1)
        identity = {
            **IDENTITY,
            "name": f"=王{at}" if at else "=1+1",
            "number": id_number(born.strftime("%Y%m%d"), f"{at * 2 + 1:03}"),
            "birth_date": born,
        }
        take(database, batch, identity)
    with database.read() as db:
        lines = batches.lines(db, CLERK, batch.id, newest=None)
    return Receipt("某市服务大厅", COMPANY, "窗口", batch.started_at, lines)


def test_the_receipt_lists_every_card_on_as_many_pages_as_it_takes(receipt: Receipt) -> None:
    document = pypdfium2.PdfDocument(as_pdf(receipt, font_chain()))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(document) == 2
    for wanted in ("读卡建档回执", COMPANY, "窗口", "新建档 60", "=王59", receipt.lines[0].number):
        assert wanted in text
    assert not any(NUMBER[:14] in line for line in text.splitlines())


def test_the_spreadsheet_holds_text_only(receipt: Receipt, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(receipt))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][:2] == ("单位", COMPANY)
    assert rows[6] == ("序号", "姓名", "证件号", "时间", "结果")
    assert rows[7][:3] == ("1", "=1+1", receipt.lines[0].number)
    assert len(rows) == 7 + 60
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
