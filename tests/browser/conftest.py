"""Served sites on both databases, and Chinese browsers whose every error fails the test."""

import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize, sync_playwright

from app.access.mobiles import national
from app.demo.people import DemoPerson, demo_people
from data.vault import install_vault, vault
from tests.browser.databases import on
from tests.browser.site import Site, free_port, patient, served
from tests.chromium import WAIT_MILLISECONDS, launch
from tests.clamav import clamd
from tests.postgres import create_database

PEOPLE = 64
KNOWN = 24
"""So many demo people of the beginning are known to tests by their place; each of the others is one test's own."""
DESK: ViewportSize = {"width": 1280, "height": 900}
# Chromium shows a PDF with an extension of its own.
_OURS = re.compile(r"(?:https?|ws)://127\.0\.0\.1[:/]|data:|blob:|about:|chrome(?:-extension)?:")
# Streamlit looks for its server below the page's address first.
_PROBED = re.compile(r"/\w+/_stcore/(health|host-config)$")


@pytest.fixture(scope="package", params=[on("sqlite"), on("postgresql")])
def installed_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for all browser tests of a database."""
    home: Path = tmp_path_factory.mktemp(f"site-{request.param}")
    if request.param == "sqlite":
        address = f"sqlite:///{home / 'congye.db'}"
    else:
        address = create_database(request.getfixturevalue("postgres_url"), f"site_{uuid.uuid4().hex[:12]}")
    before = vault().keyring
    with (
        clamd(home / "clamd") as scanner,
        served(address, home, PEOPLE, CONGYE_DESK_PORT=str(free_port()), CONGYE_CLAMD=scanner) as site,
    ):
        install_vault(before)
        yield site
    told = (home / "server.log").read_text("utf-8", "replace")
    personal = (word for each in demo_people(PEOPLE) for word in (each.number, national(each.mobile), each.address))
    assert [word for word in personal if word in told] == [], "nothing personal stands in the log"


@pytest.fixture
def site(installed_site: Site) -> Iterator[Site]:
    """The served application with its demo people (every fifth without a mobile), its keys in use in this process."""
    before = vault().keyring
    install_vault(installed_site.keyring)
    installed_site.forget_limits()
    yield installed_site
    install_vault(before)


@pytest.fixture(scope="session")
def people() -> list[DemoPerson]:
    """The site's demo people; the first one has records in every category."""
    return list(demo_people(PEOPLE))


@pytest.fixture(scope="package")
def untouched(installed_site: Site, people: list[DemoPerson]) -> Iterator[DemoPerson]:
    """Demo people with a mobile whom no other test of this site changes; each is taken once."""
    return (person for index, person in enumerate(people) if index >= KNOWN and index % 5 != 4)


@pytest.fixture
def person(untouched: Iterator[DemoPerson]) -> DemoPerson:
    """A demo person of this test's own."""
    return next(untouched)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. It ends with this folder's tests: while it is there, no other event loop runs in this process."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What scripts on the pages complained of; a test that provokes errors takes them out."""
    return []


@pytest.fixture
def context(browser: Browser, complaints: list[str]) -> Iterator[BrowserContext]:
    """A Chinese browser of its own. A script's error on one of its pages, or a call to another host, fails the test."""

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not _PROBED.search(message.location["url"]):
            complaints.append(f"{message.text} {message.location['url']}")

    def follow(request: Request) -> None:
        if not _OURS.match(request.url):
            complaints.append(f"asked elsewhere: {request.url}")

    with closing(browser.new_context(locale="zh-CN", viewport=DESK)) as context:
        context.set_default_timeout(WAIT_MILLISECONDS)
        context.on("page", patient)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", note)
        context.on("request", follow)
        yield context
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of that browser."""
    return context.new_page()
