"""Limits hold across threads and are told with the wait."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.access import limits
from app.errors import UserError
from data.engine import Database


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5/5m;20/h", [(5, 300), (20, 3600)]), ("1/60s", [(1, 60)]), ("10/1d", [(10, 86400)]), ("", [])],
)
def test_rules_are_read_from_a_setting(text: str, expected: list[tuple[int, int]]) -> None:
    assert [(rule.hits, rule.seconds) for rule in limits.parse_rules(text)] == expected


@pytest.mark.parametrize("text", ["5", "5/x", "x/5m", "5/5m,20/h"])
def test_a_rule_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate limit"):
        limits.parse_rules(text)


def test_of_100_tries_at_once_exactly_the_allowed_pass(database: Database) -> None:
    def attempt(_number: int) -> bool:
        try:
            limits.count_try(database, "somebody", "7/1d")
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(100))) == 7


def test_one_persons_limit_is_not_anothers(database: Database) -> None:
    limits.count_try(database, "one", "1/1d")
    limits.count_try(database, "other", "1/1d")
    with database.read() as db:
        assert limits.waiting(db, "one", "1/1d") > 0
        assert limits.waiting(db, "third", "1/1d") == 0


@pytest.mark.parametrize(("seconds", "text"), [(45, "45 秒"), (119, "119 秒"), (120, "2 分钟"), (3500, "59 分钟")])
def test_the_wait_is_told_in_figures(seconds: int, text: str) -> None:
    assert limits.too_many(seconds).message == f"操作过于频繁，请 {text}后再试"
