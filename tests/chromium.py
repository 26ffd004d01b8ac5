"""Debian's Chromium for the tests: its shell without windows, which costs half of what the whole browser does."""

from playwright.sync_api import Browser, Playwright, expect

SHELL = "/usr/bin/chromium-headless-shell"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    # A webcam of Chromium's own that shows a moving picture, and nobody who has to allow it.
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
WAIT_MILLISECONDS = 20_000


def launch(playwright: Playwright, *further: str) -> Browser:
    """A browser with these further arguments; what is expected may take as long as a busy machine needs."""
    expect.set_options(timeout=WAIT_MILLISECONDS)
    return playwright.chromium.launch(executable_path=SHELL, args=[*ARGUMENTS, *further])
