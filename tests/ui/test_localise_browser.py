"""Chinese readers meet no English of Streamlit's, whatever they open; English readers meet Streamlit's own texts."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.ui.localise import LANGUAGE_COOKIE, switch_address
from tests.english_left import find_english
from tests.ui.acts import FILLING, VIEWING, in_view

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("localise")]

ROOT = Path(__file__).parents[2]
# What a canvas shows cannot be read off the page: note what is drawn.
NOTE_DRAWN = """
window.drawn = new Set();
const draw = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  window.drawn.add(text);
  return draw.call(this, text, ...rest);
};
"""
# What Streamlit keeps in the browser, such as a menu that was unfolded, is of one visit only.
FORGET = "if (location.protocol === 'http:') localStorage.clear();"


@contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The page with every widget on a free port, with the product's Streamlit settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/ui/localised_app.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.maxUploadSize", "1"]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{address}/_stcore/health").raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.2)
        yield address, server
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with served() as (address, _):
        yield address


@contextmanager
def american(browser: Browser) -> Iterator[Page]:
    """A page of a browser that is American by itself."""
    with closing(browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})) as context:
        context.set_default_timeout(10_000)
        context.add_init_script(NOTE_DRAWN + FORGET)
        yield context.new_page()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all tests, which has read Streamlit's scripts once: that takes longer than most tests."""
    with american(browser) as page:
        yield page


@pytest.fixture
def page(tab: Page) -> Page:
    """That tab with nothing open in it and nothing under the mouse."""
    tab.goto("about:blank")
    tab.mouse.move(0, 0)
    return tab


def opened(page: Page, address: str, heading: str) -> Page:
    page.goto(address)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=30_000)
    return page


def inputs(page: Page, site: str) -> Page:
    opened(page, site, "填写")
    for kind in ["stCameraInput", "stMultiSelect", "stDateInputField", "stTimeInput", "stFileUploaderDropzone"]:
        expect(page.get_by_test_id(kind).last).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="提交")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    return page


def outputs(page: Page, site: str) -> Page:
    opened(page, f"{site}/outputs", "显示")
    expect(page.locator("canvas [role=grid]")).to_have_count(4, timeout=30_000)
    expect(page.locator(".vega-embed svg, .vega-embed canvas").first).to_be_visible(timeout=30_000)
    return page


def test_widgets_to_fill_in_as_they_open(page: Page, site: str) -> None:
    inputs(page, site)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.evaluate("[navigator.language, ...navigator.languages]") == ["zh-CN", "zh-CN"]
    expect(page.get_by_test_id("stFileUploader").first).to_contain_text("选择文件")
    expect(page.get_by_test_id("stFileUploader").first).to_contain_text("每个文件不超过 1MB")
    assert find_english(page) == []


def test_tables_pictures_and_charts_as_they_open(page: Page, site: str) -> None:
    outputs(page, site)
    expect(page.get_by_test_id("stTableStyledEmptyTableCell")).to_have_text("暂无数据")
    assert page.evaluate("window.drawn.has('暂无数据') && !window.drawn.has('empty')")
    assert find_english(page) == []


@pytest.mark.parametrize("act", FILLING, ids=lambda act: act.__name__)
def test_no_english_appears_when_people(page: Page, site: str, act: Callable[[Page], Locator]) -> None:
    inputs(page, site)
    expect(act(page).first).to_be_visible()
    assert find_english(page) == []


@pytest.mark.parametrize("act", VIEWING, ids=lambda act: act.__name__)
def test_no_english_appears_when_readers(page: Page, site: str, act: Callable[[Page], Locator]) -> None:
    outputs(page, site)
    expect(act(page).first).to_be_visible()
    assert find_english(page) == []


def test_an_unknown_page(page: Page, site: str) -> None:
    opened(page, f"{site}/nowhere", "填写")
    expect(page.get_by_role("dialog")).to_contain_text("找不到页面")
    assert find_english(page) == []


def test_a_lost_connection(page: Page) -> None:
    with served() as (address, server):
        opened(page, f"{address}/page_2", "其他页")
        server.terminate()
        expect(page.get_by_role("dialog")).to_contain_text("连接中断", timeout=30_000)
        assert find_english(page) == []


def test_a_typed_date_is_kept(page: Page, site: str) -> None:
    inputs(page, site)
    field = page.get_by_test_id("stDateInput").first
    expect(field.get_by_role("spinbutton").first).to_have_text("年")
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type("20010506")
    page.keyboard.press("Enter")
    expect(field.get_by_role("spinbutton").nth(1)).to_have_text("05")
    expect(field.get_by_role("spinbutton").nth(1)).to_have_attribute("aria-valuetext", "5月")
    field.get_by_role("button", name="清除日期").click()
    expect(field.get_by_role("spinbutton").nth(1)).to_have_text("月")


def test_words_of_people_stay_as_they_are(page: Page, site: str) -> None:
    opened(page, f"{site}/own_words", "原文")
    expect(page.locator("canvas [role=grid]")).to_have_count(1)
    for text in ["Upload", "No results", "Error: Upload failed", "This field is required.", "Search", "Previous month"]:
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="选择")).to_have_value("Choose an option")
    expect(page.locator("[data-tag][aria-label=Open]").get_by_text("Open", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stJson")).to_contain_text(re.compile("Fullscreen.*Copied"))
    expect(page.get_by_role("textbox", name="输入")).to_have_value("Empty")
    expect(page.get_by_role("textbox", name="长文")).to_have_value("Show password")
    expect(page.locator("canvas td").get_by_text("empty", exact=True)).to_have_count(1)
    expect(page.get_by_test_id("stTable")).to_contain_text("empty")
    assert page.evaluate("window.drawn.has('empty')")
    in_view(page.get_by_role("combobox", name="多选")).press("ArrowDown")
    expect(page.get_by_role("option", name="Clear all", exact=True)).to_be_visible()


def test_english_readers_get_streamlits_own_texts(browser: Browser, site: str) -> None:
    with american(browser) as page:
        page.request.get(site + switch_address("en", "/"))
        assert [cookie.get("value") for cookie in page.context.cookies() if cookie.get("name") == LANGUAGE_COOKIE] == [
            "en"
        ]
        inputs(page, site)
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.evaluate("navigator.language") == "en"
        assert {"Choose an option", "Show password", "Choose date", "Upload", "No options to select"} <= set(
            find_english(page)
        )
        page.get_by_role("button", name="Choose date", exact=True).click()
        expect(page.get_by_test_id("stDateInputCalendar").get_by_role("button", name="Previous month")).to_be_visible()
        expect(page.get_by_test_id("stDateInputCalendar")).to_contain_text(time.strftime("%B"))
        assert outputs(page, site).evaluate("window.drawn.has('empty') && !window.drawn.has('暂无数据')")
