"""The file of breached passwords: every line of it is found, nothing else is, and a useless one is never passed over."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access import accounts, breached, passwords
from app.access.rights import Role
from app.errors import UserError
from data.engine import Database
from tests.people import ADMINISTRATOR

NUMBERS = st.dictionaries(
    st.integers(0, 16**40 - 1) | st.integers(0, 100), st.integers(1, 10**8) | st.integers(1, 9), min_size=1, max_size=60
)
"""Hashes, some of them close to one another, and how often each was seen."""
BREACHED = "correct horse battery"


def line(number: int, seen: int) -> str:
    return f"{number:040X}:{seen}"


def written(path: Path, *given: str) -> Path:
    """The file that holds these passwords."""
    found = sorted(hashlib.sha1(each.encode(), usedforsecurity=False).hexdigest().upper() for each in given)
    path.write_text("".join(f"{each}:{place}\n" for place, each in enumerate(found, 1)))
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("breached") / "hashes.txt"


@given(NUMBERS, st.sampled_from(("\n", "\r\n")), st.booleans())
def test_every_line_is_found_and_nothing_else_is(path: Path, numbers: dict[int, int], end: str, ended: bool) -> None:
    lines = [line(number, numbers[number]) for number in sorted(numbers)]
    path.write_bytes((end.join(lines) + (end if ended else "")).encode())
    breached.check(path)
    assert all(breached.holds(path, f"{number:040x}") for number in numbers)
    beside = {number + step for number in numbers for step in (-1, 1)} - numbers.keys()
    assert not any(breached.holds(path, f"{number:040x}") for number in beside if 0 <= number < 16**40)


@given(NUMBERS, st.data())
def test_lines_out_of_order_are_told(path: Path, numbers: dict[int, int], data: st.DataObject) -> None:
    lines = data.draw(st.permutations([line(number, numbers[number]) for number in sorted(numbers)]))
    path.write_text("\n".join(lines))
    if lines == sorted(lines):
        breached.check(path)
    else:
        with pytest.raises(breached.UnusableFileError, match="out of order"):
            breached.check(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"no hashes at all",
        b"<html>not found</html>\n" * 40,
        b"0123456789ABCDEF0123456789ABCDEF:7\n",
        b"\0" * 500,
        line(1, 1).encode() + b"\n\n" + line(2, 1).encode(),
        line(1, 1).encode() + b"\n" + line(2, 1)[:30].encode(),
        b"".join(line(number, 1).encode() for number in range(20)),
    ],
)
def test_a_useless_file_is_told(
    path: Path, configure: Callable[[str, str], None], caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    path.write_bytes(content)
    configure("breached_passwords", str(path))
    assert breached.state() == "unusable"
    assert "the file of breached passwords is of no use" in caplog.text


@pytest.mark.parametrize("content", [None, b"", b"<html>not found</html>\n" * 40])
def test_without_its_file_no_password_is_taken(
    tmp_path: Path, configure: Callable[[str, str], None], content: bytes | None
) -> None:
    missing = tmp_path / "hashes.txt"
    if content is not None:
        missing.write_bytes(content)
    configure("breached_passwords", str(missing))
    assert breached.state() == "unusable"
    with pytest.raises(UserError, match="breached_file") as refused:
        passwords.hashed(BREACHED)
    assert refused.value.message == (
        "泄露密码库不能使用，暂时不能设置新密码。请管理员检查 CONGYE_BREACHED_PASSWORDS 指定的文件"
    )


def test_breached_passwords_are_refused_and_others_are_not(
    database: Database, tmp_path: Path, configure: Callable[[str, str], None]
) -> None:
    configure("breached_passwords", str(written(tmp_path / "hashes.txt", BREACHED, "another one")))
    assert breached.state() == "well"
    with pytest.raises(UserError, match="password") as refused, database.write() as db:
        accounts.create(db, ADMINISTRATOR, "wang", "王", Role.REVIEWER, BREACHED)
    assert refused.value.message == ("这个密码曾在泄露的数据中出现，别人可能知道，请换一个；几个不相关的词连起来就很好")
    with database.write() as db:
        assert accounts.create(db, ADMINISTRATOR, "wang", "王", Role.REVIEWER, "correct horse staple")


def test_without_the_setting_none_is_asked_for() -> None:
    assert breached.state() == "off"
    assert not breached.is_breached("passwordpassword")
