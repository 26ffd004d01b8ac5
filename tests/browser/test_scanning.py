"""Uploads with ClamAV's own daemon, which the sites of all browser tests have: a virus is told and not taken."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from app.access.rights import Action
from app.demo.people import DemoPerson
from data.models import AuditEntry
from tests.browser.databases import on_sqlite
from tests.browser.site import Site, open_page
from tests.clamav import INFECTED, VIRUS

# What a scanner finds does not come from the database: one will do.
pytestmark = [pytest.mark.browser, on_sqlite]


def test_a_virus_is_told_and_not_taken(site: Site, context: BrowserContext, page: Page, person: DemoPerson) -> None:
    site.let_in(context, person)
    open_page(page, site, "signature", "个人签名信息")
    page.locator("input[type=file]").set_input_files(
        {"name": "采集表.jpg", "mimeType": "image/jpeg", "buffer": INFECTED}
    )
    page.get_by_role("button", name="上传", exact=True).last.click()
    expect(page.get_by_text(f"文件「采集表.jpg」含有病毒（{VIRUS}），未接收")).to_be_visible()
    with site.database.read() as db:
        refused = select(func.count()).where(AuditEntry.action == Action.UPLOAD_REFUSE)
        assert db.scalars(refused.where(AuditEntry.dossier_id == site.dossier_id(person))).one() == 1


def test_the_system_page_tells_how_the_scanner_is(site: Site, context: BrowserContext, page: Page) -> None:
    site.let_in(context, "admin")
    open_page(page, site, "system", "系统设置")
    expect(page.locator("dl").filter(has_text="病毒扫描").first).to_contain_text("正常")
