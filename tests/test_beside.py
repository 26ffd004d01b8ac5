"""What is made in a process of its own: what it gives and raises arrives, and it ends with whoever takes it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.beside import LostError, beside
from app.errors import UserError
from app.locale import _, use_language
from data.vault import vault

ROOT = Path(__file__).parents[1]
TAKES_ONE = """
from data.keys import new_keyring
from data.vault import install_vault
from app.beside import beside
from tests.test_beside import for_ever
install_vault(new_keyring())
with beside(for_ever) as given:
    print(next(given), flush=True)
    input()
"""


def some(sealed: bytes) -> Iterator[object]:
    yield vault().open(sealed, "test")
    yield _("是")
    yield os.getpid()


def refuses() -> Iterator[int]:
    yield 1
    raise UserError("empty", "表格是空的")


def for_ever() -> Iterator[int]:
    while True:
        yield os.getpid()
        time.sleep(0.01)


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{process}/status").read_text("utf-8")


def is_gone(process: int) -> bool:
    ends = time.monotonic() + 20
    while is_there(process) and time.monotonic() < ends:
        time.sleep(0.05)
    return not is_there(process)


def test_it_has_our_keys_and_our_language() -> None:
    use_language("en")
    try:
        with beside(some, vault().seal(b"text", "test")) as given:
            opened, yes, process = given
    finally:
        use_language(None)
    assert (opened, yes) == (b"text", "Yes")
    assert process != os.getpid()


def test_what_it_raises_is_raised_here() -> None:
    with beside(refuses) as given:
        assert next(given) == 1
        with pytest.raises(UserError) as raised:
            next(given)
    assert raised.value.message == "表格是空的"


def test_it_ends_when_nobody_takes_any_more() -> None:
    with beside(for_ever) as given:
        process = next(given)
        assert is_there(process)
    assert is_gone(process)


def test_it_ends_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TAKES_ONE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        process = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert is_gone(process)


def test_one_that_is_killed_is_told_as_lost() -> None:
    with beside(for_ever) as given:
        os.kill(next(given), signal.SIGKILL)
        with pytest.raises(LostError):
            list(given)
