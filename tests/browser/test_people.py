"""Staff find people in one box, narrow the list, keep it as a view, and open a file; numbers are masked until asked."""

import json
import re

from playwright.sync_api import Page, expect

from app.access.mobiles import national
from app.demo.people import DemoPerson
from app.dossiers.masking import masked
from tests.browser.site import Site, choose, settled


def test_one_box_finds_people_and_the_address_keeps_the_list(page: Page, site: Site, people: list[DemoPerson]) -> None:
    site.let_in(page.context, "reviewer")
    page.goto(f"{site.address}/people")
    rows = page.get_by_role("row")
    expect(rows.filter(has_text=masked(people[-1].number))).to_be_visible()
    box = page.get_by_label("查找人员")
    for typed, expected in (("cjh", people[0].name), ("欧阳", people[4].name), (people[1].number[-6:], people[1].name)):
        box.fill(typed)
        box.press("Enter")
        expect(rows.filter(has_text=expected)).to_be_visible()
        expect(page.get_by_text(re.compile("共 [1-9] 人"))).to_be_visible()
    box.fill("没有这个人")
    box.press("Enter")
    expect(page.get_by_text("没有符合条件的人员")).to_be_visible()
    page.goto(f"{site.address}/people?q=cjh&holds=degrees&order=name")
    page.get_by_text("筛选与排序（已用 1 项）").click()
    choose(page.locator("body"), "档案状态", "可登录")
    expect(page.get_by_text("筛选与排序（已用 2 项）")).to_be_visible()
    expect(page.get_by_label("单位名称包含")).to_be_visible()  # the filters stay open for the next one
    settled(page)
    expect(rows.filter(has_text=people[0].name)).to_be_visible()
    page.get_by_role("button", name="保存的视图").click()
    page.get_by_label("视图名称").fill("有学位的")
    page.get_by_role("button", name="保存当前条件").click()
    expect(page.get_by_text("视图已保存")).to_be_visible()
    page.goto(f"{site.address}/people")
    page.get_by_role("button", name="保存的视图").click()
    page.get_by_role("button", name="有学位的").click()
    expect(page).to_have_url(re.compile("holds=degrees"))
    settled(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("holds=degrees"))


def test_a_file_masks_its_numbers_until_a_click_that_is_on_record(
    page: Page, site: Site, people: list[DemoPerson]
) -> None:
    person = people[0]
    site.let_in(page.context, "admin")
    page.goto(f"{site.address}/people?q={person.number}")
    page.get_by_role("button", name=f"查看 {person.name}").click()
    expect(page.get_by_text(masked(person.number))).to_be_visible()
    expect(page.get_by_text(person.number)).to_have_count(0)
    for title in ("学历证书信息", "学位证书信息", "职称信息", "注册信息", "工作经历", "工程业绩", "个人诚信记录"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("button", name="显示完整号码和住址").click()
    expect(page.get_by_text(person.number)).to_be_visible()
    expect(page.get_by_text(national(person.mobile))).to_be_visible()
    printed = page.get_by_role("link", name="打印档案（PDF）").get_attribute("href")
    assert page.request.get(f"{site.address}{printed}").body().startswith(b"%PDF-")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载档案（JSON，不打码）").click()
    assert json.loads(download.value.path().read_bytes())["number"] == person.number
    page.get_by_text("变更记录", exact=True).click()
    expect(page.get_by_text("查看完整号码")).to_have_count(2)  # by the click, and on the print
    page.get_by_text("注册变更", exact=True).click()
    expect(page.get_by_text("新增注册信息")).to_be_visible()
    page.get_by_role("button", name="返回列表").click()
    expect(page).to_have_url(re.compile("q="))
