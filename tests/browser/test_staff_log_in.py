"""工作人员登录: streamlit-authenticator checks the password, the session is ours and no script can read it."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.ui.cookies import SESSION
from tests.browser.site import PASSWORD, Site, log_in_staff, open_page
from tests.english_left import find_english

pytestmark = pytest.mark.browser


def test_staff_get_in_by_password_and_hold_only_our_session(site: Site, context: BrowserContext, page: Page) -> None:
    open_page(page, site, "staff_login", "工作人员登录")
    assert find_english(page) == []
    for username, password in (("admin", "wrong password"), ("nobody", PASSWORD)):
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码", exact=True).fill(password)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_text("用户名或密码不正确")).to_be_visible()
    assert find_english(page) == []

    site.forget_limits()  # after a wrong password the next one has to wait
    log_in_staff(page, site, "admin")
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()
    held = {cookie.get("name"): cookie for cookie in context.cookies()}
    assert held[SESSION].get("httpOnly")
    # Streamlit's token against forged uploads is all that a script can read.
    assert re.fullmatch(r"_streamlit_xsrf=[^;]*", page.evaluate("document.cookie"))

    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url(f"{site.address}/login")
    context.add_cookies([held[SESSION]])  # type: ignore[list-item]
    page.goto(f"{site.address}/people")
    expect(page.get_by_role("main").get_by_text("请先登录")).to_be_visible()
