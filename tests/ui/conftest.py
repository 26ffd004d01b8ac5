"""The components in a real browser, served by Streamlit as the product is."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.chromium import launch

ROOT = Path(__file__).parents[2]
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("streamlit") / "log"
    command = [sys.executable, "-m", "streamlit", "run", "tests/ui/components_server.py"]
    options = [f"--server.port={port}", "--server.address=127.0.0.1"]
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=out,
            stderr=out,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )
    try:
        _wait_until_served(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)
    assert "Traceback" not in log.read_text()


def _wait_until_served(url: str) -> None:
    for _try in range(150):
        try:
            httpx.get(url, timeout=1)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all tests, which has read Streamlit's scripts once."""
    with closing(browser.new_context(locale="zh-CN")) as context:
        yield context.new_page()


@pytest.fixture
def visit(tab: Page, address: str) -> Visit:
    """Opens a part of the page, in a session of its own."""

    def open_page(only: str, width: int = 1440) -> Page:
        tab.goto("about:blank")
        tab.mouse.move(0, 0)
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(f"{address}/?only={only}")
        expect(tab.get_by_text("query:")).to_be_visible(timeout=20_000)
        return tab

    return open_page
