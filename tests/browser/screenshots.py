"""python -m tests.browser.screenshots: takes the pictures of docs/screenshots anew, from a running demo."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from app.audit import trail
from app.demo import cards
from app.demo.people import demo_people
from data.keys import new_keyring
from data.vault import install_vault
from tests.browser.site import ROOT, Site, served, settled
from tests.chromium import WAIT_MILLISECONDS, launch
from tests.devices.daemon import daemon

FOLDER = ROOT / "docs" / "screenshots"
PEOPLE = 60
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it: the demo's first practitioner, or a member of the staff.

    `press` is a button to press first, `until` a text to wait for.
    """

    name: str
    address: str
    staff: str = ""
    size: ViewportSize = field(default_factory=lambda: DESK)
    press: str = ""
    until: str = ""


PICTURES = (
    Picture("education", "education"),
    Picture("education-phone", "education", size=PHONE),
    Picture("people", "people", "reviewer"),
    Picture("review", "review", "reviewer", press="开始审核", until="待审核"),
    Picture("reader", "reader", "clerk", until="新人员：确认后建档"),
)


def main() -> None:
    """Serve a demo over an empty database, with a card on the virtual reader, and take each picture."""
    trail.install()
    install_vault(new_keyring())  # until the demo's own keys are there
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="congye-screenshots-") as folder, sync_playwright() as playwright:
        home = Path(folder)
        chromium = launch(playwright)
        with (
            daemon(home / "pcsc") as pcscd,
            served(f"sqlite:///{home / 'congye.db'}", home, PEOPLE, **pcscd.environment) as site,
            simulated(home, pcscd.port),
        ):
            for picture in PICTURES:
                take(chromium, site, picture)
        chromium.close()


@contextmanager
def simulated(home: Path, port: int) -> Iterator[None]:
    """A newcomer's card on the virtual reader."""
    newcomer = list(demo_people(PEOPLE + 1))[PEOPLE]
    card = cards.lay(home, newcomer, PEOPLE, "resident_id")
    command = (sys.executable, "-m", "devices.simulator", "--port", str(port), str(card))
    with subprocess.Popen(command, cwd=ROOT) as simulator:
        yield
        simulator.terminate()


def take(chromium: Browser, site: Site, picture: Picture) -> None:
    """Open the page and keep what is seen of it."""
    on_phone = picture.size == PHONE
    context = chromium.new_context(locale="zh-CN", viewport=picture.size, is_mobile=on_phone, has_touch=on_phone)
    site.let_in(context, picture.staff or next(iter(demo_people(1))))
    page = context.new_page()
    page.goto(f"{site.address}/{picture.address}")
    drawn(page)
    if picture.press:
        page.get_by_role("button", name=picture.press).click()
    if picture.until:
        expect(page.get_by_text(picture.until).first).to_be_visible(timeout=WAIT_MILLISECONDS)
        drawn(page)
    page.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled")
    context.close()


def drawn(page: Page) -> None:
    """Wait until the page is there with its fonts and pictures."""
    expect(page.get_by_role("main").get_by_role("heading").first).to_be_visible()
    settled(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main()
