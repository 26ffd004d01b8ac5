"""What people type is never markup: hostile texts in every field of every category, looked at on every page."""

import uuid
from dataclasses import dataclass
from itertools import cycle

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.access import accounts
from app.access.rights import SYSTEM, Actor, Role
from app.demo.people import DemoPerson, demo_records
from app.dossiers import service as dossiers
from app.records import review
from app.records import service as records
from data.models import categories, category
from data.models.base import new_id
from tests.browser.databases import on_postgresql
from tests.browser.site import Site, choose, open_page, settled
from tests.people import IDENTITY, id_number

# What a browser makes of a text does not depend on the database that kept it: one will do.
pytestmark = [pytest.mark.browser, on_postgresql]

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    ":red[x] $x^2$ **b**",
    "![](http://evil.example/)",
    "[a](javascript:alert(1))",
    "张\u202e三\u200b丰",
    "=1+1",
)
WAITING = "titles"
"""The category of which a record waits for review."""
NAME = "<b>:red[张]</b> $x^2$ [三](javascript:alert(1))"
INJECTED = "img[src='x'], img[src*='evil'], a[href^='javascript'], .katex, dd b, td b, th b, strong:text-is('b')"


@dataclass(frozen=True)
class Hostile:
    """A person all of whose texts are hostile, and what stands in each category."""

    dossier_id: uuid.UUID
    texts: dict[str, list[str]]
    draft_id: uuid.UUID
    """A record of `WAITING` that is not handed in yet."""

    @property
    def owner(self) -> Actor:
        """That person, logged in."""
        return Actor(Role.PRACTITIONER, self.dossier_id)


@pytest.fixture
def hostile(site: Site, people: list[DemoPerson]) -> Hostile:
    texts: dict[str, list[str]] = {}
    pieces = cycle(HOSTILE)
    identity = {**IDENTITY, "number": id_number("19880808", f"{uuid.uuid4().int % 499 * 2 + 1:03}"), "name": NAME}
    identity |= {"address": HOSTILE[0], "authority": HOSTILE[3]}
    identity["birth_date"] = identity["birth_date"].replace(year=1988, month=8, day=8)
    with site.database.write() as db:
        dossier_id = dossiers.open_file(db, SYSTEM, identity, photo=None, mobile="", source="card").dossier.id
        for key, rows in demo_records(people[0], 0).items():
            row = dict(rows[0])
            for field in category(key).fields:
                if field.kind == "text":
                    row[field.key] = next(piece for piece in pieces if len(piece) <= field.max_length)
                    texts.setdefault(key, []).append(str(row[field.key]))
            records.import_row(db, SYSTEM, dossier_id, category(key), row)
            if key == WAITING:
                owner = Actor(Role.PRACTITIONER, dossier_id)
                draft_id = records.create(db, owner, dossier_id, category(key), new_id(), row)
    return Hostile(dossier_id, texts, draft_id)


def nothing_injected(page: Page) -> None:
    expect(page.locator(INJECTED)).to_have_count(0)


def test_what_people_type_is_shown_as_typed(site: Site, page: Page, context: BrowserContext, hostile: Hostile) -> None:
    site.let_in(context, hostile.dossier_id)
    page.on("dialog", lambda _dialog: pytest.fail("a script ran"))
    page.goto(f"{site.address}/identity")
    for text in (NAME, HOSTILE[0], HOSTILE[3]):
        expect(page.get_by_text(text, exact=True).first).to_be_visible()
    nothing_injected(page)
    for address in dict.fromkeys(each.page for each in categories()):
        page.goto(f"{site.address}/{address}")
        for key in (each.key for each in categories() if each.page == address and each.key in hostile.texts):
            table = page.get_by_role("table", name=category(key).zh)
            expect(table).to_contain_text(hostile.texts[key][0])
        nothing_injected(page)
    page.goto(f"{site.address}/work")
    page.get_by_role("button", name="删除").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    nothing_injected(page)


def test_staff_see_what_people_typed_as_typed(
    site: Site, page: Page, context: BrowserContext, hostile: Hostile
) -> None:
    with site.database.write() as db:
        accounts.invite(db, SYSTEM, f"u{uuid.uuid4().hex[:8]}", HOSTILE[0], Role.CLERK)
    site.let_in(context, "admin")
    page.on("dialog", lambda _dialog: pytest.fail("a script ran"))
    page.goto(f"{site.address}/people?file={hostile.dossier_id}")
    expect(page.get_by_text(NAME, exact=True).first).to_be_visible()
    nothing_injected(page)
    for address, text in (("accounts", HOSTILE[0]), ("audit", NAME)):
        page.goto(f"{site.address}/{address}")
        expect(page.get_by_text(text).first).to_be_visible()
        nothing_injected(page)
    page.goto(f"{site.address}/audit")
    page.get_by_label("人员：姓名、证件号或手机号").fill(HOSTILE[0])
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有找到这个人，请核对")).to_be_visible()
    nothing_injected(page)


def test_reviewers_and_imports_show_what_people_typed_as_typed(
    site: Site, page: Page, context: BrowserContext, hostile: Hostile
) -> None:
    site.let_in(context, "admin")
    page.on("dialog", lambda _dialog: pytest.fail("a script ran"))
    open_page(page, site, "dashboard", "工作台")
    nothing_injected(page)
    with site.database.write() as db:
        review.submit(db, hostile.owner, hostile.dossier_id, category(WAITING), hostile.draft_id)
    open_page(page, site, f"review?category={WAITING}", "审核")
    row = page.get_by_role("row").filter(has_text=NAME)
    nothing_injected(page)
    row.get_by_role("button", name="审核").click()
    for text in (NAME, *hostile.texts[WAITING]):
        expect(page.locator(".cy-case, .cy-one").get_by_text(text, exact=True).first).to_be_visible()
    nothing_injected(page)
    with site.database.write() as db:
        records.delete(db, hostile.owner, hostile.dossier_id, category(WAITING), hostile.draft_id)
    open_page(page, site, "trash", "回收站")
    expect(page.get_by_role("row").filter(has_text=NAME).first).to_be_visible()
    nothing_injected(page)
    open_page(page, site, "imports", "导入")
    choose(page.locator("body"), "导入什么", "注册信息")
    expect(page.get_by_text("必填列：公民证件号码、注册类别")).to_be_visible()
    needed = ("公民证件号码", "注册类别", "注册证书编号", "注册单位", "注册日期（起）", "有效期至", "状态")
    cells = ("1", *HOSTILE[:4], "=1+1", "x", *HOSTILE[:4])
    table = "\r\n".join(",".join(row) for row in ((*needed, *HOSTILE[:4]), cells))
    name = f"{HOSTILE[1]}.csv"
    file = {"name": name, "mimeType": "text/csv", "buffer": table.encode()}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_role("button", name="检查文件")).to_be_visible()
    settled(page)
    expect(page.get_by_text(name, exact=True)).to_be_visible()
    page.get_by_role("combobox", name="注册类别").click()
    expect(page.get_by_role("option", name=HOSTILE[0], exact=True)).to_be_visible()
    nothing_injected(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="检查文件").click()
    wrong = page.get_by_role("region", name="有问题的行")
    for text in (*HOSTILE[:4], "=1+1"):
        expect(wrong).to_contain_text(text)
    nothing_injected(page)
