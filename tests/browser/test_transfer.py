"""Import with a mistake, mended and sent again, undone; export of a filtered list."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.demo.people import DemoPerson
from app.transfer.targets import target
from app.transfer.template import template
from tests.browser.site import Site, choose, open_page, settled
from tests.english_left import find_english

pytestmark = pytest.mark.browser
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def registrations(person: DemoPerson) -> bytes:
    """The template filled in with two registrations of a person, one of them with a category that there is not."""
    row = {
        "person.number": person.number,
        "person.name": person.name,
        "category": "constructor_1",
        "major": "建筑工程",
        "company": "云江导入测试有限公司",
        "registered_on": "2025-03-01",
        "valid_until": "2028-02-29",
        "state": "valid",
    }
    rows = [{**row, "certificate_number": "云导1"}, {**row, "certificate_number": "云导2", "category": "没有的类别"}]
    return template(target("registrations"), rows)


def upload(page: Page, content: bytes) -> None:
    """Upload a table of registrations and check it; the columns are matched by their names."""
    choose(page.locator("body"), "导入什么", "注册信息")
    expect(page.get_by_text("必填列：公民证件号码、注册类别")).to_be_visible()
    file = {"name": "注册.xlsx", "mimeType": XLSX, "buffer": content}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_role("button", name="开始导入")).to_be_visible()


def start(page: Page) -> None:
    """Start the import and leave the page; it goes on, and its row in the list leads back."""
    page.get_by_role("button", name="开始导入").click()
    expect(page.get_by_role("button", name="开始导入")).to_have_count(0)
    page.get_by_role("button", name="返回列表").click()
    expect(page.get_by_role("heading", name="导入记录")).to_be_visible()
    page.get_by_role("table").get_by_role("row").nth(1).get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name="导入记录")).to_have_count(0)
    expect(page.get_by_text("撤销这次导入", exact=True)).to_be_visible()  # it is done, and the page saw it


def test_an_import_is_mended_sent_again_and_undone(
    site: Site, context: BrowserContext, page: Page, person: DemoPerson, tmp_path: Path
) -> None:
    site.let_in(context, "admin")
    open_page(page, site, "imports", "导入")
    upload(page, registrations(person))
    wrong = page.get_by_role("region", name="有问题的行").get_by_role("cell").filter(has_text="没有的类别").first
    expect(wrong).to_contain_text("注册类别没有「没有的类别」这一项，请从列表中选择")
    assert find_english(page) == []
    start(page)
    expect(page.get_by_text(re.compile("新增 1　.*有问题 1"))).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出问题的表格").click()
    assert download.value.suggested_filename == "注册-标出问题.xlsx"
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    book = openpyxl.load_workbook(marked)
    (cell,) = [cell for row in book.worksheets[0] for cell in row if cell.comment]
    assert (cell.value, cell.fill.start_color.rgb) == ("没有的类别", "00FFC7CE")
    cell.value = "一级建造师"
    book.save(marked)

    page.get_by_role("button", name="返回列表").click()
    upload(page, marked.read_bytes())
    expect(page.get_by_text(re.compile("新增 1　更新 0　已有，相同 1　.*有问题 0"))).to_be_visible()
    start(page)
    page.get_by_text("撤销这次导入", exact=True).click()
    page.get_by_text("我确认要撤销这次导入").click()
    page.get_by_role("button", name="撤销导入").click()
    undone = page.get_by_text("已撤销：删去 1 条，恢复 0 条，未动 0 条")
    expect(undone).to_be_visible()


def test_a_filtered_list_is_exported_masked_as_csv_and_as_a_workbook(
    site: Site, context: BrowserContext, page: Page, people: list[DemoPerson], tmp_path: Path
) -> None:
    site.let_in(context, "reviewer")
    open_page(page, site, f"exports?q={people[0].number}", "导出")
    expect(page.get_by_text("不打码")).to_have_count(0)
    page.get_by_text("CSV", exact=True).click()
    page.get_by_role("button", name="开始导出").click()
    expect(page.get_by_text("已导出 1 行")).to_be_visible()
    assert find_english(page) == []
    of_csv = io.StringIO(download(page, "csv", tmp_path).read_text("utf-8-sig"))
    page.get_by_text("XLSX", exact=True).click()
    page.get_by_role("button", name="开始导出").click()
    book = openpyxl.load_workbook(download(page, "xlsx", tmp_path))
    for head, row in (csv.reader(of_csv), book.worksheets[0].iter_rows(values_only=True)):
        found = dict(zip(head, row, strict=True))
        assert found["姓名"] == people[0].name
        assert found["公民证件号码"] == f"{people[0].number[:3]}***********{people[0].number[-4:]}"


def download(page: Page, kind: str, folder: Path) -> Path:
    """Save the export of that kind when it is done."""
    link = page.get_by_role("link", name=re.compile(rf"^下载 .*\.{kind}$"))
    expect(link).to_be_visible()
    settled(page)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(folder / f"people.{kind}")
    return folder / f"people.{kind}"
