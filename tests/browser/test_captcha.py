"""The captcha's answer reaches no browser but as a picture and a sound."""

import pytest
from playwright.sync_api import Page, WebSocket, expect

from tests.browser.databases import on_postgresql
from tests.browser.site import Site

# What is sent of a captcha does not depend on the database: one will do.
pytestmark = [pytest.mark.browser, on_postgresql]


@pytest.mark.parametrize("address", ["login", "register"])
def test_no_answer_is_in_the_page_or_on_its_way_there(site: Site, page: Page, address: str) -> None:
    received: list[bytes] = []

    def keep(frame: bytes | str) -> None:
        received.append(frame if isinstance(frame, bytes) else frame.encode())

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", keep)

    page.on("websocket", listen)
    page.goto(f"{site.address}/{address}")
    expect(page.get_by_alt_text("验证码图片")).to_be_visible()
    answer = site.captcha_answer()
    everything = b"".join(received) + page.content().encode()
    assert b"data:image/png;base64" in everything
    assert answer.encode() not in everything
