"""单点登录: staff come in through a real OpenID Connect provider and get a session of ours."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from app.access.single_sign_on import COOKIE
from app.ui.cookies import SESSION
from data.models import StaffAccount
from tests.browser.provider import CLIENT, SECRET, running_provider
from tests.browser.site import free_port, served

pytestmark = pytest.mark.browser


def test_the_providers_identity_becomes_our_session(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with running_provider(free_port()) as provider:
        settings = {
            "CONGYE_PORT": str(port),
            "CONGYE_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "CONGYE_OIDC_METADATA_URL": f"{provider.address}/.well-known/openid-configuration",
            "CONGYE_OIDC_CLIENT_ID": CLIENT,
            "CONGYE_OIDC_CLIENT_SECRET": SECRET,
        }
        with served(f"sqlite:///{tmp_path / 'congye.db'}", tmp_path, 2, **settings) as site:
            with site.database.write() as db:
                db.execute(
                    update(StaffAccount).where(StaffAccount.username == "reviewer").values(sso_name="w@example.org")
                )
            for claims in ({"email": "x@example.org", "email_verified": True}, {"email": "w@example.org"}):
                provider.claims = {"sub": "1", **claims}
                with browser.new_context(locale="zh-CN") as stranger:
                    page = stranger.new_page()
                    page.goto(f"{site.address}/staff_login")
                    page.get_by_role("button", name="单点登录").click()
                    expect(page.get_by_text("您的单点登录身份没有对应的工作人员账号")).to_be_visible(timeout=20_000)
            provider.claims = {"sub": "1", "email": "w@example.org", "email_verified": True}
            with browser.new_context(locale="zh-CN") as context:
                page = context.new_page()
                page.goto(f"{site.address}/staff_login")
                page.get_by_role("button", name="单点登录").click()
                expect(page.get_by_role("button", name="退出")).to_be_visible(timeout=20_000)
                expect(page.get_by_text("审核员")).to_be_visible()
                cookies = {cookie["name"] for cookie in context.cookies()}
                assert SESSION in cookies
                assert not any(name.startswith(COOKIE) for name in cookies)
