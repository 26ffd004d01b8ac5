"""Every figure of the dashboard opens the list it counts, by mouse and by keyboard.

The figures are up to a minute old: those looked at here are of what no test before this one changes.
"""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site, choose, open_page, settled


def test_figures_and_bars_open_lists_of_just_as_many_people(page: Page, site: Site) -> None:
    site.let_in(page.context, "reviewer")
    open_page(page, site, "dashboard", "工作台")
    figures = page.get_by_role("list", name="数字", exact=True)
    leads_to_as_many(page, figures.get_by_role("link", name=re.compile("90 天内有到期的人员")), "expires=90")
    page.go_back()
    bars = page.get_by_role("list", name="有记录的人员，按类别")
    leads_to_as_many(page, bars.get_by_role("link", name=re.compile("个人诚信记录")), "holds=integrity")
    page.go_back()
    waiting = page.get_by_role("list", name="等待审核").get_by_role("link").first
    name = waiting.locator("span").first.inner_text()
    waiting.click()
    expect(page.get_by_role("heading", name="审核", exact=True)).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text(name.removesuffix("信息"))


def test_charts_by_kind_and_age_open_their_lists_and_are_there_on_the_way_back(page: Page, site: Site) -> None:
    site.let_in(page.context, "admin")
    open_page(page, site, "dashboard", "工作台")
    for chart, asked in (("年龄", "age_from="), ("个人诚信记录 · 记录类型", "integrity.kind=")):
        choose(page.locator("body"), "按什么统计", chart)
        bars = page.get_by_role("list", name=chart, exact=True)
        leads_to_as_many(page, bars.get_by_role("link").last, asked, with_key=True)
        page.go_back()
        expect(bars).to_be_visible()
        settled(page)


def leads_to_as_many(page: Page, link: Locator, asked: str, *, with_key: bool = False) -> None:
    """Follow the link, and see in its list as many people as it says."""
    count = int(link.get_by_role("strong").inner_text())
    if with_key:
        link.press("Enter")
    else:
        link.click()
    expect(page).to_have_url(re.compile(rf"/people\?.*{re.escape(asked)}"))
    expect(page.get_by_text(f"共 {count} 人", exact=True)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(1 + max(count, 1))  # the heading; an empty list says so in a row
