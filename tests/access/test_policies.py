"""What the limiter's settings say, and what an attacker gets out of a day."""

import itertools
import math
import re
from pathlib import Path

import pytest

from app.access.policies import Policy, Rule, State, decide, parse_policy
from app.settings import Settings

DAY = 86400
CODES = 10**6
SECURITY = Path(__file__).parents[2] / "docs" / "security.md"


def setting(name: str) -> str:
    return str(Settings.model_fields[name].default)


def allowed_in_a_day(policy: Policy) -> int:
    """The tries that somebody gets through who tries every second for a day: nobody gets more."""
    state, allowed, now = State(), 0, 1_000_000.0
    end = now + DAY
    while now < end:
        state, wait = decide(state, policy, now)
        allowed += not wait
        now += max(1, wait)
    return allowed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5/5m;20/h", Policy((Rule(5, 300), Rule(20, 3600)))),
        ("1/60s", Policy((Rule(1, 60),))),
        ("10/1d", Policy((Rule(10, DAY),))),
        ("5/5m;delay 1s;lock 15m-1h", Policy((Rule(5, 300),), lock=900, longest_lock=3600, delay=1)),
        ("", Policy(())),
    ],
)
def test_a_policy_is_read_from_a_setting(text: str, expected: Policy) -> None:
    assert parse_policy(text) == expected


@pytest.mark.parametrize("text", ["5", "5/x", "x/5m", "5/5m,20/h", "lock 15m", "delay"])
def test_a_policy_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate limit"):
        parse_policy(text)
    with pytest.raises(ValueError, match="not a rate limit"):
        Settings(limit_code_try=text)


def test_no_five_minutes_hold_more_than_five_tries_wherever_they_begin() -> None:
    state, policy = State(), parse_policy("5/5m")
    moments: list[int] = []
    for now in range(10_000, 12_000, 7):
        state, wait = decide(state, policy, now)
        moments += [] if wait else [now]
    assert len(moments) > 20
    assert all(later - earlier >= 300 for earlier, later in itertools.pairwise(moments[::5]))


def test_a_lock_is_15_minutes_doubling_to_an_hour() -> None:
    state, policy, now = State(), parse_policy(setting("limit_address_try")), 0.0
    locks: list[int] = []
    while len(locks) < 4:
        state, wait = decide(state, policy, now)
        locks += [wait] if wait else []
        now += wait or 1
    assert locks == [900, 1800, 3600, 3600]


def test_tries_during_a_lock_neither_count_nor_prolong_it() -> None:
    policy = parse_policy("2/5m;lock 15m-1h")
    state = State((0.0, 1.0))
    state, wait = decide(state, policy, 2.0)
    assert wait == 900
    for now in range(3, 900):
        assert decide(state, policy, now) == (state, 902 - now)
    assert decide(state, policy, 903.0)[1] == 0


def test_a_day_without_a_lock_forgives_the_former_ones() -> None:
    policy = parse_policy("1/5m;lock 15m-1h")
    locked = State((0.0,), 900.0, 3)
    later = 900.0 + DAY + 1
    state, _wait = decide(locked, policy, later)
    assert decide(state, policy, later + 1)[1] == 900


def test_each_wrong_password_makes_the_next_wait_twice_as_long() -> None:
    state, policy, now = State(), parse_policy(setting("limit_staff_try")), 0.0
    waits: list[int] = []
    for _try in range(4):
        state, _none = decide(state, policy, now)
        _same, wait = decide(state, policy, now)
        waits.append(wait)
        now += wait
    assert waits == [1, 2, 4, 8]


def test_what_an_attacker_gets_in_a_day_is_what_the_document_says() -> None:
    tries = allowed_in_a_day(parse_policy(setting("limit_code_try")))
    codes = allowed_in_a_day(parse_policy(setting("limit_code_send")))
    from_one_address = allowed_in_a_day(parse_policy(setting("limit_address_try")))
    one_person = 1 - (1 - 1 / CODES) ** tries
    anybody = 1 - (1 - 1 / CODES) ** from_one_address
    document = re.sub(r"\s+", " ", SECURITY.read_text("utf-8"))
    assert (
        f"{tries} tries a day against one person ({codes} codes of 5 tries): 1 in {_rounded(1 / one_person)}"
        in document
    )
    assert (
        f"{from_one_address} tries a day from one address, against whomever: 1 in {_rounded(1 / anybody)}" in document
    )


def _rounded(value: float) -> str:
    digits = 2 - math.ceil(math.log10(value))
    return f"{round(value, digits):,.0f}"


def test_a_clock_put_back_prolongs_no_wait() -> None:
    policy = parse_policy("5/5m;lock 15m-1h")
    tries = [decide(State((1000.0,) * 5, 0.0, 0), policy, 1000.0)]
    locked, wait = tries[0]
    assert wait == 15 * 60
    assert decide(locked, policy, 1000.0 - 7200)[1] <= 60 * 60
    assert decide(State((1000.0,) * 5), parse_policy("5/5m"), 1000.0 - 7200)[1] == 5 * 60
