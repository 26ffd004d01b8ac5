"""Whatever bytes are uploaded, people get a result or a message, never a crash."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.attachments.decode import decode_picture
from app.attachments.mend import mend, page_count, reencode
from app.attachments.rules import check
from app.errors import UserError
from tests.attachments.pictures import conforming_jpg, corners, encoded, pdf

T = TypeVar("T")
SEEDS = {
    "JPG": encoded(corners(64, 48), dpi=(96, 96)),
    "progressive JPG": encoded(corners(64, 48), progressive=True, exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0" + bytes(12)),
    "conforming JPG": conforming_jpg(quality=10),
    "MPO": encoded(corners(64, 48), "MPO", save_all=True, append_images=[corners(64, 48)]),
    "PNG": encoded(corners(300, 200).convert("P"), "PNG", dpi=(96, 96)),
    "TIFF": encoded(corners(32, 24), "TIFF", compression="tiff_lzw"),
    "BMP": encoded(corners(16, 12), "BMP"),
    "WebP": encoded(corners(64, 48), "WEBP", lossless=True),
    "PDF": pdf(pages=2),
}
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 255), st.sampled_from(("set", "cut", "drop", "double"))), max_size=8
)


def changed(content: bytes, changes: list[tuple[float, int, str]]) -> bytes:
    """The file with bytes set, pieces dropped or doubled, or its end cut off."""
    for place, value, how in changes:
        at = int(place * len(content))
        piece = content[at : at + value]
        if how == "set":
            content = content[:at] + bytes([value]) + content[at + 1 :]
        elif how == "cut" and at:
            content = content[:at]
        elif how == "drop":
            content = content[:at] + content[at + value :]
        elif how == "double":
            content = content[:at] + piece + content[at:]
    return content


def result(function: Callable[[], T]) -> T | str:
    """What the function gives, or the message of the UserError it raises."""
    try:
        return function()
    except UserError as error:
        return error.message


def survives(content: bytes) -> None:
    """Every function gives a result that keeps its promise, or a UserError with a message."""

    problems = check(content, "文件")
    assert all(problem.code and problem.message for problem in problems)
    kept = result(lambda: reencode(content))
    assert isinstance(kept, str) == bool(problems)
    for made in (kept, result(lambda: mend(content, "文件").content)):
        assert isinstance(made, str) or check(made, "文件") == []
    assert result(lambda: page_count(content, "文件"))
    assert result(lambda: decode_picture(content, "文件"))


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes(content: bytes) -> None:
    survives(content)


@given(
    st.sampled_from(
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\x00", b"MM\x00*", b"RIFF\0\0\0\0WEBP", b"%PDF-"]
    ),
    st.binary(max_size=200),
)
@settings(deadline=None)
def test_any_bytes_behind_a_true_beginning(start: bytes, rest: bytes) -> None:
    survives(start + rest)


@pytest.mark.parametrize("seed", SEEDS)
@given(changes=CHANGES)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files(seed: str, changes: list[tuple[float, int, str]]) -> None:
    survives(changed(SEEDS[seed], changes))
