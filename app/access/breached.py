"""Passwords known from breaches: looked up in a file of their SHA-1 hashes by bisection, so that it may be of any size.

The file is as the haveibeenpwned downloader writes it: a line `HASH:count` for each password, in the order of the hashes.
"""

import hashlib
import logging
import os
import re
from pathlib import Path
from typing import BinaryIO, Literal

from app.errors import UserError
from app.locale import _
from app.settings import settings

log = logging.getLogger(__name__)

LINE = re.compile(rb"([0-9A-Fa-f]{40}):[0-9]{1,20}\r?")
LONGEST_LINE = 64
SAMPLES = 1_000
"""Lines that are looked at before the file is called well."""
FIRST, LAST = b"", b"G"
"""Before and after every hash."""

State = Literal["off", "well", "unusable"]


class UnusableFileError(Exception):
    """The file is empty, or has something else than lines in order."""


def is_breached(password: str) -> bool:
    """Whether a password is in the file that the settings name. Raises UserError (`breached_file`) when that is of no use."""
    path = settings().breached_passwords
    if path is None:
        return False
    try:
        return holds(path, hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest())
    except (OSError, UnusableFileError) as error:
        log.error("the file of breached passwords is of no use: %s", error)  # noqa: TRY400  the trace tells no more
        message = _("泄露密码库不能使用，暂时不能设置新密码。请管理员检查 CONGYE_BREACHED_PASSWORDS 指定的文件")
        raise UserError("breached_file", message) from None


def state() -> State:
    """Whether the settings name a file, and whether it is of use; what is wrong with it stands in the log."""
    path = settings().breached_passwords
    if path is None:
        return "off"
    try:
        check(path)
    except (OSError, UnusableFileError) as error:
        log.error("the file of breached passwords is of no use: %s", error)  # noqa: TRY400
        return "unusable"
    return "well"


def holds(path: Path, digest: str) -> bool:
    """Whether a SHA-1 hash (hexadecimal) is in the file. Raises OSError, UnusableFileError."""
    wanted = digest.upper().encode()
    with path.open("rb") as file:
        low, high = 0, _size(file)
        before, after = FIRST, LAST
        while low < high:
            start, end, found = _line_at(file, (low + high) // 2)
            if not before < found < after:
                raise UnusableFileError(f"the line at byte {start} is out of order")
            if found == wanted:
                return True
            if found < wanted:
                low, before = end, found
            else:
                high, after = start, found
    return False


def check(path: Path) -> None:
    """Look at lines all over the file. Raises OSError, UnusableFileError."""
    with path.open("rb") as file:
        last = _size(file) - 1
        end, before = 0, FIRST
        for sample in range(SAMPLES + 1):
            position = last * sample // SAMPLES
            if position < end:
                continue
            start, end, found = _line_at(file, position)
            if found <= before:
                raise UnusableFileError(f"the line at byte {start} is out of order")
            before = found


def _size(file: BinaryIO) -> int:
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise UnusableFileError("it is empty")
    return size


def _line_at(file: BinaryIO, position: int) -> tuple[int, int, bytes]:
    """The line that the byte at a position belongs to: where it begins, where the next one does, its hash."""
    begin = max(0, position - LONGEST_LINE)
    file.seek(begin)
    chunk = file.read(2 * LONGEST_LINE)
    start = chunk.rfind(b"\n", 0, position - begin) + 1
    stop = chunk.find(b"\n", position - begin)
    stop = len(chunk) if stop < 0 else stop
    found = LINE.fullmatch(chunk, start, stop)
    if found is None:
        raise UnusableFileError(f"the line at byte {begin + start} is not HASH:count")
    return begin + start, begin + stop + 1, found[1].upper()
