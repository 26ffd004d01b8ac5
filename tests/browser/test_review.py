"""Review in the browser: handed in, found, decided with keys, returned with a reason, approved in bulk, taken back."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from app.demo.people import DemoPerson
from tests.browser.site import Site, log_in, log_in_staff, open_page

pytestmark = pytest.mark.browser


def heading(page: Page) -> Locator:
    return page.locator(".cy-case h3")


def start(page: Page, site: Site) -> None:
    log_in_staff(page, site, "reviewer")
    page.get_by_role("button", name="开始审核").click()
    expect(heading(page)).to_be_visible()


def press(page: Page, key: str) -> str:
    """Press a key and wait for the next record; returns who was shown before."""
    before = heading(page).inner_text()
    page.keyboard.press(key)
    expect(heading(page)).not_to_have_text(before)
    return before


def test_a_reviewer_decides_with_single_keys_and_takes_the_last_one_back(page: Page, site: Site) -> None:
    start(page, site)
    first = press(page, "a")
    expect(page.get_by_text(re.compile("^已通过："))).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_role("region", name="退回原因")).to_be_visible()
    second = press(page, "1")
    expect(page.get_by_text(re.compile("^已退回："))).to_be_visible()
    third = press(page, "n")
    assert len({first, second, third}) == 3
    page.keyboard.press("u")
    expect(heading(page)).to_have_text(second)
    page.keyboard.press("?")
    expect(page.get_by_role("region", name="快捷键")).to_be_visible()


def test_keys_do_nothing_while_somebody_types_and_when_switched_off(page: Page, site: Site) -> None:
    start(page, site)
    shown = heading(page).inner_text()
    page.keyboard.press("r")
    other = page.get_by_role("textbox", name="其他原因")
    other.fill("")
    other.press_sequentially("aan")
    expect(other).to_have_value("aan")
    other.press("Escape")
    page.keyboard.press("?")
    page.get_by_role("checkbox", name=re.compile("使用快捷键")).uncheck()
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(heading(page)).to_have_text(shown)
    expect(page.get_by_text(re.compile("^已通过："))).to_have_count(0)


def test_the_record_stands_beside_its_attachment_with_what_changed(page: Page, site: Site) -> None:
    log_in_staff(page, site, "reviewer")
    page.get_by_role("row").filter(has_text="学历证书").get_by_role("button").last.click()
    expect(page.get_by_role("button", name="旋转")).to_be_visible()
    for _record in range(40):
        if page.locator(".cy-changed").count():
            break
        press(page, "n")
    changed = page.locator(".cy-changed").first
    expect(changed.locator("ins")).to_contain_text(re.compile("更名|总承包"))
    expect(changed.locator("del")).to_be_visible()
    expect(page.get_by_text("本人的其他信息")).to_be_visible()


def test_two_reviewers_are_never_shown_the_same_record(page: Page, site: Site) -> None:
    start(page, site)
    with page.context.browser.new_context(locale="zh-CN") as other:  # type: ignore[union-attr]
        second = other.new_page()
        log_in_staff(second, site, "admin")
        open_page(second, site, "review")
        second.get_by_role("button", name="开始审核").click()
        expect(heading(second)).to_be_visible()
        assert shown(second) != shown(page)


def shown(page: Page) -> str:
    return page.locator(".cy-case").inner_text() + page.locator(".cy-one").inner_text()


def test_a_key_brings_the_next_record_within_half_a_second(page: Page, site: Site) -> None:
    start(page, site)
    page.wait_for_load_state("networkidle")
    waits = []
    for _record in range(4):
        page.wait_for_timeout(400)  # a reviewer looks; the next record is loaded meanwhile
        began = time.perf_counter()
        press(page, "n")
        waits.append(time.perf_counter() - began)
    assert min(waits) < 0.5, waits


def test_what_a_practitioner_hands_in_comes_back_with_its_reason(
    page: Page, site: Site, people: list[DemoPerson]
) -> None:
    person = people[2]
    log_in(page, site, person)
