"""What reviewers and administrators do with a person's file: correct a record, close the file, open it again, erase it; bring back what was deleted."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.access.rights import Actor, Role
from app.demo.people import DemoPerson
from app.records import service as records
from data.models import category
from tests.browser.site import WAIT_MILLISECONDS, Site, open_page, settled

pytestmark = pytest.mark.browser


def open_file(page: Page, site: Site, person: DemoPerson) -> None:
    page.goto(f"{site.address}/people?file={site.dossier_id(person)}")
    expect(page.get_by_role("heading", name="个人签名信息")).to_be_visible(timeout=WAIT_MILLISECONDS)
    settled(page)


def change_state(page: Page, title: str, reason: str, button: str) -> None:
    """Unfold the part, give a reason, tick the box, press the button."""
    part = page.get_by_test_id("stExpander").filter(has_text=title)
    part.get_by_text(title, exact=True).first.click()
    part.get_by_label("原因").fill(reason)
    part.get_by_label("原因").press("Tab")
    part.get_by_text(re.compile("^我确认")).click()
    part.get_by_role("button", name=button, exact=True).click()


def test_a_reviewer_corrects_a_record_and_the_person_reads_why(
    page: Page, site: Site, people: list[DemoPerson]
) -> None:
    person = people[11]
    site.let_in(page.context, "reviewer")
    open_file(page, site, person)
    page.get_by_role("table", name="工作经历").get_by_role("button", name=re.compile("^更正")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("职务", exact=True).fill("安全总监")
    dialog.get_by_role("button", name="保存更正").click()
    expect(dialog.get_by_text("请填写原因").first).to_be_visible()
    dialog.get_by_label("原因").fill("单位来函")
    dialog.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("已更正，本人会在列表中看到原因")).to_be_visible()
    page.context.clear_cookies()
    site.let_in(page.context, person)
    open_page(page, site, "work", "工作经历")
    row = page.get_by_role("table", name="工作经历").get_by_role("row").filter(has_text="安全总监")
    expect(row).to_contain_text("管理部门已更正，原因：单位来函")


def test_an_administrator_brings_back_what_a_person_deleted(page: Page, site: Site, people: list[DemoPerson]) -> None:
    person = people[12]
    with site.database.write() as db:
        owner = Actor(Role.PRACTITIONER, site.dossier_id(person))
        record = records.listing(db, owner, owner.dossier_id, category("work"))[0]
        records.delete(db, owner, owner.dossier_id, category("work"), record.id)
    site.let_in(page.context, "admin")
    open_file(page, site, person)
    page.get_by_text("最近删除（1）").click()
    page.get_by_role("table", name="最近删除").get_by_role("button", name=re.compile("^恢复")).click()
    expect(page.get_by_text("已恢复")).to_be_visible()
    expect(page.get_by_text("最近删除（1）")).to_have_count(0)


def test_an_administrator_closes_a_file_opens_it_again_and_erases_it(
    page: Page, site: Site, people: list[DemoPerson]
) -> None:
    site.let_in(page.context, "admin")
    open_file(page, site, people[-3])
    change_state(page, "关闭档案", "本人申请", "关闭档案")
    expect(page.get_by_text("档案已关闭，本人不能登录。原因：本人申请")).to_be_visible()
    change_state(page, "重新开放档案", "误关", "重新开放")
    expect(page.get_by_text("档案已重新开放")).to_be_visible()
    change_state(page, "关闭档案", "本人申请", "关闭档案")
    expect(page.get_by_text("档案已关闭，本人不能登录。原因：本人申请")).to_be_visible()
    change_state(page, "彻底删除档案", "本人申请删除", "彻底删除")
    expect(page.get_by_text("档案已彻底删除")).to_be_visible()
    page.goto(f"{site.address}/people?q={people[-3].number}")
    expect(page.get_by_text("没有符合条件的人员")).to_be_visible()
