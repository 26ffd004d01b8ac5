"""How often something may be tried: fixed windows counted in the database, one atomic statement a window."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.errors import UserError
from app.locale import _
from data.engine import Database, database_now
from data.models import LimitWindow
from data.vault import vault

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
RULE = re.compile(r"(\d+)/(\d*)([smhd])")


@dataclass(frozen=True)
class Rule:
    """At most `hits` in `seconds`."""

    text: str
    hits: int
    seconds: int


@cache
def parse_rules(text: str) -> tuple[Rule, ...]:
    """Rules out of a setting such as `5/5m;20/h`. Raises ValueError."""
    rules = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        match = RULE.fullmatch(part)
        if match is None:
            raise ValueError(f"not a rate limit: {part!r} (expected e.g. 5/5m)")
        rules.append(Rule(part, int(match[1]), int(match[2] or 1) * UNITS[match[3]]))
    return tuple(rules)


def hit(db: Session, subject: str, rules: str) -> None:
    """Count one try of `subject`. Raises UserError (`too_many`) with the wait when a rule is exceeded.

    The caller commits either way: a refused try counts too.
    """
    now = database_now(db)
    waits = [_count(db, subject, rule, now) for rule in parse_rules(rules)]
    wait = max(waits, default=0)
    if wait:
        raise too_many(wait)


def count_try(database: Database, subject: str, rules: str) -> None:
    """Count a try in a transaction of its own: it stays counted when it is refused. Raises UserError (`too_many`)."""
    refused: UserError | None = None
    with database.write() as db:
        try:
            hit(db, subject, rules)
        except UserError as error:
            refused = error
    if refused:
        raise refused


def waiting(db: Session, subject: str, rules: str) -> int:
    """Seconds until `subject` may try again; 0 when it may now. Counts nothing."""
    now = database_now(db)
    waits = [0]
    for rule in parse_rules(rules):
        start = _window(now, rule)
        query = select(LimitWindow.hits).where(
            LimitWindow.subject_index == _index(subject),
            LimitWindow.rule == rule.text,
            LimitWindow.window_start == start,
        )
        if (db.scalar(query) or 0) >= rule.hits:
            waits.append(_left(now, start, rule))
    return max(waits)


def too_many(seconds: int) -> UserError:
    """The message for somebody who has to wait."""
    if seconds < 120:
        return UserError("too_many", _("操作过于频繁，请 {seconds} 秒后再试").format(seconds=seconds))
    return UserError("too_many", _("操作过于频繁，请 {minutes} 分钟后再试").format(minutes=math.ceil(seconds / 60)))


def forget_old(db: Session) -> None:
    """Delete windows that no rule looks at any more (older than two days)."""
    oldest = int(database_now(db).timestamp()) - 2 * UNITS["d"]
    db.execute(delete(LimitWindow).where(LimitWindow.window_start < oldest))


def _count(db: Session, subject: str, rule: Rule, now: datetime) -> int:
    start = _window(now, rule)
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    statement = (
        dialect.insert(LimitWindow)
        .values(subject_index=_index(subject), rule=rule.text, window_start=start, hits=1)
        .on_conflict_do_update(
            index_elements=["subject_index", "rule", "window_start"], set_={"hits": LimitWindow.hits + 1}
        )
        .returning(LimitWindow.hits)
    )
    hits = db.scalar(statement)
    return _left(now, start, rule) if hits is not None and hits > rule.hits else 0


def _window(now: datetime, rule: Rule) -> int:
    seconds = int(now.timestamp())
    return seconds - seconds % rule.seconds


def _left(now: datetime, start: int, rule: Rule) -> int:
    return max(1, math.ceil(start + rule.seconds - now.timestamp()))


def _index(subject: str) -> bytes:
    return vault().blind(subject, "limit")
