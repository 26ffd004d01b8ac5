"""A log-in's browser in words that its owner knows it by."""

import pytest

from app.access.browsers import LONGEST, in_words

WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.40(0x18002831) NetType/WIFI Language/zh_CN"
)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (WINDOWS, "Chrome · Windows"),
        (f"{WINDOWS} Edg/140.0.0.0", "Edge · Windows"),
        (WECHAT, "WeChat Browser · iOS"),
        ("curl/8.0", "curl"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_browser_and_system_are_told(said: str, words: str) -> None:
    assert in_words(said) == words


def test_a_long_one_is_cut() -> None:
    assert len(in_words(f"{'x' * 600}/1.0 {WINDOWS}" * 9)) <= LONGEST
