"""The components in a real browser: codes, captchas, pictures, and the ways to another address."""

import re
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.conftest import ROOT, Visit
from tests.ui.test_components_refusals import FOREIGN

ASSETS = ROOT / "app/ui/components/assets"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("components")]


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
