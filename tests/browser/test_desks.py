"""A card read at the clerk's own desk: agent, daemon, virtual reader and served page, each a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import create_connection

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from data.models import Desk, Dossier
from data.models.dossier import number_index
from devices.virtual_cards import ResidentCard, block_of
from devices.vpcd import Slot
from tests.browser.databases import on_postgresql
from tests.browser.site import ROOT, Site
from tests.chromium import WAIT_MILLISECONDS
from tests.devices.cards import RESIDENT
from tests.devices.documents import portrait


@contextmanager
def agent(config: Path, port: str) -> Iterator[None]:
    """The paired agent while it runs."""
    command = [sys.executable, "-m", "devices.agent", "--config", str(config), "--port", port]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        deadline = time.monotonic() + WAIT_MILLISECONDS / 1000
        while not _listens(int(port)):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    try:
        with closing(create_connection(("127.0.0.1", port), 0.2)):
            return True
    except OSError:
        return False


# What goes on between page and agent does not depend on the database: one will do.
@on_postgresql
def test_a_desk_is_paired_reads_and_is_revoked(
    site: Site, context: BrowserContext, page: Page, slot: Slot, tmp_path: Path
) -> None:
    context.grant_permissions(["local-network-access"], origin=site.address)
    site.let_in(context, "admin")
    page.goto(f"{site.address}/desks")
    page.get_by_role("textbox", name="窗口名称").fill("一号窗口")
    page.get_by_role("button", name="登记").click()
    told = page.get_by_role("status").filter(has_text="配对码")
    code = (told.text_content() or "").partition("配对码：")[2][:10]
    config = tmp_path / "desk.json"
    pair = [sys.executable, "-m", "devices.agent", "--config", str(config), "pair", site.address, code]
    subprocess.run(pair, cwd=ROOT, check=True)
    with site.database.read() as db:
        desk_id = db.scalars(select(Desk.id).where(Desk.name == "一号窗口")).one()

    site.let_in(context, "clerk")
    page.goto(f"{site.address}/reader")
    page.get_by_role("tab", name="本机读卡器").click()
    button = page.get_by_role("button", name="用本机读卡器读卡")
    slot.lay(ResidentCard(block_of(RESIDENT), portrait()))
    with agent(config, site.environment["CONGYE_DESK_PORT"]):
        button.click()
        expect(page.get_by_role("definition").filter(has_text=str(RESIDENT["number"]))).to_be_visible()
        page.get_by_role("button", name="确认").click()
        expect(page.get_by_text(f"{RESIDENT['name']} 已建档")).to_be_visible()
        assert _source(site) == "card"

        site.let_in(context, "admin")
        page.goto(f"{site.address}/desks")
        page.get_by_role("button", name="撤销").click()
        expect(page.get_by_text("已撤销")).to_be_visible()
        site.let_in(context, "clerk")
        page.goto(f"{site.address}/reader")
        page.get_by_role("tab", name="本机读卡器").click()
        page.get_by_role("button", name="用本机读卡器读卡").click()
        expect(page.get_by_role("alert").filter(has_text="已被撤销，不能确认内容来自证件")).to_be_visible()
    with site.database.read() as db:
        assert db.get_one(Desk, desk_id).seen_at is not None


def _source(site: Site) -> str:
    with site.database.read() as db:
        return db.scalars(
            select(Dossier.source).where(Dossier.number_index == number_index(str(RESIDENT["number"])))
        ).one()
