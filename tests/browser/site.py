"""A served application for browser tests, and what a person at the screen does again and again."""

import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select, update

from app.access import confirmation, sessions
from app.access.mobiles import national
from app.access.rights import Role
from app.access.tokens import new_token
from app.database import key_path
from app.demo.people import DemoPerson
from app.ui.cookies import SESSION
from data.clock import database_now
from data.engine import Database
from data.keys import Keyring, load_keyring
from data.models import Captcha, Dossier, LimitState, OneTimeCode, StaffAccount, UserSession
from data.models.dossier import number_index
from data.vault import install_vault, vault

ROOT = Path(__file__).parents[2]
PASSWORD = "only for these tests"
AT_ONCE = """const animate = Element.prototype.animate;
Element.prototype.animate = function (frames, how) { return animate.call(this, frames, { ...how, duration: 0 }); };"""
BEING_DRAWN = '[data-testid="stApp"][data-test-script-state="running"]'


@dataclass(frozen=True)
class Site:
    """A served application and its database."""

    address: str
    database: Database
    home: Path
    environment: dict[str, str]

    @property
    def keyring(self) -> Keyring:
        """The keys that this site seals personal data with."""
        return load_keyring(key_path(self.home))

    def captcha_answer(self) -> str:
        """The answer of the captcha made last; a person would read it off the picture."""
        with self.database.read() as db:
            answer = db.scalar(select(Captcha.answer).order_by(Captcha.id.desc()).limit(1))
        assert answer
        return answer

    def forget_limits(self) -> None:
        """Let the next test send codes at once."""
        with self.database.write() as db:
            for state in db.scalars(select(LimitState)):
                db.delete(state)

    def expire_codes(self) -> None:
        """Let the 90 seconds of every dynamic password pass."""
        with self.database.write() as db:
            db.execute(update(OneTimeCode).values(expires_at=OneTimeCode.created_at))

    def some_time_passes(self) -> None:
        """Let nobody's log-in or confirmation be fresh any more."""
        with self.database.write() as db:
            db.execute(update(UserSession).values(confirmed_at=database_now(db) - confirmation.CONFIRMED_FOR))

    def dossier_id(self, person: DemoPerson) -> uuid.UUID:
        """The file of a demo person."""
        with self.database.read() as db:
            return db.scalars(select(Dossier.id).where(Dossier.number_index == number_index(person.number))).one()

    def session_of(self, who: DemoPerson | uuid.UUID | str) -> str:
        """The cookie's value of whoever has logged in: a practitioner, also by their file, or staff by user name."""
        if isinstance(who, str):
            account = self.staff(who)
            role, subject_id = Role(account.role), account.id
        else:
            role, subject_id = Role.PRACTITIONER, who if isinstance(who, uuid.UUID) else self.dossier_id(who)
        visit = new_token()
        with self.database.write() as db:
            opened = sessions.redeem(db, visit, sessions.issue_ticket(db, visit, role, subject_id))
        assert opened
        return opened[0]

    def let_in(self, context: BrowserContext, who: DemoPerson | uuid.UUID | str) -> None:
        """Give a browser the cookie of somebody who has logged in; the log-in forms have tests of their own."""
        session = self.session_of(who)
        context.add_cookies([{"name": SESSION, "value": session, "url": self.address, "httpOnly": True}])

    def staff(self, username: str) -> StaffAccount:
        """A member of the demo's staff."""
        with self.database.read() as db:
            return db.scalars(select(StaffAccount).where(StaffAccount.username == username)).one()


@contextmanager
def served(address: str, home: Path, people: int, **environment: str) -> Iterator[Site]:
    """A server of its own on a free port over the empty database at `address`, filled with demo people.

    `environment` holds further settings, as `CONGYE_…`. The site's keys are in use in this process meanwhile.
    """
    with prepared(address, home, people, **environment) as site, running(site):
        yield site


@contextmanager
def prepared(
    address: str, home: Path, people: int, *, fill: str = "tests.browser.fill", **environment: str
) -> Iterator[Site]:
    """The installation of a site, filled by the module `fill`, not running yet."""
    settings = {
        **os.environ,
        "CONGYE_HOME": str(home),
        "CONGYE_DATABASE_URL": address,
        "CONGYE_DEMO": "1",
        "CONGYE_DEMO_PASSWORD": PASSWORD,
        "CONGYE_PORT": str(free_port()),
        "PYTHONPATH": str(ROOT),
        **environment,
    }
    subprocess.run((sys.executable, "-m", fill, str(people)), cwd=ROOT, env=settings, check=True)
    database = Database(address)
    site = Site(f"http://127.0.0.1:{settings['CONGYE_PORT']}", database, home, settings)
    before = vault().keyring
    install_vault(site.keyring)
    try:
        yield site
    finally:
        install_vault(before)
        database.close()


@contextmanager
def running(site: Site, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server of a site, from ready to stopped; `command` starts another one than the product's."""
    command = command or (sys.executable, "-m", "app", "serve")
    with (site.home / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=log, stderr=log)
        try:
            wait_until_ready(site.address, server)
            yield server
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket(AF_INET, SOCK_STREAM)) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(base: str, server: subprocess.Popen[bytes]) -> None:
    """Wait for a server at an address; it must not end before."""
    for _attempt in range(240):
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{base}/api/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not get ready")


def log_in(page: Page, site: Site, person: DemoPerson) -> str:
    """Log a practitioner in: number, mobile, captcha, and the code out of the outbox; returns that code."""
    site.forget_limits()
    fill_in_log_in(page, site, person.number, national(person.mobile))
    page.get_by_role("textbox", name="验证码").fill(site.captcha_answer())
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("验证码已通过")).to_be_visible()
    expect(page.get_by_text(re.compile("短信已发送")).first).to_be_visible()
    code = newest_code(page, site, person.mobile)
    page.get_by_role("textbox", name="动态密码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{site.address}/identity")
    expect(page.get_by_text("个人基本信息").first).to_be_visible()
    return code


def fill_in_log_in(page: Page, site: Site, number: str, mobile: str) -> None:
    """Open the log-in page and type number and mobile; the captcha's picture is there then."""
    page.goto(f"{site.address}/login")
    page.get_by_label("证件号").fill(number)
    page.get_by_label("手机号码").fill(mobile)
    expect(page.get_by_alt_text("验证码图片")).to_be_visible()


def newest_code(page: Page, site: Site, mobile: str) -> str:
    """The code in the newest SMS to a mobile, read on the outbox page in another tab."""
    with page.context.new_page() as outbox:
        outbox.goto(f"{site.address}/outbox")
        row = outbox.get_by_role("row").filter(has_text=national(mobile)).first
        found = re.search(r"\b(\d{6})\b", row.inner_text())
    assert found
    return found[1]


def confirm_by_code(page: Page, site: Site, person: DemoPerson, button: str) -> None:
    """A practitioner shows once more who it is: with a code on the phone, and the button below it."""
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("短信已发送").first).to_be_visible()
    page.get_by_role("textbox", name="动态密码").fill(newest_code(page, site, person.mobile))
    page.get_by_role("button", name=button).click()


def log_in_staff(page: Page, site: Site, username: str, password: str = PASSWORD) -> None:
    """Log a member of staff in."""
    page.goto(f"{site.address}/staff_login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def settled(page: Page) -> None:
    """Wait until the server has drawn all of the page: until then, fields that moved stand there twice."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def patient(page: Page) -> None:
    """Let nothing be done on a page while it moves: what moves away under the pointer is not what was meant.

    Nothing is done while the server draws it, and what Streamlit unrolls in half a second is there at once.
    """
    page.add_init_script(AT_ONCE)
    page.add_locator_handler(page.locator(BEING_DRAWN), _wait)


def _wait() -> None:
    """Playwright goes on by itself once the page is no longer being drawn."""


def type_day(form: Locator, label: str, digits: str) -> None:
    """Type a day such as `20150301` into a date field, as one does: its parts follow one another; then shut the calendar."""
    settled(form.page)
    year = form.get_by_role("spinbutton", name=re.compile(f"^{re.escape(label)}[，,].*(年|year)"))
    expect(year).to_have_count(1)
    year.click()
    form.page.keyboard.type(digits)
    form.page.keyboard.press("Escape")
    expect(form.page.get_by_test_id("stDateInputCalendar")).to_have_count(0)


def choose(form: Locator, label: str, text: str) -> None:
    """Choose from a list by typing what it is called; a list that is open shuts where the page is drawn again."""
    settled(form.page)
    form.get_by_role("combobox", name=label).click()
    form.page.keyboard.type(text)
    form.page.get_by_role("option", name=text, exact=True).click()


def open_page(page: Page, site: Site, address: str, heading: str) -> None:
    """Open a page by its address and wait for its heading."""
    page.goto(f"{site.address}/{address}")
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
