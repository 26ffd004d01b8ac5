"""Review in the browser: handed in, decided with keys, returned with a reason, approved in bulk, taken back."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select, update

from app.access.rights import Actor, Role
from app.demo.people import DemoPerson
from app.records import review
from app.records.cases import case_of
from data.models import MobileUse, ReviewItem
from data.models.dossier import mobile_index
from tests.browser.databases import on_postgresql
from tests.browser.site import Site, open_page, settled

pytestmark = pytest.mark.browser

DONE = re.compile("^已通过：")


def case(page: Page) -> Locator:
    """The record on the desk."""
    return page.locator(".cy-case")


def shown(page: Page) -> str:
    """Everything that tells the record on the desk from others."""
    return case(page).inner_text() + page.locator(".cy-one").inner_text()


def sit_down(page: Page, site: Site, username: str = "reviewer") -> None:
    site.let_in(page.context, username)
    open_page(page, site, "review", "审核")
    page.get_by_role("button", name="开始审核").click()
    expect(case(page)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^通过"))).to_be_enabled()  # the keys work with the buttons
    settled(page)


def press(page: Page, key: str) -> str:
    """Press a key and wait for another record; returns the one that was shown before."""
    before = shown(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => { const [head, fields] = ['.cy-case', '.cy-one'].map((of) => document.querySelector(of));"
        " return head && fields && head.innerText + fields.innerText !== before; }",
        arg=before,
    )
    return before


def test_a_reviewer_decides_with_keys_and_takes_the_last_decision_back(page: Page, site: Site) -> None:
    sit_down(page, site)
    first = press(page, "a")
    expect(page.get_by_text(DONE)).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_role("region", name="退回原因")).to_be_visible()
    page.keyboard.press("a")  # while reasons are shown, nobody approves by a slip
    second = press(page, "1")
    expect(page.get_by_text(re.compile("^已退回："))).to_be_visible()
    third = press(page, "n")
    assert len({first, second, third}) == 3
    press(page, "u")
    expect(page.get_by_text("已撤销，这条信息重新待审核")).to_be_visible()
    assert shown(page).splitlines()[0] == second.splitlines()[0]


# What a key does in a field does not depend on the database: one will do.
@on_postgresql
def test_keys_are_quiet_while_somebody_types_and_when_switched_off(page: Page, site: Site) -> None:
    sit_down(page, site)
    before = shown(page)
    page.keyboard.press("r")
    other = page.get_by_role("textbox", name="其他原因")
    other.press_sequentially("aan")
    expect(other).to_have_value("aan")
    other.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("region", name="快捷键")).to_be_visible()
    page.get_by_role("checkbox", name=re.compile("使用快捷键")).uncheck()
    page.keyboard.press("a")
    page.keyboard.press("n")
    settled(page)
    assert shown(page) == before


def test_a_changed_record_stands_beside_its_attachment_with_the_change_marked(page: Page, site: Site) -> None:
    site.let_in(page.context, "reviewer")
    open_page(page, site, "review?category=titles", "审核")
    page.get_by_role("button", name="开始审核").click()
    expect(page.get_by_role("button", name="旋转")).to_be_visible()
    while not page.locator(".cy-changed").count():
        press(page, "n")
    changed = page.locator(".cy-changed").first
    expect(changed.locator("ins")).to_contain_text("更名")
    expect(changed.locator("del")).not_to_contain_text("更名")
    expect(page.get_by_text("本人的其他信息")).to_be_visible()


def test_a_hint_tells_of_another_person_and_leads_to_the_file(page: Page, site: Site, people: list[DemoPerson]) -> None:
    person, other = people[21], people[22]
    with site.database.write() as db:
        same = update(MobileUse).where(MobileUse.dossier_id == site.dossier_id(other))
        db.execute(same.values(mobile_index=mobile_index(person.mobile)))
    site.let_in(page.context, "reviewer")
    open_page(page, site, "review", "审核")
    waiting = page.get_by_role("table", name="待审核的信息").get_by_role("row").filter(has_text=person.name)
    waiting.first.get_by_role("button", name=re.compile("^审核")).click()
    page.get_by_role("link", name=f"手机号也曾登记在 {other.name} 名下").click()
    expect(page).to_have_url(re.compile(f"file={site.dossier_id(other)}"))


def test_two_reviewers_are_never_shown_the_same_record(page: Page, site: Site, context: BrowserContext) -> None:
    sit_down(page, site)
    mine = shown(page)
    context.clear_cookies()
    second = context.new_page()
    sit_down(second, site, "admin")
    assert shown(second) != mine


def test_a_filtered_list_is_approved_at_once_and_taken_back(page: Page, site: Site) -> None:
    site.let_in(page.context, "reviewer")
    open_page(page, site, "review?category=skills", "审核")
    page.get_by_role("button", name="全部通过…").click()
    page.get_by_role("button", name=re.compile(r"^通过 \d+ 条$")).click()
    expect(page.get_by_text(re.compile(r"^通过 \d+ 条，未处理 \d+ 条$"))).to_be_visible()
    results = page.get_by_role("table", name="逐条结果")
    expect(results.get_by_role("row").nth(1)).to_contain_text("已通过")
    page.get_by_role("button", name="整批撤销").click()
    expect(page.get_by_text(re.compile(r"^已撤销 [1-9]\d* 条"))).to_be_visible()


def test_a_person_reads_why_a_record_came_back_and_hands_it_in_again(
    page: Page, site: Site, people: list[DemoPerson]
) -> None:
    person = people[5]
    site.let_in(page.context, person)
    open_page(page, site, "work", "工作经历")
    row = page.get_by_role("table", name="工作经历").get_by_role("row").filter(has_text="待审核")
    expect(row).to_have_count(1)
    give_back(site, person, "单位名称与印章不符")
    page.reload()
    row = page.get_by_role("table", name="工作经历").get_by_role("row").filter(has_text="已退回")
    expect(row).to_contain_text("单位名称与印章不符")
    row.get_by_role("button", name=re.compile("^编辑")).click()
    expect(page.get_by_role("dialog").get_by_text("退回原因：单位名称与印章不符")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="关闭", exact=True).last.click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    settled(page)
    row.get_by_role("button", name=re.compile("^提交审核")).click()
    expect(page.get_by_text("已提交审核，结果会显示在列表中")).to_be_visible()
    expect(row).to_have_count(0)


def give_back(site: Site, person: DemoPerson, reason: str) -> None:
    """What a reviewer does at another desk."""
    reviewer = Actor(Role.REVIEWER, site.staff("reviewer").id)
    with site.database.write() as db:
        waiting = select(ReviewItem).where(ReviewItem.dossier_id == site.dossier_id(person))
        item = db.scalars(waiting.where(ReviewItem.category == "work")).one()
        case = case_of(db, reviewer, item)
        assert case is not None
        review.give_back(db, reviewer, item.record_id, case.digest, reason)
