"""A served application for browser tests, and what a person at the screen does again and again."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.access.mobiles import national
from app.demo.people import DemoPerson
from data.engine import Database
from data.keys import load_keyring
from data.models import Captcha, LimitWindow
from data.vault import install_vault

ROOT = Path(__file__).parents[2]
PASSWORD = "only for these tests"
WAIT_MILLISECONDS = 20_000


@dataclass(frozen=True)
class Site:
    """A running server and its database."""

    address: str
    database: Database
    home: Path
    environment: dict[str, str]

    def captcha_answer(self) -> str:
        """The answer of the captcha made last; a person would read it off the picture."""
        with self.database.read() as db:
            answer = db.scalar(select(Captcha.answer).order_by(Captcha.id.desc()).limit(1))
        assert answer
        return answer

    def forget_limits(self) -> None:
        """Let the next test send codes at once."""
        with self.database.write() as db:
            for window in db.scalars(select(LimitWindow)):
                db.delete(window)


@contextmanager
def served(address: str, home: Path, people: int) -> Iterator[Site]:
    """A server of its own on a free port over the database at `address`, filled with demo people."""
    environment = {
        **os.environ,
        "CONGYE_HOME": str(home),
        "CONGYE_DATABASE_URL": address,
        "CONGYE_DEMO": "1",
        "CONGYE_DEMO_PASSWORD": PASSWORD,
        "CONGYE_PORT": str(free_port()),
    }
    filled = (sys.executable, "-m", "tests.browser.fill", str(people))
    subprocess.run(filled, cwd=ROOT, env=environment, check=True)
    install_vault(load_keyring(home / "keys" / "keyring.json"))
    database = Database(address)
    log = (home / "server.log").open("wb")
    server = subprocess.Popen([sys.executable, "-m", "app", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        base = f"http://127.0.0.1:{environment['CONGYE_PORT']}"
        _wait(base, server)
        yield Site(base, database, home, environment)
    finally:
        server.terminate()
        server.wait()
        log.close()
        database.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket(AF_INET, SOCK_STREAM)) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(base: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(240):
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{base}/api/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not get ready")


def log_in(page: Page, site: Site, person: DemoPerson) -> None:
    """Log a practitioner in: number, mobile, captcha, and the code out of the outbox."""
    site.forget_limits()
    page.goto(f"{site.address}/login")
    page.get_by_label("证件号").fill(person.number)
    page.get_by_label("手机号码").fill(national(person.mobile))
    page.get_by_role("textbox", name="验证码").fill(site.captcha_answer())
    page.get_by_role("button", name="获取动态密码").click()
    expect(page.get_by_text("验证码已通过")).to_be_visible(timeout=WAIT_MILLISECONDS)
    expect(page.get_by_text(re.compile("短信已发送")).first).to_be_visible(timeout=WAIT_MILLISECONDS)
    page.get_by_role("textbox", name="动态密码").fill(newest_code(page, site, person.mobile))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).to_have_url(f"{site.address}/identity", timeout=WAIT_MILLISECONDS)
    expect(page.get_by_text("个人基本信息").first).to_be_visible(timeout=WAIT_MILLISECONDS)


def newest_code(page: Page, site: Site, mobile: str) -> str:
    """The code in the newest SMS to a mobile, read on the outbox page in another tab."""
    with page.context.new_page() as outbox:
        outbox.goto(f"{site.address}/outbox")
        row = outbox.get_by_role("row").filter(has_text=national(mobile)).first
        found = re.search(r"\b(\d{6})\b", row.inner_text(timeout=WAIT_MILLISECONDS))
    assert found
    return found[1]


def log_in_staff(page: Page, site: Site, username: str, password: str = PASSWORD) -> None:
    """Log a member of staff in."""
    page.goto(f"{site.address}/staff_login")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible(timeout=WAIT_MILLISECONDS)


def type_day(form: Locator, label: str, digits: str) -> None:
    """Type a day such as `20150301` into a date field, as one does: its parts follow one another."""
    form.get_by_role("spinbutton", name=re.compile(f"^{re.escape(label)}[，,].*(年|year)")).click()
    form.page.keyboard.type(digits)
