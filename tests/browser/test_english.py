"""The switch to English turns everything: pages, forms, messages; only people's own data stay Chinese."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.access.rights import Role
from app.demo.people import DemoPerson
from app.settings import settings
from app.ui.menu import entries
from data.models import StaffAccount
from tests.browser.databases import on_postgresql, on_sqlite
from tests.browser.site import Site, open_page, settled

pytestmark = pytest.mark.browser

# Visible and spoken texts with Chinese in them, in and out of our components; cells and values are people's data.
CHINESE_LEFT = r"""
(data) => {
  const CHINESE = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/u;
  const NAMES = ["aria-label", "title", "placeholder", "alt"];
  const PEOPLES = "tbody .value, dd, option, [role=option], textarea";
  const found = [];
  const add = (text, element) => {
    const left = data.reduce((rest, known) => rest.replaceAll(known, ""), text);
    if (CHINESE.test(left) && !element.closest(PEOPLES)) found.push(text.trim());
  };
  const walk = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"].includes(node.parentElement?.tagName))
          add(node.data, node.parentElement ?? root.host);
        continue;
      }
      if (!node.closest("tbody")) for (const name of NAMES) add(node.getAttribute(name) || "", node);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document.body);
  add(document.title, document.body);
  return [...new Set(found)];
}
"""


def chinese_left(page: Page, *data: str) -> list[str]:
    """Texts with Chinese that is neither `data`, nor the language's own name, nor the organisation's."""
    settled(page)
    found: list[str] = page.evaluate(CHINESE_LEFT, [*data, "中文", settings().organisation])
    return found


def switch(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


# A practitioner's switch is looked at on both databases; these pages show nothing that comes from one.
@on_postgresql
def test_visitors_pages_and_their_messages_turn_english(site: Site, page: Page) -> None:
    open_page(page, site, "login", "短信用户登录")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    switch(page)
    expect(page).to_have_url(f"{site.address}/login")
    page.get_by_role("button", name="Get code").click()
    expect(page.get_by_text("Please fill in the document number")).to_be_visible()
    page.get_by_role("button", name="Hear the captcha").click()
    assert chinese_left(page) == []

    open_page(page, site, "register", "SMS registration")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("To be corrected: 9")).to_be_visible()
    assert chinese_left(page) == []

    open_page(page, site, "staff_login", "Staff log-in")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_text("The user name or the password is wrong")).to_be_visible()
    assert chinese_left(page) == []

    open_page(page, site, "outbox", "SMS outbox")
    assert chinese_left(page) == []


def test_a_practitioners_pages_and_their_messages_turn_english(
    site: Site, context: BrowserContext, page: Page, people: list[DemoPerson]
) -> None:
    person = people[0]
    site.let_in(context, person)
    open_page(page, site, "identity", "个人基本信息")
    switch(page)
    expect(page.get_by_role("heading", name="Identity")).to_be_visible()
    assert chinese_left(page, person.name) == []
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    for link in menu.all()[1:]:
        link.click()
        expect(page.get_by_role("main").get_by_role("heading").first).to_have_text(re.compile("[A-Z]"))
        assert chinese_left(page, person.name) == []

    menu.filter(has_text="Work experience").click()
    page.get_by_role("button", name="Add work experience").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text('Please fill in End, or tick "present"')).to_be_visible()
    assert chinese_left(page, person.name) == []
    form.get_by_role("button", name="Close", exact=True).last.click()
    page.get_by_role("table").get_by_role("button", name=re.compile("^Delete")).first.click()
    expect(form.get_by_text("Delete this work experience")).to_be_visible()
    assert chinese_left(page, person.name) == []


# What comes from the database is not translated: one will do.
@on_sqlite
@pytest.mark.parametrize("username", ["clerk", "admin"])
def test_the_staffs_pages_turn_english(site: Site, context: BrowserContext, page: Page, username: str) -> None:
    site.let_in(context, username)
    account = site.staff(username)
    with site.database.read() as db:  # figures name who reviewed
        names = list(db.scalars(select(StaffAccount.display_name)))
    page.goto(site.address)
    switch(page)
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    expect(menu.first).to_be_visible()
    assert menu.count() == sum(Role(account.role) in entry.roles for entry in entries())
    for link in menu.all():
        link.click()
        expect(page.get_by_role("main").get_by_role("heading").first).to_have_text(re.compile("[A-Z]"))
        assert chinese_left(page, *names) == []
