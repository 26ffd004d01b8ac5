"""Pages in Chromium, and what goes over their WebSockets, beside a bare Streamlit application with the same widgets.

What is timed begins with the click (or the address) and ends with the frame that shows what was waited for. The clock is the
page's own.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright
from sqlalchemy import delete

from bench.client import RunFailedError, StreamlitClient
from bench.rows import Row, Times, in_turns
from bench.served import ROWS, Installation, Server, both, fill_queue, on_both
from data.models import category
from tests.browser.site import choose, settled
from tests.chromium import launch

WARM, RUNS, ROUNDS = 2, 12, 5
MOST_REVIEW, MOST_CATEGORY, MOST_BYTES, MOST_DASHBOARD = 1.5, 1.3, 1.3, 1.5
PARTNER = "bare Streamlit page, same widgets"
SCREEN: ViewportSize = {"width": 1280, "height": 900}
HELP = """
window.all = (selector, root = document) => [
  ...root.querySelectorAll(selector),
  ...[...root.querySelectorAll("div")].flatMap((each) => (each.shadowRoot ? all(selector, each.shadowRoot) : [])),
];
window.shown = (selector, text = "") =>
  all(selector).find((each) => each.getClientRects().length && each.textContent.includes(text));
window.picture = () => all("img").find((each) => each.complete && each.naturalWidth > 400);
window.told = () => document.querySelector(".cy-case")?.parentElement.textContent;
window.until = async (done) => {
  const end = performance.now() + 60000;
  while (!done()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${done}`);
    await new Promise(requestAnimationFrame);
  }
  return performance.now();
};
"""


@dataclass(frozen=True)
class Tab:
    """One tab on one of the servers."""

    page: Page
    address: str

    def open(self, path: str, done: str) -> float:
        """Milliseconds from the address to what is waited for."""
        self.page.goto(f"{self.address}/{path}", wait_until="commit")
        return self._settled(f"() => until(() => {done})")

    def click(self, button: str, done: str, before: str = "null") -> float:
        """Milliseconds from the click to what is waited for; `before` is looked up before it."""
        return self._settled(
            f"""async () => {{
              const [before, button] = [{before}, shown("button", "{button}")];
              const began = performance.now();
              button.click();
              return (await until(() => {done})) - began;
            }}"""
        )

    def _settled(self, script: str) -> float:
        took = float(self.page.evaluate(script))
        settled(self.page)
        return took


def run() -> list[Row]:
    """All rows, on both databases."""
    return on_both(_measured_of)


def _measured_of(installation: Installation) -> list[Row]:
    """The dashboard comes last, when there are decisions to show."""
    with both(installation) as (ours, bare), sync_playwright() as playwright:
        fill_queue(installation)
        browser = launch(playwright)
        rows = [
            *_reviews(browser, installation, ours, bare),
            *_categories(browser, installation, ours, bare),
            _dashboard(browser, installation, ours, bare),
            *_bytes(installation, ours, bare),
        ]
        browser.close()
    return rows


@contextmanager
def _tab(browser: Browser, server: Server, cookies: dict[str, str] | None = None) -> Iterator[Tab]:
    context = browser.new_context(locale="zh-CN", viewport=SCREEN)
    context.add_init_script(HELP)
    if cookies:
        context.add_cookies([{"name": name, "value": value, "url": server.address} for name, value in cookies.items()])
    yield Tab(context.new_page(), server.address)
    context.close()


def _measured(ours: Callable[[], float], bare: Callable[[], float], runs: int = RUNS) -> Times:
    """Both in turns, by the clock of the page."""
    times = Times()
    in_turns(lambda: times.ours.append(ours()), lambda: times.theirs.append(bare()), runs, warm=WARM)
    del times.ours[:WARM], times.theirs[:WARM]
    return times


def _reviews(browser: Browser, installation: Installation, ours: Server, bare: Server) -> list[Row]:
    """A record is approved and the next one stands there, without and with a scan."""
    cookies = installation.cookies("reviewer")
    works = {
        "work": ("review: next record after approval", "told() && told() !== before", "told()"),
        "skills": (
            "review: next record and its scan after approval",
            "told() && told() !== before[0] && picture() && picture().src !== before[1]",
            "[told(), picture().src]",
        ),
    }
    found = []
    with ExitStack() as stack:
        our_tab = stack.enter_context(_tab(browser, ours, cookies))
        bare_tab = stack.enter_context(_tab(browser, bare))
        for kind, (work, done, before) in works.items():
            our_tab.open(
                f"review?category={kind}", 'shown("button", "开始审核") && !shown("button", "开始审核").disabled'
            )
            our_tab.click("开始审核", 'told() && shown("button", "通过")')
            bare_tab.open(f"review?category={kind}", 'told() && shown("button", "通过")')
            if kind == "skills":
                for tab in (our_tab, bare_tab):
                    tab.page.evaluate("() => until(picture)")
            approve = [partial(tab.click, "通过", done, before) for tab in (our_tab, bare_tab)]
            times = _measured(approve[0], approve[1])
            found.append(times.row(work, PARTNER, most=MOST_REVIEW))
    return found


def _categories(browser: Browser, installation: Installation, ours: Server, bare: Server) -> list[Row]:
    """The page of work experience by its address, its form, and a row saved."""
    owner = installation.people[0]
    steps: dict[str, Times] = {"first show": Times(), "open the form": Times(), "save, row visible": Times()}
    with ExitStack() as stack:
        our_tab = stack.enter_context(_tab(browser, ours, installation.cookies(owner)))
        bare_tab = stack.enter_context(_tab(browser, bare))

        for run in range(-WARM, RUNS):
            name = f"新单位{run}"
            for is_ours in (run % 2 == 0, run % 2 == 1):
                took = _visit(our_tab if is_ours else bare_tab, name)
                if run >= 0:
                    for times, milliseconds in zip(steps.values(), took, strict=True):
                        (times.ours if is_ours else times.theirs).append(milliseconds)
            _forget(installation, name)
    return [times.row(f"category page: {step}", PARTNER, most=MOST_CATEGORY) for step, times in steps.items()]


def _visit(tab: Tab, name: str) -> list[float]:
    return [
        tab.open("work", f'all("tbody tr").length === {ROWS} && shown("button", "新增")'),
        tab.click("新增", 'shown("[role=dialog] button", "保存") && all("[role=dialog] input").length >= 7'),
        _save(tab, name),
    ]


def _save(tab: Tab, name: str) -> float:
    form = tab.page.get_by_role("dialog")
    _fill(form, name)
    return tab.click("保存", f'shown("tbody tr", "{name}") && !shown("[role=dialog]")')


def _fill(form: Locator, name: str) -> None:
    form.get_by_label("工作单位").fill(name)
    _type_day(form, "起止时间", "20150301")
    _type_day(form, "结束时间", "20161130")
    choose(form, "职称", "工程师")
    form.get_by_label("职务").fill("技术员")
    form.get_by_label("从事工作专业").fill("建筑工程")


def _type_day(form: Locator, label: str, digits: str) -> None:
    """Type a day into a date field; where Streamlit's own texts are English, a part is called “year, label”."""
    form.get_by_role("spinbutton", name=re.compile(f"^({label}.*年|year.*{label})")).click()
    form.page.keyboard.type(digits)
    form.page.keyboard.press("Escape")
    expect(form.page.get_by_test_id("stDateInputCalendar")).to_have_count(0)


def _dashboard(browser: Browser, installation: Installation, ours: Server, bare: Server) -> Row:
    done = 'shown(".cy-tiles") && shown(".cy-facts", "短信") && all(".cy-bars").length === 2 && all("canvas, svg.marks").length'
    with ExitStack() as stack:
        our_tab = stack.enter_context(_tab(browser, ours, installation.cookies("reviewer")))
        bare_tab = stack.enter_context(_tab(browser, bare))
        times = _measured(lambda: our_tab.open("dashboard", done), lambda: bare_tab.open("dashboard", done))
    return times.row("dashboard open", PARTNER, most=MOST_DASHBOARD)


def _bytes(installation: Installation, ours: Server, bare: Server) -> list[Row]:
    """What both ends of a WebSocket sent, for the same steps. How much of a run that another follows is sent depends on
    the moment, so the steps are taken several times."""
    counted = {name: Times() for name in (*(f"category page: {step}" for step in _STEPS), "review: next record")}
    with ExitStack() as stack:
        mine, its, reviewer, its_reviewer = (
            stack.enter_context(StreamlitClient(server.address, cookies))
            for server, cookies in (
                (ours, installation.cookies(installation.people[0])),
                (bare, {}),
                (ours, installation.cookies("reviewer")),
                (bare, {}),
            )
        )
        reviewer.open("review?category=work")
        reviewer.click("开始审核")
        its_reviewer.open("review?category=work")
        for _round in range(ROUNDS):
            for step, act in _STEPS.items():
                counted[f"category page: {step}"].ours.append(_sent(mine, act))
                counted[f"category page: {step}"].theirs.append(_sent(its, act))
            counted["review: next record"].ours.append(_sent(reviewer, _approve))
            counted["review: next record"].theirs.append(_sent(its_reviewer, lambda client: client.click("通过")))
            _forget(installation, "新单位")
    return [times.row(f"bytes, {work}", PARTNER, most=MOST_BYTES, unit="KB") for work, times in counted.items()]


def _forget(installation: Installation, employer: str) -> None:
    """Take away the row that was saved; the bare page forgets its own when it is opened anew."""
    work = category("work").model
    with installation.database.write() as db:
        db.execute(delete(work).where(work.dossier_id == installation.people[0], work.employer == employer))


def _sent(client: StreamlitClient, act: Callable[[StreamlitClient], object]) -> float:
    before = client.sent + client.received
    act(client)
    return (client.sent + client.received - before) / 1024


def _approve(client: StreamlitClient) -> None:
    (bar,) = client.data_of("review_bar")
    client.trigger("review_bar", "decided", {"action": "approve", "case": bar["case"], "reason": ""})


def fill_and_save(client: StreamlitClient) -> None:
    """Fill in the form of work experience that is open, and save it."""
    for label, value in {"工作单位": "新单位", "职务": "技术员", "从事工作专业": "建筑工程"}.items():
        client.fill("text_input", label, value)
    client.fill("selectbox", "职称", "工程师")
    client.fill("date_input", "起止时间", "2015-03-01")
    client.fill("date_input", "结束时间", "2016-11-30")
    client.click("保存")
    if client.has("text_input", "工作单位"):
        raise RunFailedError("not saved")


_STEPS: dict[str, Callable[[StreamlitClient], object]] = {
    "first show": lambda client: client.open("work"),
    "open the form": lambda client: client.click("新增工作经历"),
    "save": fill_and_save,
}
