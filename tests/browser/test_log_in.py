"""短信用户登录: in by captcha and dynamic password, still in after a reload and in a second tab, out for good."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.access.mobiles import national
from app.demo.people import DemoPerson
from app.ui.cookies import SESSION, Visits
from tests.browser.site import Site, fill_in_log_in, log_in, newest_code

pytestmark = pytest.mark.browser

WRONG_CODE = re.compile("动态密码错误、已使用或已过期（90 秒内有效），请核对或重新获取")


def test_a_practitioner_gets_in_with_captcha_and_dynamic_password(
    site: Site, page: Page, people: list[DemoPerson]
) -> None:
    person = people[0]
    page.clock.install()
    fill_in_log_in(page, site, person.number, national(person.mobile))
    picture = page.get_by_alt_text("验证码图片")
    former = picture.get_attribute("src")

    page.get_by_role("textbox", name="验证码").fill("????")
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("请填写正确的验证码")).to_be_visible()
    expect(picture).not_to_have_attribute("src", former or "")
    expect(page.get_by_role("textbox", name="验证码")).to_have_value("")

    former = picture.get_attribute("src")
    page.get_by_role("button", name="看不清，换一张").click()
    expect(picture).not_to_have_attribute("src", former or "")

    page.get_by_role("button", name="听验证码").click()
    expect(page.locator("audio")).to_have_attribute("src", re.compile("^data:audio/wav"))
    page.get_by_role("textbox", name="验证码").fill(site.captcha_answer().lower())
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("验证码已通过")).to_be_visible()
    timer = page.get_by_role("timer")
    expect(timer).to_have_text(re.compile(r"^短信已发送，(90|8\d) 秒内有效$"))
    expect(page.get_by_role("button", name="重新获取 (")).to_be_disabled()

    expired = newest_code(page, site, person.mobile)
    page.get_by_role("textbox", name="动态密码").fill(str((int(expired) + 1) % 1_000_000).zfill(6))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text(WRONG_CODE)).to_be_visible()

    page.clock.fast_forward(45_000)
    expect(timer).to_have_text(re.compile(r"^短信已发送，(4\d|3\d) 秒内有效$"))
    page.clock.fast_forward(50_000)
    expect(timer).to_have_text("动态密码已过期，请重新获取")
    site.expire_codes()
    page.get_by_role("textbox", name="动态密码").fill(expired)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text(WRONG_CODE)).to_be_visible()

    site.forget_limits()
    page.get_by_role("button", name="重新获取", exact=True).click()
    expect(timer).to_have_text(re.compile(r"^短信已发送"))
    page.get_by_role("textbox", name="动态密码").fill(newest_code(page, site, person.mobile))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{site.address}/identity")
    expect(page.get_by_text(person.number)).to_be_visible()


def test_a_log_in_lasts_over_reload_and_tabs_and_ends_with_the_log_out(
    site: Site, context: BrowserContext, page: Page, people: list[DemoPerson]
) -> None:
    person = people[1]
    code = log_in(page, site, person)
    page.reload()
    expect(page.get_by_text(person.number)).to_be_visible()

    second = context.new_page()
    second.goto(f"{site.address}/work")
    expect(second.get_by_role("heading", name="工作经历")).to_be_visible()

    held = {cookie["name"]: cookie for cookie in context.cookies() if "name" in cookie}
    for name in (SESSION, Visits.name):
        assert held[name].get("httpOnly")
        assert held[name].get("sameSite") == "Lax"
        assert not held[name].get("secure")

    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(f"{site.address}/login")
    expect(page.get_by_role("heading", name="短信用户登录")).to_be_visible()
    assert SESSION not in {cookie.get("name") for cookie in context.cookies()}
    second.reload()
    expect(second.get_by_text("请先登录")).to_be_visible()
    expect(second.get_by_role("heading", name="工作经历")).to_have_count(0)

    site.forget_limits()
    fill_in_log_in(page, site, person.number, national(person.mobile))
    page.get_by_role("textbox", name="验证码").fill(site.captcha_answer())
    page.get_by_role("textbox", name="动态密码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text(WRONG_CODE)).to_be_visible()


def test_an_unknown_pair_is_told_to_register(site: Site, page: Page, people: list[DemoPerson]) -> None:
    fill_in_log_in(page, site, people[0].number, national(people[1].mobile))
    page.get_by_role("textbox", name="验证码").fill(site.captcha_answer())
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("该证件号及手机号未注册过短信用户，请先注册后再行登录")).to_be_visible()
    page.get_by_role("button", name="短信用户注册").click()
    expect(page).to_have_url(f"{site.address}/register")
