"""The components in a real browser, served by Streamlit as the product is."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.chromium import launch
from tests.ui.test_components_refusals import FOREIGN

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "app/ui/components/assets"
Visit = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("components")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("streamlit") / "log"
    command = [sys.executable, "-m", "streamlit", "run", "tests/ui/components_server.py"]
    options = [f"--server.port={port}", "--server.address=127.0.0.1"]
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=out,
            stderr=out,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )
    try:
        _wait_until_served(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
    assert "Traceback" not in log.read_text()


def _wait_until_served(url: str) -> None:
    for _try in range(150):
        try:
            httpx.get(url, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all tests, which has read Streamlit's scripts once."""
    with closing(browser.new_context(locale="zh-CN")) as context:
        yield context.new_page()


@pytest.fixture
def visit(tab: Page, address: str) -> Visit:
    """Opens a part of the page, in a session of its own."""

    def open_page(only: str, width: int = 1440) -> Page:
        tab.goto("about:blank")
        tab.mouse.move(0, 0)
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(f"{address}/?only={only}")
        expect(tab.get_by_text("query:")).to_be_visible(timeout=20_000)
        return tab

    return open_page


def test_a_click_names_its_row_once_in_every_session(visit: Visit) -> None:
    for _session in range(2):
        page = visit("tables")
        page.get_by_role("button", name="编辑").nth(1).click()
        expect(page.get_by_text("table: 1 edit b2")).to_be_visible()
        page.get_by_role("button", name="再运行").click()
        expect(page.get_by_text("again")).to_be_visible()
        expect(page.get_by_text("table: 1 edit b2")).to_be_visible()
        page.get_by_role("button", name="删除 同济大学").dblclick()
        expect(page.get_by_text("table: 2 delete a1")).to_be_visible()
        page.wait_for_timeout(500)
        expect(page.get_by_text("table: 2 delete a1")).to_be_visible()


def test_a_click_counts_though_the_page_is_drawn_again_while_the_button_is_down(visit: Visit) -> None:
    page = visit("tables")
    page.get_by_role("button", name="删除 同济大学").hover()
    page.mouse.down()
    page.get_by_role("button", name="改第一行").evaluate("(button) => button.click()")
    expect(page.get_by_role("rowheader", name="复旦大学")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text("table: 1 delete a1")).to_be_visible()


def test_a_click_counts_though_the_page_moves_while_the_button_is_down(visit: Visit) -> None:
    page = visit("tables")
    page.get_by_role("button", name="删除 同济大学").hover()
    page.mouse.down()
    page.get_by_test_id("stMainBlockContainer").evaluate("(main) => { main.style.marginTop = '60px'; }")
    page.mouse.up()
    expect(page.get_by_text("table: 1 delete a1")).to_be_visible()


def test_what_people_type_is_shown_as_typed(visit: Visit) -> None:
    page = visit("tables")
    table = page.get_by_role("table", name="学历证书信息")
    expect(table.get_by_role("rowheader").nth(1)).to_have_text("<img src=x onerror=\"document.title='hit'\">")
    expect(table.get_by_text("<b>粗</b>", exact=True)).to_be_visible()
    assert table.locator("img, b").count() == 0
    assert page.title() != "hit"


def test_table_reads_as_a_table_and_dates_stay_whole(visit: Visit) -> None:
    page = visit("tables")
    table = page.get_by_role("table", name="学历证书信息")
    headings = ["序号", "学校名称", "所学专业", "学历", "学制", "起止年月", "发证日期", "证书编号", "操作"]
    expect(table.get_by_role("columnheader")).to_have_text(headings)
    expect(table.get_by_role("row").nth(3).get_by_role("button")).to_have_text(["编辑"])
    date = table.get_by_text("2012-07-01", exact=True).bounding_box()
    assert date
    assert date["height"] < 30
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_phone_gets_cards_with_big_buttons_and_no_sideways_scroll(visit: Visit) -> None:
    page = visit("tables", width=390)
    table = page.get_by_role("table", name="学历证书信息")
    expect(table.get_by_role("button")).to_have_count(7)
    boxes = [button.bounding_box() for button in table.get_by_role("button").all()]
    for box in boxes:
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 390
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
    label = table.get_by_role("cell").filter(has_text="102471201205001234")
    assert "证书编号" in label.evaluate("cell => getComputedStyle(cell, '::before').content")
    page.get_by_role("button", name="附件 同济大学").click()
    expect(page.get_by_text("table: 1 file a1")).to_be_visible()


def test_many_columns_become_cards_before_they_become_illegible(visit: Visit) -> None:
    page = visit("tables", width=800)
    heading = page.get_by_role("columnheader", name="第11栏")
    expect(heading).not_to_be_in_viewport()
    page.set_viewport_size({"width": 1440, "height": 900})
    heading.scroll_into_view_if_needed()
    expect(heading).to_be_in_viewport()


LINES = """(cell, word) => {
  const text = cell.querySelector(".value").firstChild;
  const range = document.createRange();
  range.setStart(text, text.data.indexOf(word));
  range.setEnd(text, text.data.indexOf(word) + word.length);
  return new Set([...range.getClientRects()].map((each) => each.top)).size;
}"""
"""On how many lines a word of a cell stands."""


def test_words_stay_whole_where_columns_are_narrow_and_long_numbers_are_broken(visit: Visit) -> None:
    page = visit("tables", width=1440)
    row = page.get_by_role("table", name="十一栏").get_by_role("row").last
    words, number = (row.get_by_role("cell").filter(has_text=text) for text in ("Undergraduate", "900581200805321929"))
    for word in ("Undergraduate", "programme"):
        assert words.evaluate(LINES, word) == 1
    assert number.evaluate(LINES, "900581200805321929") > 1


def test_a_range_is_broken_between_its_dates_only(visit: Visit) -> None:
    page = visit("tables", width=1440)
    first, last = (page.get_by_text(date, exact=True).bounding_box() for date in ("2004-09", "2008-06"))
    assert first
    assert last
    assert max(first["height"], last["height"]) < 30
    assert last["y"] > first["y"]


def test_empty_table_says_what_to_do_next(visit: Visit) -> None:
    for width in (1440, 390):
        page = visit("tables", width)
        expect(page.get_by_role("table", name="学位").get_by_text("还没有学位证书，请点「新增」。")).to_be_visible()


def test_keyboard_reaches_the_buttons_and_keeps_its_place_when_rows_change(visit: Visit) -> None:
    page = visit("tables")
    first = page.get_by_role("button", name="编辑 同济大学")
    expect(first).to_be_visible()
    page.get_by_role("button", name="改第一行").focus()
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    assert first.evaluate("button => getComputedStyle(button).boxShadow") != "none"
    page.get_by_role("button", name="改第一行").evaluate("button => button.click()")
    expect(page.get_by_role("button", name="编辑 复旦大学")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("table: 1 edit a1")).to_be_visible()


def test_dialog_has_its_own_table_and_gives_the_focus_back(visit: Visit) -> None:
    page = visit("tables")
    page.get_by_role("button", name="附件 同济大学").click()
    page.get_by_role("dialog").get_by_role("button", name="删除 毕业证书").click()
    expect(page.get_by_text("files: 1 delete scan of a1")).to_be_visible()
    expect(page.get_by_text("table: 1 file a1")).to_be_attached()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="附件 同济大学")).to_be_focused()


def test_code_counts_down_over_reruns_and_another_is_a_click_away(browser: Browser, address: str) -> None:
    with closing(browser.new_context(locale="zh-CN")) as context:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{address}/?only=waiting")
        timer, again = page.get_by_role("timer"), page.get_by_role("button", name="重新获取")
        expect(timer).to_have_text(re.compile(r"动态密码 (60|5\d) 秒内有效"))
        expect(again).to_be_disabled()
        page.clock.fast_forward(20_000)
        expect(timer).to_have_text(re.compile(r"动态密码 (40|3\d) 秒内有效"))
        page.get_by_role("button", name="再运行").click()
        expect(page.get_by_text("again")).to_be_visible()
        expect(timer).to_have_text(re.compile(r"动态密码 (40|[23]\d) 秒内有效"))
        page.clock.fast_forward(15_000)
        expect(again).to_be_enabled()
        again.click()
        expect(page.get_by_text("resend: 1 True")).to_be_visible()
        expect(timer).to_have_text(re.compile(r"动态密码 (60|5\d) 秒内有效"))
        expect(again).to_be_disabled()
        page.clock.fast_forward(61_000)
        expect(timer).to_have_text("动态密码已过期")
        expect(page.get_by_text("resend: 1 True")).to_be_visible()


def test_captcha_is_renewed_by_a_click_and_its_sound_comes_only_when_asked_for(visit: Visit) -> None:
    page = visit("others")
    image, sound = page.get_by_alt_text("验证码图片"), page.locator("audio")
    expect(image).to_be_visible()
    before = image.get_attribute("src")
    expect(sound).to_be_hidden()
    expect(page.get_by_text("sounds: 0")).to_be_visible()
    page.get_by_role("button", name="听验证码").click()
    expect(sound).to_be_visible()
    expect(sound).to_have_js_property("paused", False)
    expect(page.get_by_text("sounds: 1")).to_be_visible()
    page.get_by_role("button", name="看不清，换一张").click()
    expect(page.get_by_text("captcha: 1 refresh")).to_be_visible()
    expect(image).not_to_have_attribute("src", before or "")
    expect(sound).to_be_hidden()


def test_picture_is_enlarged_and_turned_by_buttons_and_keys(visit: Visit) -> None:
    page = visit("others")
    image, frame = page.get_by_alt_text("毕业证书的扫描件"), page.get_by_role("group", name="毕业证书的扫描件")
    expect(page.locator("output")).to_contain_text("0°")
    fitted = image.bounding_box()
    assert fitted
    assert fitted["height"] <= 577
    page.get_by_role("button", name="放大").click()
    enlarged = image.bounding_box()
    assert enlarged
    assert enlarged["width"] == pytest.approx(fitted["width"] * 1.25, abs=1)
    page.get_by_role("button", name="适合窗口").click()
    page.get_by_role("button", name="旋转").click()
    turned = image.bounding_box()
    assert turned
    assert turned["height"] > turned["width"]
    frame.focus()
    page.keyboard.press("r")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("-")
    again = image.bounding_box()
    assert again
    assert (again["width"], again["height"]) == pytest.approx((enlarged["width"], enlarged["height"]), abs=1)
    expect(page.locator("output")).to_contain_text("180°")


def test_browser_is_led_to_an_address_of_this_site(visit: Visit, address: str) -> None:
    page = visit("others")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_text("query: {'arrived': '1'}")).to_be_visible()
    assert page.url == f"{address}/?arrived=1"


@pytest.mark.parametrize("url", FOREIGN)
def test_script_itself_leads_to_no_other_site(tab: Page, address: str, url: str) -> None:
    tab.goto(f"{address}/_stcore/health")
    script = (ASSETS / "go_to.js").read_text()
    tab.evaluate(
        "async ([script, url]) => (await import('data:text/javascript,' + encodeURIComponent(script))).default({data: {url}})",
        [script, url],
    )
    tab.wait_for_timeout(200)
    assert tab.url == f"{address}/_stcore/health"


def test_print_link_opens_its_own_tab(visit: Visit, address: str) -> None:
    page = visit("others")
    link = page.get_by_role("link", name="打印")
    assert "noreferrer" in (link.get_attribute("rel") or "")
    with page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == f"{address}/?printed=1"
    opened.value.close()
