"""Debian's Chromium for the tests: its shell without windows, which costs half of what the whole browser does."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Expect, Locator, Page, Playwright, expect

SHELL = "/usr/bin/chromium-headless-shell"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    # A webcam of Chromium's own that shows a moving picture, and nobody who has to allow it.
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
WAIT_MILLISECONDS = 20_000
LOOK_MILLISECONDS = 2_400
"""Playwright looks every half second for what it expects within 2.5 s or more, every tenth for what it expects sooner."""


def launch(playwright: Playwright, *further: str) -> Browser:
    """A browser with these further arguments; what is expected may take as long as a busy machine needs."""
    expect.set_options(timeout=WAIT_MILLISECONDS)
    Expect.__call__ = _expect_often  # type: ignore[method-assign, assignment]
    return playwright.chromium.launch(executable_path=SHELL, args=[*ARGUMENTS, *further])


_once = Expect.__call__


def _expect_often(self: Expect, actual: Page | Locator, message: str | None = None) -> "_Often":
    return _Often(_once(self, actual, message))


class _Often:
    """Assertions that wait as long as ever, in spells short enough to be looked at every tenth of a second.

    Half a second lost whenever a page takes longer than a quarter of one is a good part of what browsers take.
    """

    def __init__(self, assertions: object) -> None:
        self._assertions = assertions

    def __getattr__(self, name: str) -> Callable[..., None]:
        check = getattr(self._assertions, name)

        def wait(*expected: Any, timeout: float = WAIT_MILLISECONDS, **further: Any) -> None:
            __tracebackhide__ = True
            until = time.monotonic() + timeout / 1000
            while True:
                try:
                    check(*expected, timeout=min(LOOK_MILLISECONDS, timeout), **further)
                except AssertionError as error:
                    if time.monotonic() < until:
                        continue
                    error.add_note(f"Waited {timeout / 1000:.0f} s.")
                    raise
                return

        return wait
