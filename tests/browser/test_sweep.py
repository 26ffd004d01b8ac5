"""Every page's address asked for as every role, and as the first request of all: nothing shows that is not theirs."""

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.access.rights import STAFF, Role
from app.demo.people import DemoPerson
from app.ui.cookies import SESSION
from app.ui.menu import Entry, entries
from bench.client import StreamlitClient
from tests.browser.databases import on_sqlite
from tests.browser.site import Site, free_port, prepared, running, wait_until_ready

pytestmark = pytest.mark.browser

WHO = {Role.CLERK: "clerk", Role.REVIEWER: "reviewer", Role.ADMINISTRATOR: "admin"}
FORBIDDEN = "您没有权限进行此操作"
MAIN = 0
"""Where Streamlit's messages begin their way to the main part of the page; the side bar and events have others."""
LOG_IN = {"heading", "html", "text_input", "bidi_component", "button", "page_link"}
"""What a form to log in is made of."""
FIRST = (
    (Role.VISITOR, "identity"),
    (Role.VISITOR, "people"),
    (Role.PRACTITIONER, "audit"),
    (Role.CLERK, "imports"),
    (Role.REVIEWER, "accounts"),
    (Role.ADMINISTRATOR, "work"),
)
"""What is asked for first of all after a start, and by whom."""


# What a guard says does not come from the database: one will do.
@on_sqlite
@pytest.mark.parametrize("role", [Role.VISITOR, Role.PRACTITIONER, *STAFF])
def test_an_address_shows_a_role_only_what_is_theirs(site: Site, people: list[DemoPerson], role: Role) -> None:
    cookies = {} if role is Role.VISITOR else {SESSION: site.session_of(WHO.get(role) or people[7])}
    foreign = [entry for entry in entries() if role not in entry.open_to and entry.roles != (Role.VISITOR,)]
    assert foreign
    for entry in foreign:
        # Without a browser: what the server sends is looked at, not only what Chromium shows of it.
        with StreamlitClient(site.address, dict(cookies)) as tab:
            tab.open(entry.address)
            sent = [shown for path, shown in tab.shown.items() if path[0] == MAIN and shown.kind != "block"]
        if role is not Role.VISITOR:
            assert [shown.proto.body for shown in sent] == [
                f'<div class="cy-message cy-error" role="alert">{FORBIDDEN}</div>'
            ]
            continue
        assert [shown.proto.body for shown in sent if shown.kind == "heading"] == [heading_for(entry)]
        assert any("请先登录" in shown.proto.body for shown in sent if shown.kind == "html")
        assert {shown.kind for shown in sent} <= LOG_IN


def heading_for(entry: Entry) -> str:
    return "短信用户登录" if Role.PRACTITIONER in entry.open_to else "工作人员登录"


def opened(context: BrowserContext, site: Site, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{site.address}/{address}", wait_until="commit")
    return page


def turned_away(page: Page, entry: Entry, role: Role) -> None:
    """The page shows the way to log in, or the refusal and nothing else."""
    main = page.get_by_role("main")
    if role is Role.VISITOR:
        expect(main.get_by_text("请先登录")).to_be_visible()
        expect(main.get_by_role("heading", name=heading_for(entry))).to_be_visible()
        expect(main.get_by_role("heading")).to_have_count(1)
    else:
        expect(main.get_by_role("alert")).to_have_text(FORBIDDEN)
        assert main.inner_text().strip() == FORBIDDEN
    expect(main.get_by_role("table")).to_have_count(0)


@pytest.mark.xdist_group("sqlite")
def test_the_first_request_after_a_start_shows_nothing_either(
    browser: Browser, tmp_path: Path, people: list[DemoPerson]
) -> None:
    by_address = {entry.address: entry for entry in entries()}
    with prepared(f"sqlite:///{tmp_path / 'congye.db'}", tmp_path, 1) as site:
        # A server for each first request, all forked from one; the site's own port is the first one's.
        ports = [site.environment["CONGYE_PORT"], *(str(free_port()) for _ in FIRST[1:])]
        with running(site, sys.executable, "-m", "tests.browser.forked", *ports) as servers:
            for (role, address), port in zip(FIRST, ports, strict=True):
                asked = replace(site, address=f"http://127.0.0.1:{port}")
                wait_until_ready(asked.address, servers)
                with closing(browser.new_context(locale="zh-CN")) as context:
                    if role is not Role.VISITOR:
                        asked.let_in(context, people[0] if role is Role.PRACTITIONER else WHO[role])
                    turned_away(opened(context, asked, address), by_address[address], role)


@pytest.mark.xdist_group("sqlite")
def test_a_restart_of_the_server_logs_nobody_out(browser: Browser, tmp_path: Path, people: list[DemoPerson]) -> None:
    with prepared(f"sqlite:///{tmp_path / 'congye.db'}", tmp_path, 1) as site:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        with running(site):
            site.let_in(context, people[0])
            page.goto(f"{site.address}/identity")
            expect(page.get_by_text(people[0].number)).to_be_visible()
        with running(site):
            page.goto(f"{site.address}/work")
            expect(page.get_by_role("heading", name="工作经历")).to_be_visible()
            context.close()
