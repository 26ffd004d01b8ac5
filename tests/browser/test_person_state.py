"""What reviewers and administrators do with a person's file: correct a record, see how it stood, close the file, open it again, erase it; bring back what was deleted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from app.access.rights import SYSTEM, Actor, Role
from app.demo.people import DemoPerson
from app.dossiers.masking import masked
from app.dossiers.service import today
from app.records import service as records
from data.models import AuditEntry, Dossier, category
from tests.browser.site import Site, open_page, settled, type_day

pytestmark = pytest.mark.browser


def open_file(page: Page, site: Site, person: DemoPerson) -> None:
    page.goto(f"{site.address}/people?file={site.dossier_id(person)}")
    expect(page.get_by_role("heading", name="个人签名信息")).to_be_visible()
    settled(page)


def change_state(page: Page, title: str, reason: str, button: str) -> None:
    """Unfold the part, give a reason, press the button, tick the box as one is told to, press it again."""
    settled(page)
    part = page.get_by_test_id("stExpander").filter(has_text=title)
    part.get_by_text(title, exact=True).first.click()
    part.get_by_label("原因").fill(reason)
    part.get_by_role("button", name=button, exact=True).click()
    expect(part.get_by_text(re.compile("^请先勾选「我确认"))).to_be_visible()
    part.get_by_text(re.compile("^我确认")).click()
    part.get_by_role("button", name=button, exact=True).click()


def delete_work(site: Site, person: DemoPerson) -> None:
    """What a person does at home."""
    owner = Actor(Role.PRACTITIONER, site.dossier_id(person))
    with site.database.write() as db:
        record = records.listing(db, owner, owner.dossier_id, category("work"))[0]
        records.delete(db, owner, owner.dossier_id, category("work"), record.id)


def also_there(site: Site, person: DemoPerson, other: DemoPerson) -> None:
    """Let another file have a work experience of this one, with another position."""
    of, owner = category("work"), Actor(Role.PRACTITIONER, site.dossier_id(person))
    with site.database.write() as db:
        record = records.listing(db, owner, owner.dossier_id, of)[0]
        values = {each.key: getattr(record, each.key) for each in of.fields}
        records.import_row(db, SYSTEM, site.dossier_id(other), of, values | {"position": "项目负责人"})


@contextmanager
def opened_long_ago(site: Site, person: DemoPerson, days: int = 10) -> Iterator[None]:
    """As if a file had been opened some days ago; what is on record gets its own time back, for the chain's sake."""
    dossier_id = site.dossier_id(person)
    with site.database.write() as db:
        entries = db.execute(select(AuditEntry.id, AuditEntry.at).where(AuditEntry.dossier_id == dossier_id)).all()
        created = db.scalars(select(Dossier.created_at).where(Dossier.id == dossier_id)).one()
        earlier = created - timedelta(days)
        db.execute(update(Dossier).where(Dossier.id == dossier_id).values(created_at=earlier))
        db.execute(update(AuditEntry).where(AuditEntry.dossier_id == dossier_id).values(at=earlier))
    yield
    with site.database.write() as db:
        for entry in entries:
            db.execute(update(AuditEntry).where(AuditEntry.id == entry.id).values(at=entry.at))


def test_a_reviewer_corrects_a_record_and_sees_the_file_before_it_and_the_person_reads_why(
    page: Page, site: Site, person: DemoPerson
) -> None:
    site.let_in(page.context, "reviewer")
    with opened_long_ago(site, person):
        open_file(page, site, person)
        table = page.get_by_role("table", name="工作经历")
        table.get_by_role("button", name=re.compile("^更正")).first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("职务", exact=True).fill("安全总监")
        dialog.get_by_role("button", name="保存更正").click()
        expect(dialog.get_by_text("请填写原因").first).to_be_visible()
        dialog.get_by_label("原因").fill("单位来函")
        dialog.get_by_role("button", name="保存更正").click()
        expect(page.get_by_text("已更正，本人会在列表中看到原因")).to_be_visible()
        expect(table.get_by_role("row").filter(has_text="安全总监")).to_contain_text("已审核")
        settled(page)
        day = today() - timedelta(5)
        type_day(page.locator("body"), "查看某一天的档案", f"{day:%Y%m%d}")
        expect(page.get_by_text(f"这是 {day} 当天结束时的档案，只能查看")).to_be_visible()
        expect(table).to_contain_text(person.company)
        expect(table).not_to_contain_text("安全总监")
        settled(page)
        printed = page.get_by_role("link", name="打印档案（PDF）").get_attribute("href")
        assert (printed or "").endswith(f"on={day}")
        assert page.request.get(f"{site.address}{printed}").body().startswith(b"%PDF-")
    page.context.clear_cookies()
    site.let_in(page.context, person)
    open_page(page, site, "work", "工作经历")
    row = page.get_by_role("table", name="工作经历").get_by_role("row").filter(has_text="安全总监")
    expect(row).to_contain_text("管理部门已更正，原因：单位来函")


def test_an_administrator_brings_back_what_a_person_deleted(page: Page, site: Site, person: DemoPerson) -> None:
    delete_work(site, person)
    site.let_in(page.context, "admin")
    open_file(page, site, person)
    page.get_by_text("最近删除（1）").click()
    page.get_by_role("table", name="最近删除").get_by_role("button", name=re.compile("^恢复")).click()
    expect(page.get_by_text("已恢复")).to_be_visible()
    expect(page.get_by_text("最近删除（1）")).to_have_count(0)
    delete_work(site, person)
    open_page(page, site, "trash", "回收站")
    row = page.get_by_role("table", name="回收站").get_by_role("row").filter(has_text=person.name)
    expect(row).to_contain_text("工作经历")
    expect(row).to_contain_text("从业人员")
    row.get_by_role("button", name=re.compile("^恢复")).click()
    expect(page.get_by_text("已恢复")).to_be_visible()
    expect(row).to_have_count(0)


def test_an_administrator_closes_a_file_opens_it_again_and_erases_it(
    page: Page, site: Site, person: DemoPerson
) -> None:
    site.let_in(page.context, "admin")
    open_file(page, site, person)
    change_state(page, "关闭档案", "本人申请", "关闭档案")
    expect(page.get_by_text("档案已关闭，本人不能登录。原因：本人申请")).to_be_visible()
    change_state(page, "重新开放档案", "误关", "重新开放")
    expect(page.get_by_text("档案已重新开放")).to_be_visible()
    change_state(page, "关闭档案", "本人申请", "关闭档案")
    expect(page.get_by_text("档案已关闭，本人不能登录。原因：本人申请")).to_be_visible()
    change_state(page, "彻底删除档案", "本人申请删除", "彻底删除")
    expect(page.get_by_text("档案已彻底删除")).to_be_visible()
    page.goto(f"{site.address}/people?q={person.number}")
    expect(page.get_by_text("没有符合条件的人员")).to_be_visible()


def test_an_administrator_merges_two_files_of_one_person(
    page: Page, site: Site, untouched: Iterator[DemoPerson]
) -> None:
    kept, other = next(untouched), next(untouched)
    also_there(site, kept, other)
    site.let_in(page.context, "admin")
    open_file(page, site, kept)
    page.get_by_text("合并同一人的另一份档案").click()
    page.get_by_label("查找另一份档案").fill(other.number)
    page.get_by_label("查找另一份档案").press("Enter")
    table = page.get_by_role("table", name="两份档案对照")
    name = table.get_by_role("row").filter(has_text=kept.name).first
    expect(name).to_contain_text(other.name)
    expect(name).to_contain_text("不同")
    expect(
        page.get_by_text(re.compile("^[1-9][0-9]* 条连同附件和审核归入保留的档案；重复的 1 条进回收站"))
    ).to_be_visible()
    doubles = page.get_by_role("table", name="两份档案都有的记录")
    expect(doubles.get_by_role("row")).to_have_count(2)
    expect(doubles).to_contain_text("职务：项目负责人")
    settled(page)
    page.get_by_text("我确认两份档案是同一个人").click()
    part = page.get_by_test_id("stExpander").filter(has_text="合并同一人的另一份档案")
    part.get_by_label("原因").fill("换证后重复建档")
    part.get_by_role("button", name="合并档案", exact=True).click()
    expect(page.get_by_text("两份档案已合并")).to_be_visible()
    expect(page.get_by_text(f"{other.name}（{masked(other.number)}）的档案已并入这份档案")).to_be_visible()
    page.get_by_role("button", name="打开那份档案").click()
    expect(page.get_by_text(f"这份档案已并入 {kept.name}")).to_be_visible()
    expect(page.get_by_text("档案已关闭。原因：换证后重复建档")).to_be_visible()
    expect(page.get_by_role("table", name="工作经历").get_by_text("暂无工作经历")).to_be_visible()
