"""One declaration drives list, form, checks, messages and demo data: an eleventh table needs only its class."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.demo.people import DemoPerson
from tests.browser.site import choose, open_page, prepared, running, settled, type_day

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sqlite")]


def test_a_throw_away_category_needs_only_its_class(
    context: BrowserContext, page: Page, tmp_path: Path, people: list[DemoPerson]
) -> None:
    address = f"sqlite:///{tmp_path / 'congye.db'}"
    with prepared(address, tmp_path, 1, fill="tests.browser.eleventh") as site:
        command = (
            sys.executable,
            "-m",
            "uvicorn",
            "tests.browser.eleventh:app",
            "--port",
            site.environment["CONGYE_PORT"],
        )
        with running(site, *command):
            site.let_in(context, people[0])
            open_page(page, site, "work", "安全培训信息")
            table = page.get_by_role("table", name="安全培训信息")
            expect(table.get_by_role("columnheader")).to_have_text(
                ["序号", "课程", "培训时间", "级别", "审核状态", "操作"]
            )
            made_up = table.get_by_role("row").filter(has_text=re.compile("课程1"))
            expect(made_up).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d"))
            page.get_by_role("button", name="新增安全培训").click()
            form = page.get_by_role("dialog")
            form.get_by_label("课程", exact=True).fill("高处作业安全技术与事故案例")
            choose(form, "级别", "中级")
            type_day(form, "培训时间", "20240305")
            type_day(form, "结束时间", "20240303")
            form.get_by_role("button", name="保存", exact=True).click()
            expect(form.get_by_text("课程最多 10 个字，现有 13 个字，请删减")).to_be_visible()
            expect(form.get_by_text("培训时间的结束（2024-03-03）早于开始（2024-03-05），请核对")).to_be_visible()
            settled(page)
            form.get_by_label("课程", exact=True).fill("高处作业安全")
            type_day(form, "结束时间", "20240307")
            form.get_by_role("button", name="保存", exact=True).click()
            expect(form).to_have_count(0)
            row = table.get_by_role("row").filter(has_text="高处作业安全")
            for text in ("2024-03-05 – 2024-03-07", "中级"):
                expect(row).to_contain_text(text)
            page.close()
