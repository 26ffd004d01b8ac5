"""账号管理 and 操作日志: invited, first log-in, second factor, locked out; and all of it on record."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select, update

from app.access.rights import Action
from app.cli import parser
from app.commands import CHAIN_ERROR, OK
from app.commands import audit as audit_commands
from data.clock import database_now
from data.models import AuditEntry, StaffAccount
from tests.browser.site import Site, choose, patient, settled

pytestmark = pytest.mark.browser

OWN_PASSWORD = "correct horse battery"


def give_password(page: Page, site: Site, username: str, password: str) -> None:
    page.goto(f"{site.address}/staff_login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def choose_own_password(page: Page) -> None:
    """The first log-in: a common password is refused, an own one is taken."""
    for chosen, answer in (
        ("passwordpassword", page.get_by_text("这个密码太常见")),
        (OWN_PASSWORD, page.get_by_role("button", name="退出")),
    ):
        page.get_by_label("新密码").fill(chosen)
        page.get_by_label("再输入一次").fill(chosen)
        page.get_by_role("button", name="保存并登录").click()
        expect(answer).to_be_visible()


def enrol(page: Page) -> tuple[str, str]:
    """Switch the second factor on; returns its secret and the code that was used."""
    page.get_by_role("link", name="我的账号").click()
    form = page.get_by_test_id("stForm").filter(has_text="启用两步验证")
    for given in ("not the password", OWN_PASSWORD):
        form.get_by_label("现在的密码").fill(given)
        form.get_by_role("button", name="启用两步验证").click()
        if given != OWN_PASSWORD:
            expect(page.get_by_text("现在的密码不正确")).to_be_visible()
    key = page.locator("dl").filter(has_text="密钥").locator("dd")
    secret = key.inner_text().replace(" ", "")
    expect(page.get_by_alt_text("身份验证器二维码")).to_be_visible()
    code = pyotp.TOTP(secret).now()
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="确认启用").click()
    expect(page.get_by_text(re.compile(r"^[0-9a-f]{7}(-[0-9a-f]{7}){3}$"))).to_have_count(10)
    page.get_by_role("button", name="我已记下备用码").click()
    expect(page.get_by_text(re.compile("启用，还有 10 个备用码"))).to_be_visible()
    return secret, code


def test_a_member_of_staff_is_invited_gets_in_with_two_factors_and_is_locked_out(
    site: Site, page: Page, context: BrowserContext, browser: Browser
) -> None:
    site.let_in(context, "admin")
    page.goto(f"{site.address}/accounts")
    page.get_by_role("button", name="新增账号").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("用户名").fill("wang.li")
    dialog.get_by_label("姓名").fill("王丽")
    dialog.get_by_role("button", name="新增", exact=True).click()
    expect(dialog.get_by_text("请把初始密码交给本人")).to_be_visible()
    initial = dialog.locator("dd").inner_text()
    dialog.get_by_role("button", name="关闭").last.click()
    row = page.get_by_role("row").filter(has_text="wang.li")
    expect(row).to_contain_text("待改密码")

    with browser.new_context(locale="zh-CN") as theirs:
        theirs.on("page", patient)
        own = theirs.new_page()
        give_password(own, site, "wang.li", initial)
        choose_own_password(own)
        secret, used = enrol(own)
        own.get_by_role("button", name="退出", exact=True).click()
        expect(own).to_have_url(f"{site.address}/login")

        give_password(own, site, "wang.li", OWN_PASSWORD)
        own.get_by_label("验证码").fill(used)
        own.get_by_role("button", name="登录", exact=True).click()
        expect(own.get_by_text("验证码不正确、已过期或已使用")).to_be_visible()
        with site.database.write() as db:
            step = int((database_now(db) - timedelta(seconds=120)).timestamp()) // 30
            db.execute(update(StaffAccount).where(StaffAccount.username == "wang.li").values(totp_used=step))
        own.get_by_label("验证码").fill(pyotp.TOTP(secret).now())
        own.get_by_role("button", name="登录", exact=True).click()
        expect(own.get_by_role("button", name="退出")).to_be_visible()

        page.get_by_role("button", name="管理 wang.li").click()
        dialog.get_by_role("button", name="锁定").click()
        expect(dialog.get_by_text("账号已锁定，登录都已退出")).to_be_visible()
        own.reload()
        expect(own.get_by_text("请先登录")).to_be_visible()
        give_password(own, site, "wang.li", OWN_PASSWORD)
        expect(own.get_by_text("用户名或密码不正确")).to_be_visible()

    page.goto(f"{site.address}/audit")
    page.get_by_role("button", name="下一页").click()
    expect(page.get_by_role("row").filter(has_text="状态：启用 → 已锁定")).to_have_count(0)
    page.get_by_role("button", name="上一页").click()
    locked = page.get_by_role("row").filter(has_text="管理账号").first
    expect(locked).to_contain_text("状态：启用 → 已锁定")
    expect(locked).to_contain_text("管理员")
    choose(page.get_by_role("main"), "操作", "登录")
    expect(page.get_by_role("row").filter(has_text="管理账号")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="王丽").first).to_contain_text("登录")


def test_an_administrator_ends_somebodys_log_in_and_the_trail_of_it_cannot_be_rewritten(
    site: Site, page: Page, browser: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site.let_in(page.context, "admin")
    with browser.new_context(locale="zh-CN") as theirs:
        site.let_in(theirs, "reviewer")
        theirs.on("page", patient)
        own = theirs.new_page()
        own.goto(f"{site.address}/people")
        expect(own.get_by_role("button", name="退出")).to_be_visible()
        page.goto(f"{site.address}/accounts")
        page.get_by_role("tab", name="登录会话").click()
        theirs_now = page.get_by_role("row").filter(has_text="审核员")
        expect(theirs_now.first).to_be_visible()
        settled(page)
        others = theirs_now.count() - 1  # of the tests before this one; who was seen last stands first
        theirs_now.first.get_by_role("button", name="退出登录").click()
        expect(theirs_now).to_have_count(others)
        own.reload()
        expect(own.get_by_text("请先登录")).to_be_visible()
    with site.database.read() as db:
        written = AuditEntry.action == Action.SESSION_MANAGE
        number = db.scalars(select(func.max(AuditEntry.number)).where(written)).one()
    for action, found in (
        (Action.SESSION_BEGIN, (CHAIN_ERROR, f"row {number} was changed\n")),
        (Action.SESSION_MANAGE, (OK, "")),
    ):
        with site.database.write() as db:
            db.execute(update(AuditEntry).where(AuditEntry.number == number).values(action=action))
        assert verify(site, monkeypatch, capsys) == found


def verify(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """`audit verify` over the site's database: its code, and what it complains of."""
    monkeypatch.setattr(audit_commands, "database", lambda: site.database)
    given = parser().parse_args(["audit", "verify"])
    code: int = given.run(given)
    return code, capsys.readouterr().err
