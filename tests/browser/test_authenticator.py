"""身份验证器: a practitioner switches it on, is asked for it at the log-in, and has it reset at the window."""

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update

from app.access.mobiles import national
from app.demo.people import DemoPerson
from data.models import Authenticator
from tests.browser.databases import on_sqlite
from tests.browser.site import Site, confirm_by_code, fill_in_log_in, newest_code, open_page, patient

# Both databases show it in its own tests of the services.
pytestmark = [pytest.mark.browser, on_sqlite]


def switch_on(page: Page, site: Site, person: DemoPerson) -> str:
    """Switch the app on some time after the log-in; returns its secret."""
    site.some_time_passes()
    open_page(page, site, "account", "我的账号")
    page.get_by_role("button", name="启用身份验证器").click()
    confirm_by_code(page, site, person, "确认身份")
    expect(page.get_by_alt_text("身份验证器二维码")).to_be_visible()
    secret = page.locator("dl").filter(has_text="密钥").locator("dd").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="确认启用").click()
    expect(page.get_by_text("身份验证器已启用")).to_be_visible()
    return secret


def test_a_practitioner_logs_in_with_sms_and_app_until_the_window_resets_a_lost_one(
    site: Site, page: Page, context: BrowserContext, browser: Browser, person: DemoPerson
) -> None:
    site.let_in(context, person)
    secret = switch_on(page, site, person)
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page).to_have_url(f"{site.address}/login")

    site.forget_limits()
    fill_in_log_in(page, site, person.number, national(person.mobile))
    page.get_by_role("textbox", name="验证码").fill(site.captcha_answer())
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("短信已发送").first).to_be_visible()
    page.get_by_role("textbox", name="动态密码").fill(newest_code(page, site, person.mobile))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("请输入身份验证器应用显示的 6 位数字")).to_be_visible()
    expect(page).to_have_url(f"{site.address}/login")
    with site.database.write() as db:
        # Its code of now was used when it was switched on.
        mine = Authenticator.dossier_id == site.dossier_id(person)
        db.execute(update(Authenticator).where(mine).values(totp_used=None))
    right = pyotp.TOTP(secret).now()
    for code, seen in (
        (f"{(int(right) + 7) % 1_000_000:06}", page.get_by_text("验证码不正确、已过期或已使用")),
        (right, page.get_by_role("button", name="退出", exact=True)),
    ):
        page.get_by_label("验证码").fill(code)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(seen).to_be_visible()
    expect(page).to_have_url(f"{site.address}/identity")

    with browser.new_context(locale="zh-CN") as window:
        window.on("page", patient)
        site.let_in(window, "clerk")
        file = window.new_page()
        open_page(file, site, f"people?file={site.dossier_id(person)}", person.name)
        file.get_by_text("重置身份验证器").first.click()
        file.get_by_label("原因").fill("手机丢失")
        file.get_by_text("本人在场，证件已核对").click()
        file.get_by_role("button", name="重置身份验证器").click()
        expect(file.get_by_text("身份验证器已重置，已短信通知本人")).to_be_visible()
        expect(file.get_by_text("重置身份验证器")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("请先登录")).to_be_visible()
