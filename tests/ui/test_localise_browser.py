"""Chinese readers meet no English of Streamlit's, whatever they open; English readers meet Streamlit's own texts."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Locator, Page, expect, sync_playwright

from app.ui.localise import LANGUAGE_COOKIE, switch_address
from tests.chromium import launch
from tests.english_left import find_english

pytestmark = pytest.mark.browser

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


@contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The page with every widget on a free port, with the product's Streamlit settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/ui/localised_app.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.maxUploadSize", "10"]
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that is American by itself."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    context.close()


def opened(context: BrowserContext, address: str, heading: str) -> Page:
    page = context.new_page()
    page.add_init_script(NOTE_DRAWN)
    page.goto(address)
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=30_000)
    return page


def inputs(context: BrowserContext, site: str) -> Page:
    page = opened(context, site, "填写")
    for kind in ["stCameraInput", "stMultiSelect", "stDateInputField", "stTimeInput", "stFileUploaderDropzone"]:
        expect(page.get_by_test_id(kind).last).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="提交")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    return page


def outputs(context: BrowserContext, site: str) -> Page:
    page = opened(context, f"{site}/outputs", "显示")
    expect(page.locator("canvas [role=grid]")).to_have_count(4, timeout=30_000)
    expect(page.locator(".vega-embed svg, .vega-embed canvas").first).to_be_visible(timeout=30_000)
    return page


def test_widgets_to_fill_in_as_they_open(context: BrowserContext, site: str) -> None:
    page = inputs(context, site)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.evaluate("[navigator.language, ...navigator.languages]") == ["zh-CN", "zh-CN"]
    expect(page.get_by_test_id("stFileUploader").first).to_contain_text("选择文件")
    expect(page.get_by_test_id("stFileUploader").first).to_contain_text("每个文件不超过 10MB")
    assert find_english(page) == []


def test_tables_pictures_and_charts_as_they_open(context: BrowserContext, site: str) -> None:
    page = outputs(context, site)
    expect(page.get_by_test_id("stTableStyledEmptyTableCell")).to_have_text("暂无数据")
    assert page.evaluate("window.drawn.has('暂无数据') && !window.drawn.has('empty')")
    assert find_english(page) == []


def in_view(field: Locator) -> Locator:
    """The field after the page came to rest: a list that opens while the page still scrolls closes again."""
    field.scroll_into_view_if_needed()
    field.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return field


def write_a_text(page: Page) -> Locator:
    page.get_by_role("textbox", name="姓名").fill("张三")
    return page.get_by_text("按回车键确认", exact=True)


def write_in_a_form(page: Page) -> Locator:
    page.get_by_role("textbox", name="表单备注").fill("一")
    return page.get_by_text("按 Ctrl+回车键提交", exact=True)


def show_the_password(page: Page) -> Locator:
    page.get_by_role("button", name="显示密码").click()
    return page.get_by_role("button", name="隐藏密码")


def type_a_number_too_large(page: Page) -> Locator:
    page.get_by_role("spinbutton", name="学制").fill("99")
    page.keyboard.press("Enter")
    return page.get_by_text("数值超出允许的范围，请输入 1 至 8 之间的数值。").first


def search_a_choice_in_vain(page: Page) -> Locator:
    in_view(page.get_by_role("combobox", name="级别")).click()
    page.keyboard.type("无此项")
    return page.get_by_text("没有匹配的选项")


def choose_several(page: Page) -> Locator:
    in_view(page.get_by_role("combobox", name="工种")).press("ArrowDown")
    expect(page.get_by_role("option", name="全选")).to_be_visible()
    page.get_by_role("option", name="抹灰").click()
    return page.get_by_label("移除 抹灰")


def open_the_calendar(page: Page) -> Locator:
    page.get_by_test_id("stDateInput").first.get_by_role("button", name="选择日期").click()
    calendar = page.get_by_test_id("stDateInputCalendar")
    calendar.get_by_role("button", name="上个月").click()
    calendar.get_by_role("button", name="月", exact=True).click()
    return page.get_by_role("option", name="十一月")


def type_a_date_out_of_range(page: Page) -> Locator:
    page.get_by_test_id("stDateInput").get_by_role("spinbutton", name="年").first.click()
    page.keyboard.type("19000101")
    page.keyboard.press("Enter")
    page.get_by_test_id("stDateInputError").first.hover()
    return page.get_by_test_id("stTooltipErrorContent").get_by_text("1920/01/01 至 2026/12/31")


def type_a_time(page: Page) -> Locator:
    page.get_by_test_id("stTimeInput").get_by_role("spinbutton").first.click()
    page.keyboard.type("1230")
    page.keyboard.press("Enter")
    return page.get_by_role("button", name="清除时间")


def upload_a_file(page: Page) -> Locator:
    picture = FilePayload(name="照片.jpg", mimeType="image/jpeg", buffer=b"x" * 3000)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([picture])
    return page.get_by_role("button", name="移除 照片.jpg")


def upload_a_file_too_large(page: Page) -> Locator:
    large = FilePayload(name="大.png", mimeType="image/png", buffer=b"x" * 11_000_000)
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([large])
    page.get_by_test_id("stFileChip").hover()
    return page.get_by_test_id("stTooltipErrorContent").get_by_text("文件不能大于 10.0MB。")


def search_a_table(page: Page) -> Locator:
    table = page.get_by_test_id("stFullScreenFrame").filter(has=page.get_by_test_id("stDataFrame")).first
    table.hover()
    table.get_by_role("button", name="搜索").click()
    field = table.get_by_placeholder("输入要查找的内容").or_(table.get_by_label("输入要查找的内容"))
    field.fill("同济")
    return table.get_by_role("button", name="关闭搜索")


def hide_columns_of_a_table(page: Page) -> Locator:
    table = page.get_by_test_id("stFullScreenFrame").filter(has=page.get_by_test_id("stDataFrame")).first
    table.hover()
    table.get_by_role("button", name="显示或隐藏列").click()
    return page.get_by_test_id("stDataFrameColumnVisibilityMenu").get_by_text("全选")


def select_a_row(page: Page) -> Locator:
    table = page.get_by_test_id("stDataFrame").nth(2)
    table.click(position={"x": 10, "y": 52})
    table.hover()
    return page.get_by_role("button", name="取消选择")


def enlarge_a_picture(page: Page) -> Locator:
    page.get_by_test_id("stImage").hover()
    page.get_by_role("button", name="全屏：图片").click()
    return page.get_by_role("button", name="退出全屏：图片")


def close_the_side_bar(page: Page) -> Locator:
    page.get_by_test_id("stSidebar").hover()
    page.get_by_role("button", name="收起侧栏").click()
    return page.get_by_role("button", name="展开侧栏")


def unfold_all_pages(page: Page) -> Locator:
    page.get_by_text(re.compile(r"^展开其余 \d+ 项$")).click()
    return page.get_by_test_id("stSidebarNavViewButton").get_by_text("收起")


def see_a_message(page: Page) -> Locator:
    page.get_by_role("button", name="消息").click()
    page.get_by_role("button", name="展开", exact=True).click()
    return page.get_by_test_id("stToast").get_by_role("button", name="关闭")


def wait_for_something(page: Page) -> Locator:
    page.get_by_role("button", name="等待").click()
    return page.get_by_text(re.compile(r"^（[\d.]+ 秒）$"))


def enter_dates_in_a_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="对话框").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="关闭").last).to_be_visible()
    dialog.get_by_role("button", name="选择起止日期").click()
    return page.get_by_text("日期范围", exact=True)


def meet_an_error(page: Page) -> Locator:
    page.get_by_role("button", name="出错").click()
    return page.get_by_text("程序出错了，错误已记录在日志中。")


FILLING = [
    write_a_text,
    write_in_a_form,
    show_the_password,
    type_a_number_too_large,
    search_a_choice_in_vain,
    choose_several,
    open_the_calendar,
    type_a_date_out_of_range,
    type_a_time,
    upload_a_file,
    upload_a_file_too_large,
    close_the_side_bar,
    unfold_all_pages,
    see_a_message,
    wait_for_something,
    enter_dates_in_a_dialog,
    meet_an_error,
]
VIEWING = [search_a_table, hide_columns_of_a_table, select_a_row, enlarge_a_picture]


@pytest.mark.parametrize("act", FILLING, ids=lambda act: act.__name__)
def test_no_english_appears_when_people(context: BrowserContext, site: str, act: Callable[[Page], Locator]) -> None:
    page = inputs(context, site)
    expect(act(page).first).to_be_visible()
    assert find_english(page) == []


@pytest.mark.parametrize("act", VIEWING, ids=lambda act: act.__name__)
def test_no_english_appears_when_readers(context: BrowserContext, site: str, act: Callable[[Page], Locator]) -> None:
    page = outputs(context, site)
    expect(act(page).first).to_be_visible()
    assert find_english(page) == []


def test_an_unknown_page(context: BrowserContext, site: str) -> None:
    page = opened(context, f"{site}/nowhere", "填写")
    expect(page.get_by_role("dialog")).to_contain_text("找不到页面")
    assert find_english(page) == []


def test_a_lost_connection(context: BrowserContext) -> None:
    with served() as (address, server):
        page = opened(context, f"{address}/page_2", "其他页")
        server.terminate()
        expect(page.get_by_role("dialog")).to_contain_text("连接中断", timeout=30_000)
        assert find_english(page) == []


def test_a_typed_date_is_kept(context: BrowserContext, site: str) -> None:
    page = inputs(context, site)
    field = page.get_by_test_id("stDateInput").first
    expect(field.get_by_role("spinbutton").first).to_have_text("年")
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type("20010506")
    page.keyboard.press("Enter")
    expect(field.get_by_role("spinbutton").nth(1)).to_have_text("05")
    expect(field.get_by_role("spinbutton").nth(1)).to_have_attribute("aria-valuetext", "5月")
    field.get_by_role("button", name="清除日期").click()
    expect(field.get_by_role("spinbutton").nth(1)).to_have_text("月")


def test_words_of_people_stay_as_they_are(context: BrowserContext, site: str) -> None:
    page = opened(context, f"{site}/own_words", "原文")
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


def test_english_readers_get_streamlits_own_texts(context: BrowserContext, site: str) -> None:
    context.request.get(site + switch_address("en", "/"))
    assert [cookie.get("value") for cookie in context.cookies() if cookie.get("name") == LANGUAGE_COOKIE] == ["en"]
    page = inputs(context, site)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("navigator.language") == "en"
    assert {"Choose an option", "Show password", "Choose date", "Upload", "No options to select"} <= set(
        find_english(page)
    )
    page.get_by_role("button", name="Choose date", exact=True).click()
    expect(page.get_by_test_id("stDateInputCalendar").get_by_role("button", name="Previous month")).to_be_visible()
    expect(page.get_by_test_id("stDateInputCalendar")).to_contain_text(time.strftime("%B"))
    assert outputs(context, site).evaluate("window.drawn.has('empty') && !window.drawn.has('暂无数据')")
