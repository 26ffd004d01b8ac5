"""我的账号: practitioners and staff see their own log-ins and end them, after a code or the password where it is due."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from app.demo.people import DemoPerson
from tests.browser.databases import on_sqlite
from tests.browser.site import PASSWORD, Site, confirm_by_code, open_page

# Both databases show log-ins in their own tests of the service.
pytestmark = [pytest.mark.browser, on_sqlite]


PHONE: ViewportSize = {"width": 390, "height": 844}


def test_a_practitioner_ends_a_log_in_that_is_forgotten_elsewhere(
    site: Site, page: Page, context: BrowserContext, browser: Browser, person: DemoPerson
) -> None:
    with browser.new_context(locale="zh-CN") as elsewhere:
        site.let_in(elsewhere, person)
        forgotten = elsewhere.new_page()
        open_page(forgotten, site, "identity", "个人基本信息")
        site.let_in(context, person)
        open_page(page, site, "account", "我的账号")
        rows = page.get_by_role("table", name="登录会话").get_by_role("row")
        expect(rows.filter(has_text="未知的浏览器")).to_have_count(2)
        expect(rows.filter(has_text="（本次登录）").get_by_role("button")).to_have_count(0)
        site.some_time_passes()
        rows.get_by_role("button", name="退出登录").click()
        confirm_by_code(page, site, person, "确认退出")
        expect(page.get_by_text("已退出该登录")).to_be_visible()
        expect(rows.filter(has_text="未知的浏览器")).to_have_count(1)
        forgotten.reload()
        expect(forgotten.get_by_text("请先登录")).to_be_visible()


def test_a_member_of_staff_ends_all_others_with_the_password(
    site: Site, page: Page, context: BrowserContext, browser: Browser
) -> None:
    with browser.new_context(locale="zh-CN") as elsewhere:
        site.let_in(elsewhere, "clerk")
        forgotten = elsewhere.new_page()
        open_page(forgotten, site, "people", "人员档案")
        site.let_in(context, "clerk")
        open_page(page, site, "account", "我的账号")
        site.some_time_passes()
        page.get_by_role("button", name="退出其他所有登录").click()
        form = page.get_by_test_id("stForm").filter(has_text="确认退出")
        for given, answer in (("not the password", "现在的密码不正确"), (PASSWORD, "已退出其他所有登录")):
            form.get_by_label("现在的密码").fill(given)
            form.get_by_role("button", name="确认退出").click()
            expect(page.get_by_text(answer, exact=True).first).to_be_visible()
        rows = page.get_by_role("table", name="登录会话").get_by_role("row")
        expect(rows.filter(has_text="未知的浏览器")).to_have_count(1)
        forgotten.reload()
        expect(forgotten.get_by_text("请先登录")).to_be_visible()


def test_on_a_phone_the_way_there_shuts_the_menu(site: Site, browser: Browser, person: DemoPerson) -> None:
    with browser.new_context(locale="zh-CN", viewport=PHONE, has_touch=True, is_mobile=True) as phone:
        site.let_in(phone, person)
        page = phone.new_page()
        open_page(page, site, "identity", "个人基本信息")
        menu = page.get_by_test_id("stSidebar")
        for link, heading in (("我的账号", "我的账号"), ("English", "My account")):
            page.get_by_test_id("stExpandSidebarButton").click()
            expect(menu).to_have_attribute("data-collapsed", "false")
            menu.get_by_text(link, exact=True).click()
            expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            expect(menu).to_have_attribute("data-collapsed", "true")
