"""One record open in two windows: whoever saves second is told, sees both versions and chooses; a double click saves once."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from app.demo.people import DemoPerson
from tests.browser.site import Site, open_page, settled

pytestmark = pytest.mark.browser


def opened_form(context: BrowserContext, site: Site) -> Locator:
    page = context.new_page()
    open_page(page, site, "work", "工作经历")
    page.get_by_role("table", name="工作经历").get_by_role("button", name="编辑").first.click()
    form = page.get_by_role("dialog")
    expect(form.get_by_label("职务")).not_to_have_value("")
    return form


def save(form: Locator, position: str) -> None:
    form.get_by_label("职务").fill(position)
    form.get_by_role("button", name="保存", exact=True).click()


def first_row(page: Page, site: Site) -> Locator:
    open_page(page, site, "work", "工作经历")
    return page.get_by_role("table", name="工作经历").get_by_role("row").nth(1)


def test_the_second_to_save_sees_both_and_chooses(
    site: Site, context: BrowserContext, page: Page, person: DemoPerson
) -> None:
    site.let_in(context, person)
    one, other = opened_form(context, site), opened_form(context, site)
    save(one, "甲填写的职务")
    expect(one).to_have_count(0)
    save(other, "乙填写的职务")
    expect(other.get_by_text("刚在另一个窗口被修改")).to_be_visible()
    both = other.get_by_role("table", name="两份内容的不同之处")
    expect(both.get_by_role("row").nth(1)).to_have_text("职务乙填写的职务甲填写的职务")
    expect(first_row(page, site)).to_contain_text("甲填写的职务")

    other.get_by_role("button", name="返回修改").click()
    expect(other.get_by_label("职务")).to_have_value("乙填写的职务")
    save(other, "商量好的职务")
    expect(other).to_have_count(0)
    expect(first_row(page, site)).to_contain_text("商量好的职务")


def test_either_version_can_be_kept(site: Site, context: BrowserContext, page: Page, person: DemoPerson) -> None:
    site.let_in(context, person)
    for button, kept in (("保留我填写的", "第二个"), ("改用刚保存的", "第一个")):
        one, other = opened_form(context, site), opened_form(context, site)
        save(one, "第一个")
        expect(one).to_have_count(0)
        save(other, "第二个")
        other.get_by_role("button", name=button).click()
        expect(other).to_have_count(0)
        expect(first_row(page, site)).to_contain_text(kept)


def test_a_double_click_makes_one_record(site: Site, context: BrowserContext, page: Page, person: DemoPerson) -> None:
    site.let_in(context, person)
    open_page(page, site, "work", "工作经历")
    page.get_by_role("button", name="新增工作经历").click()
    form = page.get_by_role("dialog")
    settled(page)
    form.get_by_label("工作单位").fill("双击建设公司")
    form.get_by_role("spinbutton").first.click()
    page.keyboard.type("20150301")
    form.get_by_text("至今").click()
    form.get_by_role("combobox", name="职称").click()
    page.get_by_role("option").first.click()
    form.get_by_label("职务").fill("工长")
    form.get_by_label("从事工作专业").fill("土建")
    form.get_by_role("button", name="保存", exact=True).dblclick()
    expect(form).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="双击建设公司")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("row").filter(has_text="双击建设公司")).to_have_count(1)
