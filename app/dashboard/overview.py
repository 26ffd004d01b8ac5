"""What the dashboard shows: all of it from counts and small indexes, made anew at most once a minute for all viewers."""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access.rights import Action, Actor, requires
from app.dossiers import tally
from app.dossiers.service import today
from app.dossiers.wanted import EXPIRY_DAYS, age_on
from data.models import Decision, ReviewItem, SmsMessage, StaffAccount, search_expiry

SECONDS = 60.0
DAYS_REVIEWED = 14
AGE_BANDS = ((0, 29), (30, 39), (40, 49), (50, 59), (60, 0))
"""Years of age, both ends in; 0 is no bound."""


@dataclass(frozen=True)
class Waiting:
    """What waits for review in one category."""

    category: str
    count: int
    oldest: datetime


@dataclass(frozen=True)
class Reviewed:
    """What one reviewer decided on one day."""

    day: date
    who: str
    count: int


@dataclass(frozen=True)
class Overview:
    """All figures, as they were at `at`."""

    at: datetime
    people: int
    states: dict[str, int]
    holds: dict[str, int]
    """People with a record, by category."""
    records: dict[str, int]
    """Records by category."""
    choices: dict[str, int]
    """People by choice: `category.field=value`."""
    ages: dict[tuple[int, int], int]
    expiring: dict[int, int]
    """People of whom a certificate or registration ends within so many days."""
    waiting: tuple[Waiting, ...]
    reviewed: tuple[Reviewed, ...]
    sms: dict[str, int]
    """SMS of the last day by what became of them."""


_kept: dict[str, tuple[float, Overview]] = {}
_making = Lock()


@requires(Action.DASHBOARD_VIEW)
def overview(db: Session, actor: Actor) -> Overview:
    """The figures, not older than a minute."""
    place = str(db.get_bind().engine.url)
    with _making:  # whoever comes meanwhile waits for the one who counts
        made = _kept.get(place)
        if made is None or time.monotonic() - made[0] > SECONDS:
            made = (time.monotonic(), counted(db))
            _kept[place] = made
    return made[1]


def counted(db: Session) -> Overview:
    """The figures as they are now."""
    kept = tally.counts(db, "state", "holds", "choice", "born", "records")
    return Overview(
        at=datetime.now(UTC),
        people=sum(kept["state"].values()),
        states=kept["state"],
        holds=kept["holds"],
        records=kept["records"],
        choices=kept["choice"],
        ages=_ages(kept["born"].items(), today()),
        expiring={days: _expiring(db, days) for days in EXPIRY_DAYS},
        waiting=_waiting(db),
        reviewed=_reviewed(db),
        sms=_sms(db),
    )


def _ages(born: Iterable[tuple[str, int]], day: date) -> dict[tuple[int, int], int]:
    bands = dict.fromkeys(AGE_BANDS, 0)
    for text, count in born:
        age = age_on(day, date.fromisoformat(text))
        for low, high in AGE_BANDS:
            if low <= age and (age <= high or not high):
                bands[low, high] += count
    return bands


def _expiring(db: Session, days: int) -> int:
    within = search_expiry.c.expires_on.between(today(), today() + timedelta(days=days))
    return db.scalar(select(func.count(search_expiry.c.dossier_id.distinct())).where(within)) or 0


def _waiting(db: Session) -> tuple[Waiting, ...]:
    query = select(ReviewItem.category, func.count(), func.min(ReviewItem.submitted_at)).group_by(ReviewItem.category)
    rows = [Waiting(category, count, oldest) for category, count, oldest in db.execute(query)]
    return tuple(sorted(rows, key=lambda each: each.oldest))


def _reviewed(db: Session) -> tuple[Reviewed, ...]:
    since = datetime.now(UTC) - timedelta(days=DAYS_REVIEWED)
    decided = select(Decision.decided_at, Decision.reviewer_id).where(Decision.decided_at >= since)
    counts: dict[tuple[date, uuid.UUID | None], int] = {}
    for at, reviewer in db.execute(decided.execution_options(yield_per=5_000)):
        key = (at.astimezone().date(), reviewer)
        counts[key] = counts.get(key, 0) + 1
    ids = {reviewer for _day, reviewer in counts if reviewer}
    accounts = db.scalars(select(StaffAccount).where(StaffAccount.id.in_(ids))) if ids else ()
    names = {account.id: account.display_name for account in accounts}
    return tuple(
        Reviewed(day, names.get(who, "") if who else "", count)
        for (day, who), count in sorted(counts.items(), key=lambda each: (each[0][0], str(each[0][1])))
    )


def _sms(db: Session) -> dict[str, int]:
    since = datetime.now(UTC) - timedelta(days=1)
    query = select(SmsMessage.status, func.count()).where(SmsMessage.created_at >= since).group_by(SmsMessage.status)
    return {status: int(count) for status, count in db.execute(query)}
