"""python -m tests.browser.screenshots: takes the pictures of docs/screenshots anew, from a running demo."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from app.audit import trail
from app.demo.people import demo_people
from tests.browser.site import ROOT, Site, served, settled
from tests.chromium import launch

FOLDER = ROOT / "docs" / "screenshots"
PEOPLE = 60
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Picture:
    """A page as somebody sees it: the demo's first practitioner, or a member of the staff."""

    name: str
    address: str
    staff: str = ""
    size: ViewportSize = field(default_factory=lambda: DESK)


PICTURES = (
    Picture("education", "education"),
    Picture("education-phone", "education", size=PHONE),
    Picture("people", "people", "reviewer"),
    Picture("reader", "reader", "clerk"),
)


def main() -> None:
    """Serve a demo over an empty database and take each picture."""
    trail.install()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="congye-screenshots-") as folder, sync_playwright() as playwright:
        home = Path(folder)
        chromium = launch(playwright)
        with served(f"sqlite:///{home / 'congye.db'}", home, PEOPLE) as site:
            for picture in PICTURES:
                take(chromium, site, picture)
        chromium.close()


def take(chromium: Browser, site: Site, picture: Picture) -> None:
    """Open the page and keep what is seen of it."""
    on_phone = picture.size == PHONE
    context = chromium.new_context(locale="zh-CN", viewport=picture.size, is_mobile=on_phone, has_touch=on_phone)
    site.let_in(context, picture.staff or next(iter(demo_people(1))))
    page = context.new_page()
    page.goto(f"{site.address}/{picture.address}")
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
