"""Policies of the limiter, and what becomes of a try under one.

A policy is a setting such as `5/5m;20/1h;50/1d;lock 15m-1h`: at most so many tries in so long, looked at backwards from
now; whoever goes beyond is locked for the first time span, doubled at each further lock up to the second. `delay 1s`
makes the wait after each try twice the one before. Refused tries neither count nor prolong anything.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RULE = re.compile(r"(\d+)/(\d*)([smhd])")
LOCK = re.compile(r"lock (\d+)([smhd])-(\d+)([smhd])")
DELAY = re.compile(r"delay (\d+)([smhd])")
FORGIVEN_AFTER = UNITS["d"]
"""Locks begin at the first span again when the last one ended so long ago."""


@dataclass(frozen=True)
class Rule:
    """At most `hits` in `seconds`."""

    hits: int
    seconds: int


@dataclass(frozen=True)
class Policy:
    """Rules, and what happens to whoever goes beyond them; 0 means no lock, no delay."""

    rules: tuple[Rule, ...]
    lock: int = 0
    longest_lock: int = 0
    delay: int = 0

    @property
    def memory(self) -> int:
        """Seconds after which a try plays no part any more."""
        return max((rule.seconds for rule in self.rules), default=0)


@dataclass(frozen=True)
class State:
    """Moments of the counted tries (seconds since 1970, oldest first), the end of the last lock, locks in a row."""

    hits: tuple[float, ...] = ()
    locked_until: float = 0.0
    locks: int = 0


@cache
def parse_policy(text: str) -> Policy:
    """A policy out of a setting. Raises ValueError."""
    rules = []
    lock = longest_lock = delay = 0
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        if rule := RULE.fullmatch(part):
            rules.append(Rule(int(rule[1]), int(rule[2] or 1) * UNITS[rule[3]]))
        elif locking := LOCK.fullmatch(part):
            lock, longest_lock = int(locking[1]) * UNITS[locking[2]], int(locking[3]) * UNITS[locking[4]]
        elif delaying := DELAY.fullmatch(part):
            delay = int(delaying[1]) * UNITS[delaying[2]]
        else:
            raise ValueError(f"not a rate limit: {part!r} (expected e.g. 5/5m, lock 15m-1h or delay 1s)")
    return Policy(tuple(rules), lock, longest_lock, delay)


def decide(state: State, policy: Policy, now: float) -> tuple[State, int]:
    """What becomes of a try at `now`: the new state, and the seconds to wait (0: it counts and may go on)."""
    state = _none_of_the_future(state, policy, now)
    if now < state.locked_until:
        return state, up(state.locked_until - now)
    hits = tuple(moment for moment in state.hits if moment > now - policy.memory)
    locks = state.locks if now < state.locked_until + FORGIVEN_AFTER else 0
    kept = State(hits, state.locked_until, locks)
    if wait := max((_until_free(hits, rule, now) for rule in policy.rules), default=0.0):
        if not policy.lock:
            return kept, up(wait)
        seconds = min(policy.lock * 2**locks, policy.longest_lock)
        return State(hits, now + seconds, locks + 1), seconds
    if wait := _delay(hits, policy, now):
        return kept, up(wait)
    return State((*hits, now), state.locked_until, locks), 0


def _none_of_the_future(state: State, policy: Policy, now: float) -> State:
    """The state with no moment later than it can be: a clock that was put back prolongs no wait."""
    hits = tuple(min(moment, now) for moment in state.hits)
    return State(hits, min(state.locked_until, now + policy.longest_lock), state.locks)


def _until_free(hits: Sequence[float], rule: Rule, now: float) -> float:
    recent = [moment for moment in hits if moment > now - rule.seconds]
    return recent[-rule.hits] + rule.seconds - now if len(recent) >= rule.hits else 0.0


def _delay(hits: Sequence[float], policy: Policy, now: float) -> float:
    recent = [moment for moment in hits if moment > now - policy.rules[0].seconds] if policy.delay else []
    return max(0.0, recent[-1] + policy.delay * 2 ** (len(recent) - 1) - now) if recent else 0.0


def up(seconds: float) -> int:
    """Whole seconds to wait."""
    return math.ceil(seconds) if seconds > 0 else 0
