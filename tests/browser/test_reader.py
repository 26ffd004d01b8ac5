"""人员读卡建档: a real pcscd, the virtual reader, a card of our own, and a clerk at the screen."""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from streamlit.proto.WidgetStates_pb2 import WidgetState

from app.demo import cards
from app.demo.load import PEOPLE
from app.demo.people import DemoPerson, demo_people
from app.dossiers import service as dossiers
from app.dossiers.masking import masked_address
from app.ui.cookies import SESSION
from bench.client import StreamlitClient
from data.models import Dossier, IntakeItem
from tests.browser.databases import on_postgresql, on_sqlite
from tests.browser.site import ROOT, Site, choose, settled
from tests.devices.daemon import Daemon, wait_until_empty
from tests.people import CLERK

pytestmark = pytest.mark.browser

NEWCOMERS = list(demo_people(140))[120:]
FIRST_NEWCOMER = list(demo_people(PEOPLE + 1))[PEOPLE]
"""The one that the demo's panel offers first."""


@pytest.fixture(scope="module")
def simulator(installed_site: Site, pcsc_daemon: Daemon) -> Iterator[None]:
    """A process of its own that keeps the card of the site's home folder on the virtual reader."""
    command = (sys.executable, "-m", "devices.simulator", "--watch", str(installed_site.home / cards.FILE))
    process = subprocess.Popen((*command, "--port", str(pcsc_daemon.port)), cwd=ROOT, stderr=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait()


@pytest.fixture
def reader(site: Site, simulator: None, pcscd: Daemon) -> Iterator[Path]:
    """The home folder whose card lies on the reader; there is none at first."""
    cards.lift(site.home)
    wait_until_empty()
    yield site.home
    cards.lift(site.home)


@pytest.fixture
def window(site: Site, context: BrowserContext, reader: Path) -> Page:
    """The reader page, before a clerk."""
    site.let_in(context, "clerk")
    page = context.new_page()
    page.goto(f"{site.address}/reader")
    expect(page.get_by_text("请将身份证放在读卡器上")).to_be_visible()
    return page


def lay(page: Page, home: Path, person: DemoPerson, kind: str = "resident_id") -> None:
    """Change the card on the reader; the page has seen it empty."""
    cards.lift(home)
    expect(page.get_by_text("请将身份证放在读卡器上")).to_be_visible()
    cards.lay(home, person, 0, kind)


def kept(site: Site, number: str) -> Dossier:
    with site.database.read() as db:
        found = dossiers.known_person(db, CLERK, "resident_id", number)
    assert found is not None
    return found


def test_a_card_laid_down_is_read_shown_and_confirmed_and_read_again_it_updates(
    site: Site, window: Page, reader: Path
) -> None:
    person = NEWCOMERS[0]
    lay(window, reader, person)
    expect(window.get_by_text("新人员：确认后建档")).to_be_visible()
    for text in (person.name, person.number, person.address, person.authority, person.birth_date.isoformat()):
        expect(window.get_by_text(text, exact=True)).to_be_visible()
    expect(window.get_by_role("img", name="照片")).to_be_visible()
    window.get_by_label("手机号（可不填，填写后本人即可登录）").fill("13800009901")
    window.get_by_role("button", name="确认建档").click()
    expect(window.get_by_text(f"{person.name} 已建档，可以读下一张")).to_be_visible()
    file = kept(site, person.number)
    assert (file.address, file.mobile, file.source) == (person.address, "+8613800009901", "card")
    assert file.photo is not None

    moved = cards.card(person, "resident_id", reader / "demo-card.jpg") | {"address": "云江市新港区港湾路9号"}
    cards.lift(reader)
    expect(window.get_by_text("请将身份证放在读卡器上")).to_be_visible()
    cards.write(reader, moved)
    changes = window.get_by_role("table").filter(has_text="原来")
    expect(changes.get_by_role("row", name="家庭住址")).to_contain_text("云江市新港区港湾路9号")
    window.keyboard.press("Enter")
    expect(window.get_by_text(f"{person.name} 的档案已更新，可以读下一张")).to_be_visible()
    assert kept(site, person.number).address == "云江市新港区港湾路9号"

    window.goto(f"{site.address}/people?file={file.id}")
    window.get_by_text("证件信息历史（1 次更改）").click()
    expect(window.get_by_role("row", name="家庭住址").get_by_text(masked_address(person.address))).to_be_visible()


# What a reader does wrong does not depend on the database: one will do.
@on_postgresql
def test_what_is_wrong_with_reader_or_card_is_told_and_the_next_card_works_without_a_reload(
    window: Page, reader: Path, pcscd: Daemon
) -> None:
    lay(window, reader, NEWCOMERS[1], "other")
    expect(window.get_by_text("这不是身份证，或读卡器没有身份证安全模块")).to_be_visible()
    pcscd.stop()
    expect(window.get_by_text("读卡服务 pcscd 没有运行")).to_be_visible()
    pcscd.unplug()
    expect(window.get_by_text("没有找到读卡器")).to_be_visible()
    cards.lift(reader)
    pcscd.plug()
    lay(window, reader, NEWCOMERS[1])
    expect(window.get_by_text(NEWCOMERS[1].number, exact=True)).to_be_visible()
    window.get_by_role("button", name="取消").click()
    expect(window.get_by_text("这张证件已读，请取走，再放下一张")).to_be_visible()


def test_a_card_that_contradicts_itself_is_kept_only_after_a_look_at_the_original(
    site: Site, window: Page, reader: Path
) -> None:
    person = NEWCOMERS[4]
    other = {"1": "2", "2": "1"}[person.sex]
    cards.write(reader, cards.card(person, "resident_id", None) | {"sex": other})
    expect(window.get_by_text("性别与身份证号不一致，请核对证件")).to_be_visible()
    window.get_by_role("button", name="确认建档").click()
    expect(window.get_by_text("性别与身份证号第 17 位不一致，请核对")).to_be_visible()
    window.get_by_text("已对照证件原件").click()
    settled(window)
    window.get_by_role("button", name="确认建档").click()
    expect(window.get_by_text(f"{person.name} 已建档，可以读下一张")).to_be_visible()
    assert kept(site, person.number).sex == other


def test_a_batch_goes_card_after_card_without_the_mouse(
    site: Site, window: Page, reader: Path, person: DemoPerson
) -> None:
    window.get_by_role("tab", name="批量读卡").click()
    window.get_by_label("送办单位（可不填）").fill("云江第一建筑工程有限公司")
    window.keyboard.press("Enter")
    sign = window.locator(".sign")
    expect(sign).to_contain_text("请放上第一张身份证")
    for newcomer in NEWCOMERS[2:4]:
        lay(window, reader, newcomer)
        expect(sign).to_contain_text(newcomer.name)
        expect(sign).to_have_class(re.compile("good"))
    lay(window, reader, NEWCOMERS[2])
    expect(sign).to_contain_text("本批重复")
    lay(window, reader, NEWCOMERS[2], "other")
    expect(sign).to_have_class(re.compile("bad"))

    # A person with other data on the card waits for a key: nobody's data change unseen.
    lay(window, reader, person)
    expect(sign).to_contain_text("信息有变化")
    expect(window.get_by_role("table").filter(has_text="原来")).to_contain_text("照片")
    window.keyboard.press("Enter")
    expect(sign).to_contain_text("已更新")

    window.reload()
    listed = window.get_by_role("table", name="本批清单")
    expect(listed.get_by_role("row")).to_have_count(6)
    for text in ("已更新", "失败：这不是身份证", "本批重复", "新建档"):
        expect(listed.get_by_text(text).first).to_be_visible()
    with site.database.read() as db:
        outcomes = list(db.scalars(select(IntakeItem.outcome).order_by(IntakeItem.id)))
    assert outcomes == ["created", "created", "double", "failed", "updated"]

    links = {name: window.get_by_role("link", name=name).get_attribute("href") for name in ("回执 PDF", "回执 Excel")}
    answers = {name: window.request.get(f"{site.address}{link}") for name, link in links.items()}
    assert answers["回执 PDF"].body().startswith(b"%PDF")
    rows = openpyxl.load_workbook(io.BytesIO(answers["回执 Excel"].body())).worksheets[0].iter_rows(values_only=True)
    assert [row[1] for row in rows][1] == "云江第一建筑工程有限公司"
    window.get_by_role("button", name="结束本批").click()
    expect(window.get_by_role("button", name="开始批量读卡")).to_be_visible()
    expect(window.get_by_role("link", name="回执 PDF")).to_be_visible()


def test_a_card_on_a_bare_reader_is_tied_to_its_file_once_and_opens_it_then(
    site: Site, window: Page, reader: Path, person: DemoPerson
) -> None:
    lay(window, reader, person, "chip")
    window.get_by_label("证件号", exact=True).fill(person.number)
    window.get_by_role("button", name="与档案对应").click()
    file = f"{site.address}/people?file={site.dossier_id(person)}"
    expect(window).to_have_url(file)
    expect(window.get_by_text(f"以后放上这张卡就打开 {person.name} 的档案")).to_be_visible()
    cards.lift(reader)
    window.goto(f"{site.address}/reader")
    lay(window, reader, person, "chip")
    expect(window).to_have_url(file)


# What is drawn when does not depend on the database.
@on_sqlite
def test_a_look_at_the_reader_that_is_answered_late_takes_nothing_from_the_file_that_opened(
    site: Site, reader: Path, person: DemoPerson
) -> None:
    with StreamlitClient(site.address, {SESSION: site.session_of("clerk")}) as tab:
        tab.open("reader")
        told = "请将身份证放在读卡器上"
        watch = next(each.fragment for each in tab.shown.values() if told in getattr(each.proto, "body", ""))
        cards.lay(reader, person, 2, "chip")
        while not tab.has("text_input", "证件号"):
            tab.rerun(fragment=watch)
        tab.fill("text_input", "证件号", person.number)
        button = tab.find("button", "与档案对应")
        watching = {shown.fragment for shown in tab.shown.values()} - {""}
        tab.ask(WidgetState(id=button.id, trigger_value=True), fragment=tab.fragment_of(button.id))
        tab.wait_for_page()
        for fragment in watching:  # Its timer rang before the browser heard of the page.
            tab.ask(fragment=fragment)
        tab.look()
        tab.trigger("arrival", "arrived", value=True)
        tab.wait_seconds = 3
        with suppress(TimeoutError):
            while True:
                tab.look()
        assert person.name in tab.texts()


# What the demo lays down does not come from the database: one will do.
@on_sqlite
def test_the_demo_lays_any_document_down_and_lifts_it(window: Page) -> None:
    window.get_by_text("演示：在虚拟读卡器上放证件").click()
    lay_down = window.get_by_role("button", name="放上", exact=True)
    lay_down.click()
    expect(window.get_by_text("新人员：确认后建档")).to_be_visible()
    expect(window.get_by_text(FIRST_NEWCOMER.number, exact=True)).to_be_visible()
    window.get_by_role("button", name="取走").click()
    expect(window.get_by_text("请将身份证放在读卡器上")).to_be_visible()

    window.get_by_role("tab", name="护照、通行证").click()
    for kind, told in (("外国护照", "签发者未经验证"), ("台湾居民来往大陆通行证", "签发者未经验证")):
        window.get_by_role("button", name="取走").click()
        wait_until_empty()  # The chip that is opened is the next one's, not one that is being swapped for it.
        choose(window.get_by_role("main"), "证件", kind)
        zone = window.get_by_test_id("stCode")
        expect(zone).to_contain_text("P<UTO" if kind == "外国护照" else "CT")
        lay_down.click()
        window.get_by_role("textbox", name="机读码", exact=True).fill(zone.inner_text())
        window.get_by_role("button", name="读取芯片").click()
        expect(window.get_by_text(told)).to_be_visible()
        number = cards.card(FIRST_NEWCOMER, {"外国护照": "passport"}.get(kind, "taiwan_permit"), None)["number"]
        expect(window.get_by_role("definition").filter(has_text=number)).to_be_visible()
        expect(window.get_by_role("img", name="照片")).to_be_visible()
